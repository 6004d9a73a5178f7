// The output of a transaction while it runs and when it has ended: text for a person, or JSON lines for a
// program.

import type { Outcome, Shown, SignatureQuestion } from '@tillgate/client';
import { progressText } from '@tillgate/client';
import { outcomes, outcomeWords } from '@tillgate/protocol';
import { clean, note, print, printJson } from '../output.ts';
import { printPaper, printPayment, printReceipts } from '../payment-text.ts';

export interface TransactionOutput {
  readonly progress: (value: Shown) => void;
  readonly signature: (question: SignatureQuestion) => void;
  readonly outcome: (outcome: Outcome) => void;
}

export function transactionOutput(json: boolean): TransactionOutput {
  return json ? jsonOutput : textOutput;
}

const jsonOutput: TransactionOutput = {
  progress: (value) => printJson({ event: 'progress', notificationValue: value }),
  signature: (question) => printJson({ event: 'signature', question }),
  outcome: (outcome) => printJson({ event: 'outcome', ...plain(outcome) }),
};

/** The outcome without what JSON cannot contain. */
function plain(outcome: Outcome): object {
  if (outcome.outcome !== 'unknown') return outcome;
  const { resolve: _, ...facts } = outcome;
  return facts;
}

const textOutput: TransactionOutput = {
  progress: (value) => {
    // It would be written behind the question.
    if (value === 'SIGNATURE_VERIFICATION_IN_PROGRESS' && process.stdin.isTTY) return;
    print(`  ${clean(progressText(value))}`);
  },
  signature: ({ receiptLines }) => printPaper(receiptLines.MERCHANT ?? []),
  outcome: (outcome) => {
    print();
    if (outcome.outcome !== 'unknown') {
      const { transactionResult, transactionType } = outcome.payment;
      const { word, advice } = outcomeWords(transactionResult, transactionType);
      print(word.toUpperCase());
      if (outcome.outcome !== 'approved') print(advice);
      printPayment(outcome.payment);
      printReceipts(outcome.payment);
      return;
    }
    print(outcomes.TIMED_OUT.word.toUpperCase());
    note(clean(outcome.advice));
  },
};
