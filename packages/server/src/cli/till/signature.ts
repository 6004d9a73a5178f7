// The signature question: by flag, or asked of the person at the terminal. Where there is nobody to
// ask it is not answered, and the gateway's time-out decides [C-4.36].

import type { Interface } from 'node:readline/promises';
import { createInterface } from 'node:readline/promises';
import type { OnSignature } from '@tillgate/client';
import { note } from '../output.ts';
import { withKeyboard } from '../signals.ts';
import type { TransactionValues } from './transaction-options.ts';
import type { TransactionOutput } from './transaction-output.ts';

/** `over` is aborted when the answer would come too late. */
export function signatureHandler(
  values: TransactionValues,
  screen: TransactionOutput,
  over: AbortSignal,
): OnSignature {
  return (question) => {
    screen.signature(question);
    if (values['accept-signature']) return true;
    if (values['reject-signature']) return false;
    if (process.stdin.isTTY) return askOrWait(over, question.timeout);
    note(
      'There is nobody to ask about the signature, so it is not answered. ' +
        'Scripts give --accept-signature or --reject-signature.',
    );
    return never();
  };
}

async function askOrWait(over: AbortSignal, seconds: number): Promise<boolean> {
  const answer = await withKeyboard(() => askPerson(over, seconds));
  if (answer !== undefined) return answer;
  note('The signature is not answered.');
  return never();
}

/** Undefined if nobody answers in time. */
async function askPerson(over: AbortSignal, seconds: number): Promise<boolean | undefined> {
  const person = createInterface({ input: process.stdin, output: process.stderr });
  // In raw mode Ctrl-C comes here and not to the process.
  person.on('SIGINT', () => process.emit('SIGINT'));
  const gone = new Promise<undefined>((resolve) => person.once('close', () => resolve(undefined)));
  try {
    for (;;) {
      const answer = await Promise.race([ask(person, over, seconds), gone]);
      if (answer === undefined) return undefined;
      if (/^y(es)?$/i.test(answer)) return true;
      if (/^no?$/i.test(answer)) return false;
      note('Please answer y or n.');
    }
  } finally {
    person.close();
  }
}

async function ask(person: Interface, over: AbortSignal, seconds: number) {
  try {
    const question = `Is the signature good? (${seconds} s) [y/n] `;
    return (await person.question(question, { signal: over })).trim();
  } catch {
    return undefined;
  }
}

function never(): Promise<boolean> {
  return new Promise(() => {});
}
