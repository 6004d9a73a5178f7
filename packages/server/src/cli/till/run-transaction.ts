// Runs one transaction from the command line: shows its progress, sends a cancel on Ctrl-C, resolves an
// unknown outcome, and turns the outcome into an exit code.

import type { Outcome, PacTill, Transaction, TransactionOptions } from '@tillgate/client';
import { TillError } from '@tillgate/client';
import { mask } from '@tillgate/protocol';
import { exitCode, UsageError } from '../exit-code.ts';
import { brokenOff } from '../exit-error.ts';
import { clean, hint, note, printJson } from '../output.ts';
import { listenForInterrupt } from './interrupt.ts';
import { signatureHandler } from './signature.ts';
import { withTill } from './till-options.ts';
import type { TransactionTarget, TransactionValues } from './transaction-options.ts';
import { checkTransactionValues, transactionTarget } from './transaction-options.ts';
import type { TransactionOutput } from './transaction-output.ts';
import { transactionOutput } from './transaction-output.ts';

type Start = (till: PacTill, basics: TransactionTarget, options: TransactionOptions) => Transaction;

/** Returns the exit code. */
export async function runTransaction(values: TransactionValues, start: Start): Promise<number> {
  checkTransactionValues(values);
  const { json = false } = values;
  const known = guardCode();
  const screen = transactionOutput(json);
  try {
    const outcome = await withTill(values, async (till) => {
      const basics = await transactionTarget(till, values);
      if (!json) hint(`Card machine ${clean(basics.tid)}`);
      const found = await takeTransaction({ values, screen }, (options) =>
        start(till, basics, options),
      );
      known(codeOf(found));
      return found;
    });
    screen.outcome(outcome);
    return codeOf(outcome);
  } catch (cause) {
    if (json && cause instanceof TillError) {
      const { code, message, userMessage, errors } = cause;
      printJson({ event: 'refused', code, message, userMessage, errors });
    }
    throw cause;
  }
}

/** However the command breaks, its code must not say that a card was declined; returns *known*. */
function guardCode(): (code: number) => void {
  let code: number = exitCode.unknown;
  process.on('uncaughtException', (cause) => {
    note(mask(`The command broke: ${cause.stack ?? cause.message}`));
    process.exit(code);
  });
  return (known) => {
    code = known;
  };
}

/** Runs one transaction: shows it, and finds out its outcome if the connection breaks. */
export async function takeTransaction(
  { values, screen }: { readonly values: TransactionValues; readonly screen: TransactionOutput },
  start: (options: TransactionOptions) => Transaction,
): Promise<Outcome> {
  const over = new AbortController();
  const interrupt = listenForInterrupt();
  let sent = false;
  try {
    const outcome = await start({
      onSent: () => {
        sent = true;
      },
      onProgress: (value) => {
        if (value === 'SIGNATURE_VERIFICATION_TIMEOUT') over.abort();
        screen.progress(value);
      },
      onSignature: signatureHandler(values, screen, over.signal),
      signal: interrupt.signal,
    });
    if (outcome.outcome !== 'unknown' || outcome.reason === 'timedOut') return outcome;
    interrupt.nothingToCancel();
    over.abort();
    note(`${outcome.advice}\nFinding out how it ended; this starts no second payment ...`);
    return await outcome.resolve();
  } catch (cause) {
    if (!sent && (cause instanceof TypeError || cause instanceof RangeError)) {
      throw new UsageError(cause.message, { cause });
    }
    throw brokenOff(cause, 'The outcome is not known.');
  } finally {
    screen.ended();
    over.abort();
    interrupt.close();
  }
}

export function codeOf({ outcome }: Outcome): number {
  if (outcome === 'approved') return exitCode.approved;
  return outcome === 'unknown' ? exitCode.unknown : exitCode.notApproved;
}
