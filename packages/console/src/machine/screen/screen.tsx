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
import type { Simulation } from '../payment/simulation.ts';
import type { WaiterController } from '../waiter/waiter-controller.ts';
import { LoadPaper, paymentScreen } from './payment-screens.tsx';
import { ScreenButton, ScreenButtons, ScreenLayout } from './screen-layout.tsx';
import { waiterScreen } from './waiter-screens.tsx';

interface ScreenProps {
  readonly identity: Identity;
  readonly link: Link;
  readonly payments: PaymentRunner;
  readonly simulation: Simulation;
  readonly waiter: WaiterController;
  readonly printer: Printer;
  readonly reports: Reports;
  readonly remark: Signal<string>;
}

export function Screen(props: ScreenProps) {
  const { link, payments, printer, simulation, waiter } = props;
  const flow = payments.flow.value;
  if (flow) return paymentScreen(flow, { payments, printer, simulation });
  const connection = link.state.value;
  if (connection.state === 'stopped') return stopped(props, connection.cause);
  const screen = waiter.screen.value;
  return screen.kind === 'closed' ? idle(props) : waiterScreen(screen, waiter);
}

function idle(props: ScreenProps) {
  const { identity, link, payments, printer, waiter, reports, remark } = props;
  const wait = link.isLinked.value ? '' : 'Waiting for the gateway';
  const about = `${remark.value} ${wait}`.trim() || 'Ready for the till';
  const hasPaper = printer.hasPaper.value;
  return (
    <ScreenLayout
      title={identity.shop}
      icon={hasPaper ? 'machine' : 'paper'}
      {...(hasPaper ? {} : { tone: 'wait' as const })}
      about={hasPaper ? about : 'Out of paper'}
    >
      <ScreenButtons>
        {!hasPaper && <LoadPaper payments={payments} printer={printer} />}
        <ScreenButton hotkey="1" icon="table" onPress={() => waiter.dispatch({ kind: 'open' })}>
          Tables
        </ScreenButton>
        <ScreenButton
          hotkey="2"
          icon="receipt"
          onPress={() => {
            remark.value = reports.printLast(identity);
          }}
        >
          Last transaction
        </ScreenButton>
        <ScreenButton
          hotkey="3"
          icon="sum"
          onPress={() => {
            remark.value = '';
            reports.printTotals(identity);
          }}
        >
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
        <ScreenButton main hotkey="1" onPress={() => void link.start(identity)}>
          Use it here
        </ScreenButton>
        <ScreenButton onPress={() => link.unpair()}>Pair anew</ScreenButton>
      </ScreenButtons>
    </ScreenLayout>
  );
}
