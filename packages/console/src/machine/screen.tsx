// Which screen the machine shows: a payment in hand comes first, then the waiter's tables, then idle.

import { Discontinued } from '@tillgate/client';
import { Choice, Choices, Face } from './face.tsx';
import { pressInHall } from './hall.ts';
import { printLast, printTotals, start, unpair } from './link.ts';
import type { Identity } from './memory.ts';
import { HallScreen } from './screen-hall.tsx';
import { PlayScreen } from './screen-play.tsx';
import { hall, lineState, offNetwork, play, remark } from './state.ts';

export function Screen({ who }: { readonly who: Identity }) {
  if (play.value) return <PlayScreen play={play.value} />;
  if (lineState.value.state === 'stopped')
    return <Stopped who={who} cause={lineState.value.cause} />;
  if (hall.value.at !== 'off') return <HallScreen hall={hall.value} />;
  return <Idle who={who} />;
}

function Idle({ who }: { readonly who: Identity }) {
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

function Stopped({ who, cause }: { readonly who: Identity; readonly cause: Error }) {
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
