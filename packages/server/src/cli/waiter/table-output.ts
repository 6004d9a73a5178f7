// The output of paying at a table: text for a person, or JSON lines for a program.

import { progressText } from '@tillgate/client';
import type { NotificationValue, TillReceiptLine, WaiterAnswer } from '@tillgate/protocol';
import { outcomes } from '@tillgate/protocol';
import { moneyText } from '../../application/journal/money-text.ts';
import { clean, note, print, printJson } from '../output.ts';
import { printPaper } from '../payment-text.ts';
import { progressLines } from '../progress-lines.ts';
import type { BillPart } from './split-bill.ts';

type Answer<A extends WaiterAnswer['answer']> = Extract<WaiterAnswer, { answer: A }>;

/** A table that was locked. */
export interface LockedTable {
  readonly tid: string;
  readonly tableId: string;
  readonly amount: number;
  readonly currency: string;
}

/** One of several payments, from 1. */
export interface NumberedPart {
  readonly part: BillPart;
  readonly number: number;
  readonly of: number;
}

export interface TableOutput {
  readonly locked: (locked: LockedTable) => void;
  readonly bill: (lines: readonly TillReceiptLine[]) => void;
  readonly part: (locked: LockedTable, turn: NumberedPart) => void;
  readonly progress: (value: NotificationValue) => void;
  readonly payment: (locked: LockedTable, part: BillPart, answer: Answer<'payment'>) => void;
  /** Nothing was done, or it is not known. */
  readonly refused: (answer: Answer<'no' | 'unknown'>) => void;
  readonly left: (answer: Answer<'left'>) => void;
}

export function tableOutput(json: boolean): TableOutput {
  return json ? jsonOutput : textOutput();
}

const jsonOutput: TableOutput = {
  locked: (locked) => printJson({ event: 'locked', ...locked }),
  bill: (receiptLines) => printJson({ event: 'bill', receiptLines }),
  part: (_, { part }) => printJson({ event: 'part', ...part }),
  progress: (notificationValue) => printJson({ event: 'progress', notificationValue }),
  payment: (_, part, { paid, left }) => printJson({ event: 'payment', ...part, paid, left }),
  refused: ({ answer, message }) =>
    printJson({ event: answer === 'no' ? 'refused' : 'unknown', message }),
  left: ({ answer, ...rest }) => printJson({ event: answer, ...rest }),
};

function textOutput(): TableOutput {
  const { show, end } = progressLines();
  return {
    locked: ({ tid, tableId, amount, currency }) =>
      print(
        `Table ${clean(tableId)} at card machine ${clean(tid)}: ` +
          `${moneyText(currency, amount)} to pay`,
      ),
    bill: (lines) => {
      printPaper(lines);
      print();
    },
    part: ({ currency }, { part, number, of }) => {
      const { amount, amountCashback, amountGratuity } = part;
      const money = (label: string, minor: number) =>
        minor > 0 ? [`${label}${moneyText(currency, minor)}`] : [];
      const means = part.by === 'card' ? 'by card' : 'by other means';
      const words = [
        ...money('', amount),
        ...money('cashback ', amountCashback),
        ...money('gratuity ', amountGratuity),
        means,
      ];
      const which = of > 1 ? ` ${number} of ${of}` : '';
      print(`Payment${which}: ${words.join(', ')}`);
    },
    progress: (value) => show(clean(progressText(value))),
    payment: ({ currency }, _, { paid, left }) => {
      end();
      const { word, tone } = paid ? outcomes.PAID : outcomes.NOT_PAID;
      print([
        { text: paid ? word : word.toUpperCase(), tone, bold: true },
        `; ${moneyText(currency, left)} left to pay`,
      ]);
    },
    refused: ({ message }) => {
      end();
      note(message);
    },
    left: ({ receiptLines }) => {
      end();
      if (receiptLines) printPaper(receiptLines);
    },
  };
}
