// Schemas of the waiter at a virtual card machine: the requests of a program that simulates one, and their
// answers [C-10.15].

import { Amount, Cashback, Currency } from './money.ts';
import { PrintedReceipt, TableId, TableList, WaiterId } from './table.ts';
import { notificationValues, terminalNotification } from './terminal.ts';
import { printable } from './text.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

const closed = { additionalProperties: false } as const;

const waiter = { waiterId: Type.Optional(printable(WaiterId)) };

export const ListParams = Type.Object(waiter, { ...closed, description: 'The waiter.' });
export const LockParams = Type.Object(
  { tableId: TableId, ...waiter },
  { ...closed, description: 'The table and the waiter.' },
);
export const NoParams = Type.Object({}, { ...closed, description: 'No parameters.' });
export const PayParams = Type.Object(
  {
    by: Type.Enum(['card', 'other'], {
      title: 'PaidBy',
      description: 'By a card on this machine, or recorded as other means, such as cash.',
    }),
    amount: Amount('Part of the bill to pay, without cashback and gratuity.', 1),
    amountCashback: Type.Optional(Cashback('Cash to hand out, by card only; 0 if absent.')),
    amountGratuity: Type.Optional(
      Amount('Gratuity in addition to the amount, by card only; 0 if absent.'),
    ),
  },
  { ...closed, description: 'What is paid, and by what.' },
);

const { tables } = TableList.properties;
const { receiptLines } = PrintedReceipt.properties;
const Sentence = Type.String({ minLength: 1, description: 'Show it to the waiter as it is.' });
const Left = Type.Integer({ minimum: 0, description: 'What is still to pay. In pence or cents.' });

const literalAnswer = <const W extends string>(answer: W) =>
  Type.Literal(answer, { description: `Always "${answer}".` });

const Refused = Type.Object(
  { answer: literalAnswer('no'), message: Sentence },
  { ...closed, title: 'WaiterRefusal', description: 'Nothing was done.' },
);

export const ListAnswer = Type.Union(
  [
    Type.Object(
      { answer: literalAnswer('tables'), tables },
      { ...closed, description: 'The open tables of the till.' },
    ),
    Refused,
  ],
  { description: 'The open tables, or why there are none to see.' },
);
export const LockAnswer = Type.Union(
  [
    Type.Object(
      {
        answer: literalAnswer('locked'),
        amount: Amount('What is still to pay.'),
        currency: Currency,
      },
      { ...closed, description: 'The table is locked for this card machine.' },
    ),
    Refused,
  ],
  { description: 'What is to pay, or why the table is not locked.' },
);
export const BillAnswer = Type.Union(
  [
    Type.Object(
      { answer: literalAnswer('bill'), receiptLines },
      { ...closed, description: 'The bill, to print.' },
    ),
    Refused,
  ],
  { description: 'The bill, or why there is none.' },
);
export const PayAnswer = Type.Union(
  [
    Type.Object(
      {
        answer: literalAnswer('payment'),
        paid: Type.Boolean({ description: 'Whether it was paid; false for a declined card.' }),
        left: Left,
      },
      {
        ...closed,
        description: 'The payment has ended. With nothing left to pay the session ends.',
      },
    ),
    Type.Object(
      { answer: literalAnswer('unknown'), message: Sentence },
      { ...closed, description: 'It is not known whether the card was charged.' },
    ),
    Refused,
  ],
  { description: 'How the payment ended, or why there was none.' },
);
export const LeaveAnswer = Type.Union(
  [
    Type.Object(
      { answer: literalAnswer('left'), receiptLines: Type.Optional(receiptLines) },
      {
        ...closed,
        description: 'The till is notified of everything; with the final receipt, if any.',
      },
    ),
    Refused,
  ],
  { description: 'The session has ended, or why not.' },
);

export type WaiterAnswer =
  | Static<typeof ListAnswer>
  | Static<typeof LockAnswer>
  | Static<typeof BillAnswer>
  | Static<typeof PayAnswer>
  | Static<typeof LeaveAnswer>;

const { notificationValue } = terminalNotification(notificationValues).properties;

export const Showing = Type.Object(
  { notificationValue },
  { ...closed, description: 'What the card machine is showing.' },
);
