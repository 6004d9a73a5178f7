// The screens of the waiter's menu; functions, as those of a payment.

import { moneyText } from '../../kit/money.ts';
import type { WaiterController } from '../waiter/waiter-controller.ts';
import type { HeldTable, WaiterEvent, WaiterScreen } from '../waiter/waiter-flow.ts';
import { matchingTables, share } from '../waiter/waiter-flow.ts';
import { AmountButtons } from './payment-screens.tsx';
import { ScreenButton, ScreenButtons, ScreenLayout } from './screen-layout.tsx';

type Dispatch = (event: WaiterEvent) => void;

export function waiterScreen(screen: WaiterScreen, waiter: WaiterController) {
  const dispatch: Dispatch = (event) => waiter.dispatch(event);
  switch (screen.kind) {
    case 'closed':
      return null;
    case 'waiterNumber':
      return (
        <ScreenLayout
          title="Waiter number"
          figure={screen.typed || '–'}
          about="Or none, and press Enter."
        >
          <ScreenButtons>
            <ScreenButton main onPress={() => dispatch({ kind: 'enter' })}>
              Show the tables
            </ScreenButton>
          </ScreenButtons>
        </ScreenLayout>
      );
    case 'tables':
      return tables(screen, dispatch);
    case 'bill':
      return bill(screen.table, dispatch);
    case 'paymentAmount':
      return paymentAmount(screen, dispatch);
    case 'gratuity':
      return gratuity(screen, dispatch);
    case 'pending':
      return <ScreenLayout title="Please wait" about={requestTexts[screen.request.kind]} busy />;
    case 'message':
      return (
        <ScreenLayout title={screen.text} icon="info" tone="wait">
          <ScreenButtons>
            <ScreenButton main onPress={() => dispatch({ kind: 'enter' })}>
              Go on
            </ScreenButton>
          </ScreenButtons>
        </ScreenLayout>
      );
  }
}

const requestTexts = {
  tables: 'The till is asked for its tables',
  lock: 'The table is taken',
  bill: 'The till is asked for the bill',
  pay: 'The payment is under way',
  leave: 'The till is notified',
} as const;

function tables(screen: Extract<WaiterScreen, { kind: 'tables' }>, dispatch: Dispatch) {
  const open = matchingTables(screen);
  const { typed } = screen;
  const any =
    typed === '' ? 'No table has anything to pay.' : `No open table begins with ${typed}.`;
  const about = open.length > 0 ? 'Which table? Type it and press Enter, or choose.' : any;
  return (
    <ScreenLayout title="Open tables" about={about} {...(typed && { figure: typed })}>
      <div class="mc-scroll">
        <ScreenButtons columns={3}>
          {open.map((tableId) => (
            <ScreenButton key={tableId} onPress={() => dispatch({ kind: 'table', tableId })}>
              {tableId}
            </ScreenButton>
          ))}
        </ScreenButtons>
      </div>
      <ScreenButtons>
        <ScreenButton icon="left" onPress={() => dispatch({ kind: 'leave' })}>
          Back
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function bill({ tableId, due, currency, partlyPaid }: HeldTable, dispatch: Dispatch) {
  return (
    <ScreenLayout
      title={`Table ${tableId}`}
      about={partlyPaid ? 'still to pay' : 'to pay'}
      figure={moneyText(due, currency)}
    >
      <ScreenButtons>
        <ScreenButton
          main
          hotkey="1"
          icon="card"
          onPress={() => dispatch({ kind: 'pay', by: 'card' })}
        >
          Pay by card
        </ScreenButton>
        <ScreenButton hotkey="2" icon="cash" onPress={() => dispatch({ kind: 'pay', by: 'other' })}>
          Paid in cash or else
        </ScreenButton>
        {!partlyPaid && (
          <ScreenButton hotkey="3" icon="receipt" onPress={() => dispatch({ kind: 'bill' })}>
            Print the bill
          </ScreenButton>
        )}
        <ScreenButton hotkey="4" icon="left" onPress={() => dispatch({ kind: 'leave' })}>
          Leave the table
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function paymentAmount(
  { table, by, typed }: Extract<WaiterScreen, { kind: 'paymentAmount' }>,
  dispatch: Dispatch,
) {
  const money = (amount: number) => moneyText(amount, table.currency);
  const pay = (amount: number) => dispatch({ kind: 'amount', amount });
  return (
    <ScreenLayout
      title={by === 'card' ? 'How much by card?' : 'How much was paid?'}
      about={`Of ${money(table.due)}. Type an amount and press Enter, or choose.`}
      figure={money(typed)}
    >
      <ScreenButtons columns={2}>
        <ScreenButton main={typed === 0} detail="all" onPress={() => pay(table.due)}>
          {money(table.due)}
        </ScreenButton>
        {[2, 3, 4]
          .filter((heads) => share(table.due, heads) > 0)
          .map((heads) => (
            <ScreenButton
              key={heads}
              detail={`1 of ${heads}`}
              onPress={() => pay(share(table.due, heads))}
            >
              {money(share(table.due, heads))}
            </ScreenButton>
          ))}
      </ScreenButtons>
    </ScreenLayout>
  );
}

function gratuity(
  { table, amount, typed }: Extract<WaiterScreen, { kind: 'gratuity' }>,
  dispatch: Dispatch,
) {
  return (
    <ScreenLayout
      title="Add a gratuity?"
      about={`On ${moneyText(amount, table.currency)}. Type an amount, or choose.`}
      figure={moneyText(typed, table.currency)}
    >
      <AmountButtons
        currency={table.currency}
        typed={typed}
        amounts={[10, 12.5, 15].map((percent) => ({
          label: `${percent}%`,
          amount: Math.round((amount * percent) / 100),
        }))}
        onChoose={(chosen) => dispatch({ kind: 'amount', amount: chosen })}
      />
    </ScreenLayout>
  );
}
