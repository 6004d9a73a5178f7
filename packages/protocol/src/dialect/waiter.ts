// The requests of a waiter at a card machine, sent by a linked card machine [C-13.14] or by a program that
// plays the waiter at a virtual one [C-10.13]: their codecs by method, and their messages as published.

import { at, example as patExample } from '../examples/pat.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import type { TSchema } from '../schema/type.ts';
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

/**
 * A request of a waiter at a card machine; `kind` is the method. A card machine sends one at a time, except
 * `leave`, which it may send while `pay` is open. Amounts are pence or cents.
 */
export type WaiterRequest =
  /** Asks for the open tables. The card machine is busy from then until `leave`. */
  | {
      readonly kind: 'tables';
      /** Who asks, 1..16 characters; absent if the machine does not ask waiters for an id. */
      readonly waiterId?: string;
    }
  | {
      readonly kind: 'lock';
      /** Which table, 1..32 characters. */
      readonly tableId: string;
      /** Who asks, 1..16 characters; absent if the machine does not ask waiters for an id. */
      readonly waiterId?: string;
    }
  /** Asks for the bill; only before the first payment. */
  | { readonly kind: 'bill' }
  /** Pays a part of the bill: by card, which the gateway then starts, or by other means, which it records. */
  | {
      readonly kind: 'pay';
      /** By card, which the gateway then starts, or by other means, which it records. */
      readonly by: 'card' | 'other';
      /** Paid off the bill, in pence or cents; 1 or more. */
      readonly amount: number;
      /** Cash to hand out, added to `amount`, in pence or cents; 0 for other means. */
      readonly amountCashback: number;
      /** Gratuity, added to `amount`, in pence or cents; 0 for other means. */
      readonly amountGratuity: number;
    }
  /** Leaves the table, or the list of tables. A card payment that is running ends first. */
  | { readonly kind: 'leave' };

/** Validates and decodes one method of a waiter. */
export interface WaiterMethodCodec {
  readonly method: string;
  readonly request: Validator;
  /** Validates the result alone, not the whole response. */
  readonly result: Validator;
  readonly decode: (params: never) => WaiterRequest;
}

/** The declaration of one method. */
interface WaiterMethod {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly params: TSchema;
  /** Whether params may be left out; false if absent. */
  readonly optional?: boolean;
  readonly result: TSchema;
  /** Params of the example. */
  readonly exampleParams?: object;
  readonly exampleResults: readonly object[];
  readonly rules: readonly string[];
  readonly decode: (params: never) => WaiterRequest;
}

const { waiterId, tableId } = at;
const noParams = { params: NoParams, optional: true } as const;
const no = (message: string) => ({ answer: 'no', message });

const methods: Readonly<Record<WaiterRequest['kind'], WaiterMethod>> = {
  tables: {
    title: 'See the open tables',
    purpose: 'Requests the open tables from the till. The card machine is busy until leave.',
    answer: 'The tables in the order to show; [] if there are none or no till is connected.',
    params: ListParams,
    optional: true,
    result: ListAnswer,
    exampleParams: { waiterId },
    exampleResults: [
      { answer: 'tables', tables: ['1', '2', '12A'] },
      no('The card machine is busy.'),
    ],
    rules: ['C-9.11'],
    decode: (params: object) => ({ kind: 'tables', ...params }),
  },
  lock: {
    title: 'Take a table',
    purpose: 'Requests that the till locks a table and returns what is still to pay.',
    answer: 'The amount to pay, or why the table is not locked.',
    params: LockParams,
    result: LockAnswer,
    exampleParams: { tableId, waiterId },
    exampleResults: [
      { answer: 'locked', amount: 4820, currency: 'GBP' },
      no('Table 12A is open on the till.'),
    ],
    rules: ['C-9.12', 'C-9.13', 'C-9.14'],
    decode: (params: { tableId: string }) => ({ kind: 'lock', ...params }),
  },
  bill: {
    title: 'Print the bill before paying',
    purpose: 'Asks the till for the bill of the locked table; only before the first payment.',
    answer: 'The lines of the bill, or why there is none.',
    ...noParams,
    result: BillAnswer,
    exampleResults: [{ answer: 'bill', receiptLines: patExample.billLines }],
    rules: ['C-9.15'],
    decode: () => ({ kind: 'bill' }),
  },
  pay: {
    title: 'Pay a part of the bill',
    purpose:
      'Takes a card payment on the machine, or records a payment by other means, such as cash.',
    answer: 'The outcome and the amount still to pay. It is sent when the payment has ended.',
    params: PayParams,
    result: PayAnswer,
    exampleParams: { by: 'card', amount: 3000, amountGratuity: 300 },
    exampleResults: [
      { answer: 'payment', paid: true, left: 1820 },
      { answer: 'payment', paid: false, left: 4820 },
      { answer: 'unknown', message: 'It is not known whether the card was charged.' },
    ],
    rules: ['C-9.17', 'C-9.19'],
    decode: (params: { by: 'card' | 'other'; amount: number }) => ({
      kind: 'pay',
      amountCashback: 0,
      amountGratuity: 0,
      ...params,
    }),
  },
  leave: {
    title: 'Leave the table',
    purpose: 'Ends the session: a payment in progress ends first, then the till is notified.',
    answer:
      'The till is notified of everything; the final receipt is included if there is one to print.',
    ...noParams,
    result: LeaveAnswer,
    exampleResults: [{ answer: 'left', receiptLines: patExample.finalLines }, { answer: 'left' }],
    rules: ['C-9.16', 'C-9.20'],
    decode: () => ({ kind: 'leave' }),
  },
};

const EXAMPLE_ID = 1;
const SHOWING = 'showing';

const showing = notificationMessage(SHOWING, Showing, {
  title: 'What the card machine shows',
  description: 'Progress of a card payment at the table. No answer.',
  examples: [{ jsonrpc: '2.0', method: SHOWING, params: { notificationValue: 'PRESENT_CARD' } }],
});

/** The integration whose connections carry the requests, and its rules. */
interface WaiterIntegration {
  readonly integration: 'waiter' | 'terminal';
  readonly rules: readonly string[];
  /** Rules of single methods, in addition to `rules` and to those of the declaration. */
  readonly rulesByMethod: Readonly<Partial<Record<WaiterRequest['kind'], readonly string[]>>>;
}

/** The codecs of the waiter's methods on one integration, and their messages as they are published. */
export function createWaiterCodecs({ integration, rules, rulesByMethod }: WaiterIntegration): {
  readonly codecs: Readonly<Record<string, WaiterMethodCodec>>;
  readonly messages: readonly Message[];
} {
  const codecs: Record<string, WaiterMethodCodec> = {};
  const messages: Message[] = [];
  for (const [method, declared] of Object.entries(methods) as [
    WaiterRequest['kind'],
    WaiterMethod,
  ][]) {
    const [request, response] = declaredMessages(integration, method, declared);
    const shared = {
      integration,
      rules: [...rules, ...(rulesByMethod[method] ?? []), ...declared.rules],
    } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: integration, schema: request },
      { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
    );
    codecs[method] = {
      method,
      request: createValidator(request),
      result: createValidator(declared.result),
      decode: declared.decode,
    };
  }
  return { codecs, messages };
}

function declaredMessages(
  sender: WaiterIntegration['integration'],
  method: string,
  declared: WaiterMethod,
) {
  const { title, purpose, answer, params, optional = false } = declared;
  const { exampleParams, exampleResults } = declared;
  const example = {
    jsonrpc: '2.0',
    id: EXAMPLE_ID,
    method,
    ...(exampleParams && { params: exampleParams }),
  };
  const about = { title, description: purpose, examples: [example] };
  const request = requestMessage(sender, method, { ...about, params, optional });
  const response = responseMessage(sender, declared.result, {
    title: `${title}: answer`,
    description: answer,
    examples: exampleResults.map((result) => ({ jsonrpc: '2.0', id: EXAMPLE_ID, result })),
  });
  return [request, response] as const;
}

const virtual = createWaiterCodecs({
  integration: 'waiter',
  rules: ['C-10.15', 'C-10.16'],
  rulesByMethod: { pay: ['C-10.18'], leave: ['C-10.19'] },
});

/** The codecs of the waiter at a virtual card machine, by method [C-10.15]. */
export const waiterMethods: Readonly<Record<string, WaiterMethodCodec>> = virtual.codecs;
export const waiterMessages: readonly Message[] = [
  ...virtual.messages,
  {
    name: SHOWING,
    integration: 'waiter',
    sender: 'gateway',
    rules: ['C-10.17', 'C-6.5'],
    schema: showing,
  },
  errorDeclaration('waiter'),
];

/** The `showing` notification as text [C-10.17]. */
export function encodeShowing(notificationValue: NotificationValue): string {
  return JSON.stringify({ jsonrpc: '2.0', method: SHOWING, params: { notificationValue } });
}
