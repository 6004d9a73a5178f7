// Chooses the screen of the machine: a running payment first, then a link that has stopped, then the waiter's menu,
// then the idle screen.

import type { Signal } from '@preact/signals';
import { Discontinued } from '@tillgate/client';
import { connectionStates } from '@tillgate/protocol';
import type { Identity } from '../books/memory.ts';
import type { Link } from '../link/link.ts';
import type { Printer } from '../paper/printer.ts';
import type { Reports } from '../paper/reports.ts';
import type { PaymentRunner } from '../payment/payment-runner.ts';
import type { WaiterController } from '../waiter/waiter-controller.ts';
import { paymentScreen } from './payment-screens.tsx';
import { ScreenButton, ScreenButtons, ScreenLayout } from './screen-layout.tsx';
import { waiterScreen } from './waiter-screens.tsx';

interface ScreenProps {
  readonly identity: Identity;
  readonly link: Link;
  readonly payments: PaymentRunner;
  readonly waiter: WaiterController;
  readonly printer: Printer;
  readonly reports: Reports;
  readonly remark: Signal<string>;
}

export function Screen(props: ScreenProps) {
  const { link, payments, printer, waiter } = props;
  const flow = payments.flow.value;
  if (flow) return paymentScreen(flow, { payments, printer });
  const connection = link.state.value;
  if (connection.state === 'stopped') return stopped(props, connection.cause);
  const screen = waiter.screen.value;
  return screen.kind === 'closed' ? idle(props) : waiterScreen(screen, waiter);
}

function idle({ identity, link, waiter, reports, remark }: ScreenProps) {
  const linked = link.state.value.state === 'connected' && !link.network.isOff.value;
  const ready = linked ? 'Ready for the till' : 'Waiting for the gateway';
  const say = (text: string) => {
    if (text !== '') remark.value = text;
  };
  return (
    <ScreenLayout title={identity.shop} icon="machine" about={remark.value || ready}>
      <ScreenButtons>
        <ScreenButton icon="table" onPress={() => waiter.dispatch({ kind: 'open' })}>
          Tables
        </ScreenButton>
        <ScreenButton icon="list" onPress={() => say(reports.printLast(identity))}>
          Last transaction
        </ScreenButton>
        <ScreenButton icon="till" onPress={() => say(reports.printTotals(identity))}>
          Totals
        </ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}

function stopped({ identity, link }: ScreenProps, cause: Error) {
  const superseded = cause instanceof Discontinued && cause.reason === 'takenOver';
  const title = superseded ? 'Open somewhere else' : connectionStates[link.shownState].word;
  const about = superseded ? 'This machine is linked from another window.' : cause.message;
  return (
    <ScreenLayout title={title} icon="warn" tone="bad" about={about}>
      <ScreenButtons>
        <ScreenButton main onPress={() => void link.start(identity)}>
          Use it here
        </ScreenButton>
        <ScreenButton onPress={() => link.unpair()}>Pair anew</ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}
