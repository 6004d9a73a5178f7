// Words and tones of outcomes and of states of card machines, from the table of the protocol, for lines and tables.

import type { api } from '@tillgate/protocol';
import { outcomes, outcomeWords, terminalStates } from '@tillgate/protocol';
import type { Span } from './layout.ts';

/** Whether it is a result of a transaction, report or table. */
export function isResult(result: string): result is api.TransactionSummary['result'] {
  return Object.hasOwn(outcomes, result);
}

/** The word for a result of a transaction of a type; what is in no table stays as it is. */
export function outcomeSpan(result: string, type: string): Span {
  if (!isResult(result)) return { text: result };
  const { word, tone } = outcomeWords(result, type);
  return { text: word, tone };
}

/** The results that a word or value of a filter means, in any letters: `Approved` and `SUCCESSFUL`. */
export function resultNamed(text: string): api.TransactionSummary['result'] | undefined {
  const wanted = text.toUpperCase();
  if (isResult(wanted)) return wanted;
  return Object.keys(outcomes)
    .filter(isResult)
    .find((result) => outcomes[result].word.toUpperCase() === wanted);
}

/** The word for a state of a card machine. */
export function stateSpan(state: keyof typeof terminalStates): Span {
  const { word, tone } = terminalStates[state];
  return { text: word, tone };
}
