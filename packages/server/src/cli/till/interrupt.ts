// Ctrl-C while a card machine is busy: the first asks it to cancel, the second ends the command.

import { exitCode } from '../exit-code.ts';
import { note } from '../output.ts';
import { onInterrupt } from '../signals.ts';

interface Interrupt {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** There is nothing to cancel any more: the next Ctrl-C ends the command. */
  readonly nothingToCancel: () => void;
  readonly close: () => void;
}

/** `asking` says what the first Ctrl-C does. */
export function listenForInterrupt(asking = 'Asking the card machine to cancel.'): Interrupt {
  const cancellation = new AbortController();
  let asked = false;
  const unsubscribe = onInterrupt(() => {
    if (asked) leave();
    asked = true;
    note(`\n${asking} Ctrl-C again leaves without waiting.`);
    cancellation.abort();
  });
  return {
    signal: cancellation.signal,
    nothingToCancel: () => {
      asked = true;
    },
    close: unsubscribe,
  };
}

function leave(): never {
  note('\nLeft. The card machine may still be at work: look at it before you try again.');
  process.exit(exitCode.unknown);
}
