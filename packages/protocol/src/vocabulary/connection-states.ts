// The states of a connection to the gateway in words for people: of tills, waiters, card machines and event streams.
// Console and card machine page read it, so that a connection has one word wherever it is shown.

import type { OutcomeWords } from './outcomes.ts';

interface StateWords extends Pick<OutcomeWords, 'word' | 'tone'> {
  readonly icon: 'plug' | 'clock' | 'check' | 'again' | 'cross' | 'warn';
  readonly about: string;
}

/** The names are those of the SDK's states; `refused` is a `stopped` that the gateway's answer has caused. */
export const connectionStates = {
  closed: {
    ...{ word: 'Not connected', tone: 'plain', icon: 'plug' },
    about: 'There is no connection, and none is being opened.',
  },
  connecting: {
    ...{ word: 'Connecting', tone: 'wait', icon: 'clock' },
    about: 'The gateway has not answered yet.',
  },
  connected: {
    ...{ word: 'Connected', tone: 'good', icon: 'check' },
    about: 'Messages go in both directions.',
  },
  waiting: {
    ...{ word: 'Reconnecting', tone: 'wait', icon: 'again' },
    about: 'The connection was lost. It is tried again by itself.',
  },
  refused: {
    ...{ word: 'Refused', tone: 'bad', icon: 'cross' },
    about: 'The gateway did not accept the connection. It is not tried again.',
  },
  stopped: {
    ...{ word: 'Ended', tone: 'bad', icon: 'warn' },
    about: 'The gateway has ended the connection. It is not tried again.',
  },
  offNetwork: {
    ...{ word: 'Off the network', tone: 'bad', icon: 'cross' },
    about: 'The network of the card machine page is switched off.',
  },
} as const satisfies Readonly<Record<string, StateWords>>;

/** The name of a state of a connection. */
export type ConnectionStateName = keyof typeof connectionStates;

/** What is shown of a state of the SDK: an attempt after the first one belongs to reconnecting. */
export function connectionStateName(
  state:
    | { readonly state: 'connecting'; readonly attempt: number }
    | { readonly state: Exclude<ConnectionStateName, 'connecting' | 'refused' | 'offNetwork'> },
): ConnectionStateName {
  return state.state === 'connecting' && state.attempt > 1 ? 'waiting' : state.state;
}
