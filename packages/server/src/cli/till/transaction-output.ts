// The output of a transaction while it runs and when it has ended: text for a person, or JSON lines for a
// program.

import type { Outcome, Shown, SignatureQuestion } from '@tillgate/client';
import { progressText } from '@tillgate/client';
import { outcomes, outcomeWords } from '@tillgate/protocol';
import { clean, note, print, printJson } from '../output.ts';
import { printPaper, printPayment, printReceipts } from '../payment-text.ts';
import { progressLines } from '../progress-lines.ts';

export interface TransactionOutput {
  readonly progress: (value: Shown) => void;
  readonly signature: (question: SignatureQuestion) => void;
  /** Nothing goes on any more, whatever the outcome. */
  readonly ended: () => void;
  readonly outcome: (outcome: Outcome) => void;
}

export function transactionOutput(json: boolean): TransactionOutput {
  return json ? jsonOutput : textOutput();
}

const jsonOutput: TransactionOutput = {
  progress: (value) => printJson({ event: 'progress', notificationValue: value }),
  signature: (question) => printJson({ event: 'signature', question }),
  ended: () => {},
  outcome: (outcome) => printJson({ event: 'outcome', ...plain(outcome) }),
};

/** The outcome without what JSON cannot contain. */
function plain(outcome: Outcome): object {
  if (outcome.outcome !== 'unknown') return outcome;
  const { resolve: _, ...facts } = outcome;
  return facts;
}

function textOutput(): TransactionOutput {
  const { show, end } = progressLines();
  return {
    progress: (value) => {
      // It would be written behind the question.
      if (value === 'SIGNATURE_VERIFICATION_IN_PROGRESS' && process.stdin.isTTY) return;
      show(clean(progressText(value)));
    },
    signature: ({ receiptLines }) => {
      end();
      printPaper(receiptLines.MERCHANT ?? []);
    },
    ended: end,
    outcome: (outcome) => {
      end();
      print();
      if (outcome.outcome === 'unknown') {
        const { word, tone } = outcomes.TIMED_OUT;
        print({ text: word.toUpperCase(), tone, bold: true });
        note(outcome.advice);
        return;
      }
      const { transactionResult, transactionType } = outcome.payment;
      const { word, tone, advice } = outcomeWords(transactionResult, transactionType);
      print({ text: word.toUpperCase(), tone, bold: true });
      if (outcome.outcome !== 'approved') print(advice);
      printPayment(outcome.payment);
      printReceipts(outcome.payment);
    },
  };
}
