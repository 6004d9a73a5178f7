// Which screen the machine shows: a payment in hand comes first, then the waiter's tables, then idle.

import { Discontinued } from '@tillgate/client';
import type { Identity } from '../books/memory.ts';
import { printLast, printTotals, start, unpair } from '../link/link.ts';
import { hall, lineState, offNetwork, play, remark } from '../state.ts';
import { pressInHall } from '../waiter/waiter-controller.ts';
import { playScreen } from './payment-screens.tsx';
import { Choice, Choices, Face } from './screen-layout.tsx';
import { hallScreen } from './waiter-screens.tsx';

export function Screen({ who }: { readonly who: Identity }) {
  if (play.value) return playScreen(play.value);
  if (lineState.value.state === 'stopped') return stopped(who, lineState.value.cause);
  return hall.value.at === 'off' ? idle(who) : hallScreen(hall.value);
}

function idle(who: Identity) {
  const linked = lineState.value.state === 'connected' && !offNetwork.value;
  const ready = linked ? 'Ready for the till' : 'Waiting for the gateway';
  return (
    <Face title={who.shop} icon="machine" about={remark.value || ready}>
      <Choices>
        <Choice icon="table" onPress={() => pressInHall({ press: 'open' })}>
          Tables
        </Choice>
        <Choice icon="list" onPress={() => printLast(who)}>
          Last transaction
        </Choice>
        <Choice icon="till" onPress={() => printTotals(who)}>
          Totals
        </Choice>
      </Choices>
    </Face>
  );
}

function stopped(who: Identity, cause: Error) {
  const elsewhere = cause instanceof Discontinued && cause.reason === 'takenOver';
  const title = elsewhere ? 'Open somewhere else' : 'Not linked';
  const about = elsewhere ? 'This machine is linked from another window.' : cause.message;
  return (
    <Face title={title} icon="warn" tone="bad" about={about}>
      <Choices>
        <Choice main onPress={() => void start(who)}>
          Use it here
        </Choice>
        <Choice onPress={() => unpair()}>Pair anew</Choice>
      </Choices>
    </Face>
  );
}
