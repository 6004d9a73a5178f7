// Till: a one-page cashier, for people who would rather press than type.

import './till.css';
import { useEffect } from 'preact/hooks';
import { hrefOf, routeLocation } from '../../app/route.ts';
import { Button } from '../../kit/button.tsx';
import { ConnectionWord } from '../../kit/connection-word.tsx';
import { amountFault } from '../../kit/money.ts';
import { NoGateway } from '../../kit/no-gateway.tsx';
import { Notice, View } from '../../kit/panel.tsx';
import { selectedAddress } from '../../socket/selected-address.ts';
import { HistoryPanel } from './history-panel.tsx';
import { maxAmounts } from './order.ts';
import { changeOrder, orderForm } from './order-form.ts';
import { OrderPanel } from './order-panel.tsx';
import { ReportsPanel } from './reports-panel.tsx';
import { SignatureDialog } from './signature-dialog.tsx';
import { StatusPanel } from './status-panel.tsx';
import { refreshTerminals, till } from './till-connection.ts';
import { connectOnce, isBusy, reconnect } from './till-controller.ts';
import { TillPicture } from './till-picture.tsx';

export function Till() {
  const parts = selectedAddress.value;
  const busy = isBusy.value;
  useEffect(() => {
    // A running payment keeps its connection when another address is chosen.
    if (parts && !busy) connectOnce(parts);
  }, [parts, busy]);
  useEffect(fillInAmount, []);
  // The list of card machines is brought up to date when the view is opened again.
  useEffect(() => void refreshTerminals(), []);
  return (
    <View
      title="Till"
      about="Take a payment at the counter: choose a card machine, type an amount, press the button."
      actions={parts && <ConnectionWord state={till.state.value.state} />}
    >
      {parts ? (
        <Counter />
      ) : (
        <NoGateway title="This till does not know its gateway" href={hrefOf('connect')} />
      )}
    </View>
  );
}

/** The address may name an amount, such as `#/till?amount=12.34`; one that is typed already stays. */
function fillInAmount(): void {
  const { amount = '' } = routeLocation.peek().query;
  const isFree = orderForm.peek().amount === '' && !isBusy.peek();
  if (isFree && amountFault(amount, maxAmounts.amount) === undefined) changeOrder({ amount });
}

function Counter() {
  return (
    <>
      <Trouble />
      <div class="till columns">
        <OrderPanel />
        <div class="stack">
          <StatusPanel />
          <TillPicture />
          <HistoryPanel />
          <ReportsPanel />
        </div>
      </div>
      <SignatureDialog />
    </>
  );
}

function Trouble() {
  const now = till.state.value;
  const parts = selectedAddress.value;
  if (!('why' in now) || !parts) return null;
  return (
    <Notice tone="bad" title={now.why.happened}>
      <p>{now.why.todo}</p>
      <div class="btns till-again">
        <Button icon="plug" onClick={() => reconnect(parts)}>
          Connect again
        </Button>
        <a class="btn" href={hrefOf('connect')}>
          Go to Connect
        </a>
      </div>
    </Notice>
  );
}
