// The link [C-13.1]: what a card machine on a wire of its own and the gateway tell each other, as tables
// for both ends and as messages that are published. Ours alone; it has one version.

import type { TSchema } from 'typebox';
import * as example from '../examples/link.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type {
  LinkCard,
  LinkLastOrder,
  LinkOrder,
  LinkOutcome,
  LinkProfile,
  LinkReportOrder,
  LinkReportResult,
} from '../schema/link.ts';
import * as shape from '../schema/link.ts';
import type { ReceiptLine } from '../schema/receipt.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import type { Validator } from '../schema/validator.ts';
import { createValidator } from '../schema/validator.ts';
import type { Message } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import { waiterTable } from './waiter.ts';

/** What a machine tells, by method [C-13.8]. */
export type LinkEvent =
  | { readonly method: 'hello'; readonly params: LinkProfile }
  | {
      readonly method: 'showing';
      readonly params: { readonly order: string; readonly notificationValue: NotificationValue };
    }
  | {
      readonly method: 'signatureWanted';
      readonly params: {
        readonly order: string;
        readonly merchantReceipt: readonly ReceiptLine[];
        readonly card: LinkCard;
      };
    }
  | {
      readonly method: 'cancelDecided';
      readonly params: { readonly order: string; readonly cancelled: boolean };
    }
  | {
      readonly method: 'finished';
      readonly params: { readonly order: string; readonly outcome: LinkOutcome };
    }
  | {
      readonly method: 'reported';
      readonly params: { readonly order: string; readonly result: LinkReportResult };
    };

/** What a machine is asked, by method, and what it answers [C-13.7]. */
export interface LinkRequests {
  readonly start: { readonly params: { readonly order: LinkOrder }; readonly result: object };
  readonly startReport: {
    readonly params: { readonly order: LinkReportOrder };
    readonly result: object;
  };
  readonly lastOrder: {
    readonly params: { readonly order: string };
    readonly result: LinkLastOrder;
  };
}

/** What a machine is told, by method [C-13.7]. */
export interface LinkCommands {
  readonly cancel: { readonly order: string };
  readonly answerSignature: {
    readonly order: string;
    readonly accepted: boolean;
    readonly unanswered: boolean;
  };
}

/** A message without an answer. */
export interface LinkNotificationSchema {
  readonly method: string;
  /** Of the whole message. */
  readonly message: Validator;
}

/** A request of the gateway. */
export interface LinkRequestSchema {
  readonly method: string;
  /** Of the whole message. */
  readonly request: Validator;
  /** Of the result alone. */
  readonly result: Validator;
}

interface Notice {
  readonly title: string;
  readonly purpose: string;
  readonly params: TSchema;
  readonly examples: readonly object[];
  readonly rules: readonly string[];
}

interface Question extends Notice {
  readonly answer: string;
  readonly result: TSchema;
  readonly results: readonly object[];
}

const { order } = example;

const tellings: Readonly<Record<LinkEvent['method'], Notice>> = {
  hello: {
    title: 'Say what this card machine can do',
    purpose: 'The first message of every connection; until then tills do not see the machine.',
    params: shape.LinkProfile,
    examples: [example.profile],
    rules: ['C-13.6', 'C-13.16'],
  },
  showing: {
    title: 'Tell what the screen shows',
    purpose: 'Progress, for the screen of the till. It decides nothing.',
    params: shape.ShowingParams,
    examples: [{ order, notificationValue: 'PRESENT_CARD' }],
    rules: ['C-13.12', 'C-6.5'],
  },
  signatureWanted: {
    title: 'Have a signature judged',
    purpose: 'The receipt is signed; wait for answerSignature. Never for an order with table.',
    params: shape.SignatureWantedParams,
    examples: [{ order, merchantReceipt: example.copyToSign, card: example.signed }],
    rules: ['C-13.12', 'C-4.33', 'C-4.36', 'C-9.9'],
  },
  cancelDecided: {
    title: 'Answer a cancel',
    purpose: 'It gives up, and finished follows; or it is too late, and the order goes on.',
    params: shape.CancelDecidedParams,
    examples: [
      { order, cancelled: true },
      { order, cancelled: false },
    ],
    rules: ['C-13.13'],
  },
  finished: {
    title: 'Tell how a transaction ended',
    purpose: 'Once for every order taken, after the machine has stored it.',
    params: shape.FinishedParams,
    examples: [
      { order, outcome: example.successful },
      { order, outcome: example.cancelled },
    ],
    rules: ['C-13.10', 'C-13.11', 'C-5.2'],
  },
  reported: {
    title: 'Tell a finished report',
    purpose: 'Once for every report taken, after the machine has stored it.',
    params: shape.ReportedParams,
    examples: [{ order, result: example.report }],
    rules: ['C-13.10', 'C-13.11', 'C-5.7'],
  },
};

const asked: Readonly<Record<keyof LinkRequests, Question>> = {
  start: {
    title: 'Take a transaction on',
    purpose: 'Hands a transaction over. Store it, answer, then begin.',
    answer: 'It is taken. An error means that it was not begun and never will be.',
    params: shape.OrderParams,
    examples: [{ order: example.sale }, { order: example.atTable }],
    result: shape.LinkAccepted,
    results: [{}],
    rules: ['C-13.9', 'C-13.17'],
  },
  startReport: {
    title: 'Make a report',
    purpose: 'Hands a report over. Store it, answer, then begin.',
    answer: 'It is taken. An error means that it was not begun and never will be.',
    params: shape.ReportOrderParams,
    examples: [{ order: { id: order, reportType: 'X_BALANCE' } }],
    result: shape.LinkAccepted,
    results: [{}],
    rules: ['C-13.9', 'C-13.17'],
  },
  lastOrder: {
    title: 'Say what became of an order',
    purpose: 'Asked after a drop or a restart, before anybody is told how the order ended.',
    answer: 'What the machine remembers of it.',
    params: shape.OrderIdParams,
    examples: [{ order }],
    result: shape.LinkLastOrder,
    results: [
      { knows: 'nothing' },
      { knows: 'running' },
      { knows: 'outcome', outcome: example.successful },
      { knows: 'report', result: example.report },
    ],
    rules: ['C-13.11', 'C-13.16', 'C-13.17'],
  },
};

const told: Readonly<Record<keyof LinkCommands, Notice>> = {
  cancel: {
    title: 'Try to give an order up',
    purpose: 'Answered by cancelDecided, also for an order that the machine is not working on.',
    params: shape.OrderIdParams,
    examples: [{ order }],
    rules: ['C-13.13'],
  },
  answerSignature: {
    title: 'Judge a signature',
    purpose: 'The answer to signatureWanted: by the till, or by the gateway when time was up.',
    params: shape.SignatureVerdictParams,
    examples: [{ order, accepted: true, unanswered: false }],
    rules: ['C-13.12', 'C-4.35', 'C-4.36'],
  },
};

const messages: Message[] = [];
const FIRST_EXAMPLE_ID = 1;

function noticeRow(
  sender: 'terminal' | 'gateway',
  method: string,
  notice: Notice,
): LinkNotificationSchema {
  const { title, purpose, params, examples, rules } = notice;
  const schema = notificationMessage(method, params, {
    title,
    description: purpose,
    examples: examples.map((one) => ({ jsonrpc: '2.0', method, params: one })),
  });
  messages.push({ name: method, integration: 'terminal', sender, rules, schema });
  return { method, message: createValidator(schema) };
}

function questionRow(method: string, question: Question): LinkRequestSchema {
  const { title, purpose, params, examples, result, rules } = question;
  const id = FIRST_EXAMPLE_ID;
  const request = requestMessage('gateway', method, {
    title,
    description: purpose,
    params,
    examples: examples.map((one) => ({ jsonrpc: '2.0', id, method, params: one })),
  });
  const response = responseMessage('gateway', result, {
    title: `${title}: answer`,
    description: question.answer,
    examples: question.results.map((one) => ({ jsonrpc: '2.0', id, result: one })),
  });
  const shared = { integration: 'terminal', rules } as const;
  messages.push(
    { ...shared, name: `${method}.request`, sender: 'gateway', schema: request },
    { ...shared, name: `${method}.response`, sender: 'terminal', schema: response },
  );
  return { method, request: createValidator(request), result: createValidator(result) };
}

function rowsOf<Method extends string, Told, Row>(
  table: Readonly<Record<Method, Told>>,
  make: (method: string, told: Told) => Row,
): Readonly<Record<Method, Row>> {
  const rows = Object.entries<Told>(table).map(([method, one]) => [method, make(method, one)]);
  return Object.fromEntries(rows) as Record<Method, Row>;
}

/** Notifications of the machine, by method. */
export const linkEvents = rowsOf(tellings, (method, one) => noticeRow('terminal', method, one));

const wishes = waiterTable({ asker: 'terminal', rules: ['C-13.14'], rulesOf: {} });
messages.push(...wishes.messages);
/** Requests of the machine: what its waiter wants, by method [C-13.14]. */
export const linkWaiterMethods = wishes.requests;

/** Requests of the gateway, by method. */
export const linkRequests = rowsOf(asked, questionRow);

/** Notifications of the gateway, by method. */
export const linkCommands = rowsOf(told, (method, one) => noticeRow('gateway', method, one));

messages.push(errorDeclaration('terminal'));
export const linkMessages: readonly Message[] = messages;
