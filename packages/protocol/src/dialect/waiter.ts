// What a waiter at a card machine wants, told by the machine itself [C-13.14] or by a program that plays
// the waiter at a virtual one [C-10.13]: requests as one table, and messages as they are published.

import type { TSchema } from 'typebox';
import { at, example } from '../examples/pat.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import type { Validator } from '../schema/validator.ts';
import { createValidator } from '../schema/validator.ts';
import {
  BillAnswer,
  LeaveAnswer,
  ListAnswer,
  ListParams,
  LockAnswer,
  LockParams,
  NoParams,
  PayAnswer,
  PayParams,
  Showing,
} from '../schema/waiter.ts';
import type { Message } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';

/** What a waiter at a card machine wants; the method is its name. One at a time, save `leave`. */
export type WaiterRequest =
  /** The open tables. From here until it has left, the machine is busy. */
  | { readonly kind: 'tables'; readonly waiterId?: string }
  | { readonly kind: 'lock'; readonly tableId: string; readonly waiterId?: string }
  /** The bill on paper; only before the first payment. */
  | { readonly kind: 'bill' }
  /** Takes a part of the bill: by card, which the gateway then starts, or noted as other means. */
  | {
      readonly kind: 'pay';
      readonly by: 'card' | 'other';
      /** Off the bill, minor units, 1 or more. */
      readonly amount: number;
      /** On top, minor units; 0 for other means. */
      readonly amountCashback: number;
      readonly amountGratuity: number;
    }
  /** Done with the table, or with the menu. A card payment under way ends first. */
  | { readonly kind: 'leave' };

/** One request of a waiter. */
export interface WaiterMethodCodec {
  readonly method: string;
  readonly request: Validator;
  /** Of the result alone. */
  readonly result: Validator;
  readonly decode: (params: never) => WaiterRequest;
}

interface Declared {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly params: TSchema;
  /** Params may be left out. */
  readonly optional?: boolean;
  readonly result: TSchema;
  /** Params of the example. */
  readonly asks?: object;
  readonly results: readonly object[];
  readonly rules: readonly string[];
  readonly read: (params: never) => WaiterRequest;
}

const { waiterId, tableId } = at;
const without = { params: NoParams, optional: true } as const;
const no = (message: string) => ({ answer: 'no', message });
const NO_EXTRAS = { amountCashback: 0, amountGratuity: 0 };

const declared: Readonly<Record<WaiterRequest['kind'], Declared>> = {
  tables: {
    title: 'See the open tables',
    purpose: 'Asks the till for its open tables. The card machine is busy until it is left.',
    answer: 'The tables in the order to show; [] if there are none or no till is connected.',
    params: ListParams,
    optional: true,
    result: ListAnswer,
    asks: { waiterId },
    results: [{ answer: 'tables', tables: ['1', '2', '12A'] }, no('The card machine is busy.')],
    rules: ['C-9.11'],
    read: (params: object) => ({ kind: 'tables', ...params }),
  },
  lock: {
    title: 'Take a table',
    purpose: 'Asks the till to lock a table and to tell what is still to pay.',
    answer: 'The amount to pay, or why the table is not locked.',
    params: LockParams,
    result: LockAnswer,
    asks: { tableId, waiterId },
    results: [
      { answer: 'locked', amount: 4820, currency: 'GBP' },
      no('Table 12A is open on the till.'),
    ],
    rules: ['C-9.12', 'C-9.13', 'C-9.14'],
    read: (params: { tableId: string }) => ({ kind: 'lock', ...params }),
  },
  bill: {
    title: 'Print the bill before paying',
    purpose: 'Asks the till for the bill of the locked table; only before the first payment.',
    answer: 'The lines of the bill, or why there is none.',
    ...without,
    result: BillAnswer,
    results: [{ answer: 'bill', receiptLines: example.billLines }],
    rules: ['C-9.15'],
    read: () => ({ kind: 'bill' }),
  },
  pay: {
    title: 'Pay a part of the bill',
    purpose: 'Has a card paid on the machine, or notes a payment by other means, such as cash.',
    answer: 'How it ended and what is left. It comes when the payment has ended.',
    params: PayParams,
    result: PayAnswer,
    asks: { by: 'card', amount: 3000, amountGratuity: 300 },
    results: [
      { answer: 'payment', paid: true, left: 1820 },
      { answer: 'payment', paid: false, left: 4820 },
      { answer: 'unknown', message: 'It is not known whether the card was charged.' },
    ],
    rules: ['C-9.17', 'C-9.19'],
    read: (params: { by: 'card' | 'other'; amount: number }) => ({
      ...{ kind: 'pay', ...NO_EXTRAS },
      ...params,
    }),
  },
  leave: {
    title: 'Leave the table',
    purpose: 'Ends what is open: a payment under way ends first, then the till is told.',
    answer: 'All is told to the till; the final receipt is here if there is one to print.',
    ...without,
    result: LeaveAnswer,
    results: [{ answer: 'left', receiptLines: example.finalLines }, { answer: 'left' }],
    rules: ['C-9.16', 'C-9.20'],
    read: () => ({ kind: 'leave' }),
  },
};

const FIRST_EXAMPLE_ID = 1;
const SHOWING = 'showing';

const showing = notificationMessage(SHOWING, Showing, {
  title: 'What the card machine shows',
  description: 'Progress of a card payment at the table. No answer.',
  examples: [{ jsonrpc: '2.0', method: SHOWING, params: { notificationValue: 'PRESENT_CARD' } }],
});

/** Who speaks for the waiter, and the rules of that. */
interface Speaker {
  readonly asker: 'waiter' | 'terminal';
  readonly rules: readonly string[];
  readonly rulesOf: Readonly<Partial<Record<WaiterRequest['kind'], readonly string[]>>>;
}

/** The requests of a waiter by method, and their messages. */
export function waiterTable({ asker, rules, rulesOf }: Speaker): {
  readonly requests: Readonly<Record<string, WaiterMethodCodec>>;
  readonly messages: readonly Message[];
} {
  const requests: Record<string, WaiterMethodCodec> = {};
  const messages: Message[] = [];
  for (const [method, row] of Object.entries(declared) as [WaiterRequest['kind'], Declared][]) {
    const [request, response] = wishMessages(asker, method, row);
    const shared = {
      integration: asker,
      rules: [...rules, ...(rulesOf[method] ?? []), ...row.rules],
    } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: asker, schema: request },
      { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
    );
    requests[method] = {
      method,
      request: createValidator(request),
      result: createValidator(row.result),
      decode: row.read,
    };
  }
  return { requests, messages };
}

function wishMessages(asker: Speaker['asker'], method: string, row: Declared) {
  const { title, purpose, answer, params, optional = false, asks, results } = row;
  const asked = { jsonrpc: '2.0', id: FIRST_EXAMPLE_ID, method, ...(asks && { params: asks }) };
  const about = { title, description: purpose, examples: [asked] };
  const request = requestMessage(asker, method, { ...about, params, optional });
  const response = responseMessage(asker, row.result, {
    title: `${title}: answer`,
    description: answer,
    examples: results.map((result) => ({ jsonrpc: '2.0', id: FIRST_EXAMPLE_ID, result })),
  });
  return [request, response] as const;
}

const played = waiterTable({
  asker: 'waiter',
  rules: ['C-10.15', 'C-10.16'],
  rulesOf: { pay: ['C-10.18'], leave: ['C-10.19'] },
});

/** By method. */
export const waiterMethods: Readonly<Record<string, WaiterMethodCodec>> = played.requests;
export const waiterMessages: readonly Message[] = [
  ...played.messages,
  {
    ...{ name: SHOWING, integration: 'waiter', sender: 'gateway', rules: ['C-10.17', 'C-6.5'] },
    schema: showing,
  },
  errorDeclaration('waiter'),
];

/** The notification of what the screen shows, as text ready to send [C-10.17]. */
export function encodeShowing(notificationValue: NotificationValue): string {
  return JSON.stringify({ jsonrpc: '2.0', method: SHOWING, params: { notificationValue } });
}
