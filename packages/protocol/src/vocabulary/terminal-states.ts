// The states of a card machine in words for people; the console, the command line and docs/outcomes.md read it.

import type { Terminal } from '../api/terminals.ts';
import type { OutcomeWords } from './outcomes.ts';

interface StateWords extends Pick<OutcomeWords, 'word' | 'tone'> {
  readonly about: string;
}

/** The words for each state of a card machine. */
export const terminalStates = {
  AVAILABLE: { word: 'Available', tone: 'good', about: 'It is connected and free.' },
  BUSY: { word: 'Busy', tone: 'wait', about: 'It is at work, or operated by hand.' },
  notConnected: { word: 'Not connected', tone: 'bad', about: 'The gateway does not reach it.' },
  waitingForCode: {
    ...{ word: 'Waiting for its code', tone: 'plain' },
    about: 'It is enrolled; its pairing code has not been typed yet.',
  },
  codeOver: {
    ...{ word: 'Code over', tone: 'plain' },
    about: 'Its pairing code was not used in time; it needs another.',
  },
  paired: { word: 'Paired', tone: 'good', about: 'It has a key to link with.' },
  revoked: {
    word: 'Revoked',
    tone: 'bad',
    about: 'Its key was revoked; it can be enrolled again.',
  },
  byHand: {
    ...{ word: 'Operated by hand', tone: 'accent' },
    about: 'A person or program operates this virtual card machine, not the gateway.',
  },
} as const satisfies Readonly<Record<string, StateWords>>;

/** Whether a person or program operates a virtual card machine in place of the gateway [C-10.22]. */
export function isOperatedByHand({ kind, paired }: Pick<Terminal, 'kind' | 'paired'>): boolean {
  return kind === 'virtual' && paired === true;
}
