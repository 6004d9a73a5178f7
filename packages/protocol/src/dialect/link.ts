// The link between a card machine and the gateway [C-13.1]: for each method the validators that both ends
// use, and all its messages as they are published. It has one version, published with v1.

import * as example from '../examples/link.ts';
import {
  notificationMessage,
  nullable,
  receivedNotification,
  requestMessage,
  responseMessage,
} from '../schema/envelope.ts';
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
import type { TSchema } from '../schema/type.ts';
import type { Validator } from '../schema/validator.ts';
import { createValidator } from '../schema/validator.ts';
import type { Message } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import { createWaiterCodecs } from './waiter.ts';

/** A notification of the card machine to the gateway [C-13.8]. */
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

/** The requests of the gateway to the card machine by method, with params and result [C-13.7]. */
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

/** The params of the gateway's notifications to the card machine, by method [C-13.7]. */
export interface LinkCommands {
  readonly cancel: { readonly order: string };
  readonly answerSignature: {
    readonly order: string;
    readonly accepted: boolean;
    readonly unanswered: boolean;
  };
}

/** Validates one notification of the link. */
export interface LinkNotificationSchema {
  readonly method: string;
  /** Validates the whole message. */
  readonly message: Validator;
}

/** Validates one request of the link and its result. */
export interface LinkRequestSchema {
  readonly method: string;
  /** Validates the whole message. */
  readonly request: Validator;
  /** Validates the result alone, not the whole response. */
  readonly result: Validator;
}

/** The declaration of a notification. */
interface NotificationDeclaration {
  readonly title: string;
  readonly purpose: string;
  readonly params: TSchema;
  readonly examples: readonly object[];
  readonly rules: readonly string[];
}

/** The declaration of a request and its response. */
interface RequestDeclaration extends NotificationDeclaration {
  readonly answer: string;
  readonly result: TSchema;
  readonly exampleResults: readonly object[];
}

const { order } = example;

const events: Readonly<Record<LinkEvent['method'], NotificationDeclaration>> = {
  hello: {
    title: 'Describe the card machine',
    purpose: 'The first message of every connection; until then tills do not see the machine.',
    params: shape.LinkProfile,
    examples: [example.profile],
    rules: ['C-13.6', 'C-13.16'],
  },
  showing: {
    title: 'Report the screen',
    purpose: 'Progress, for the screen of the till only.',
    params: shape.ShowingParams,
    examples: [{ order, notificationValue: 'PRESENT_CARD' }],
    rules: ['C-13.12', 'C-6.5'],
  },
  signatureWanted: {
    title: 'Request a signature check',
    purpose: 'The receipt is signed; wait for answerSignature. Never for an order with table.',
    params: shape.SignatureWantedParams,
    examples: [{ order, merchantReceipt: example.copyToSign, card: example.signed }],
    rules: ['C-13.12', 'C-13.20', 'C-4.33', 'C-4.36', 'C-9.9'],
  },
  cancelDecided: {
    title: 'Answer a cancel',
    purpose: 'It cancels, and finished follows; or it is too late, and the order goes on.',
    params: shape.CancelDecidedParams,
    examples: [
      { order, cancelled: true },
      { order, cancelled: false },
    ],
    rules: ['C-13.13'],
  },
  finished: {
    title: 'Report an outcome',
    purpose: 'Sent once for every accepted order, after the machine has stored the outcome.',
    params: shape.FinishedParams,
    examples: [
      { order, outcome: example.successful },
      { order, outcome: example.cancelled },
    ],
    rules: ['C-13.10', 'C-13.11', 'C-13.20', 'C-13.21', 'C-5.2'],
  },
  reported: {
    title: 'Send a finished report',
    purpose: 'Sent once for every accepted report, after the machine has stored the result.',
    params: shape.ReportedParams,
    examples: [{ order, result: example.report }],
    rules: ['C-13.10', 'C-13.11', 'C-13.20', 'C-13.22', 'C-5.7'],
  },
};

const requests: Readonly<Record<keyof LinkRequests, RequestDeclaration>> = {
  start: {
    title: 'Start a transaction',
    purpose: 'Hands a transaction over. Store it, answer, then begin.',
    answer: 'The order is accepted. An error means that it was not begun and never will be.',
    params: shape.OrderParams,
    examples: [{ order: example.sale }, { order: example.atTable }],
    result: shape.LinkAccepted,
    exampleResults: [{}],
    rules: ['C-13.9', 'C-13.17'],
  },
  startReport: {
    title: 'Start a report',
    purpose: 'Hands a report over. Store it, answer, then begin.',
    answer: 'The order is accepted. An error means that it was not begun and never will be.',
    params: shape.ReportOrderParams,
    examples: [{ order: { id: order, reportType: 'X_BALANCE' } }],
    result: shape.LinkAccepted,
    exampleResults: [{}],
    rules: ['C-13.9', 'C-13.17'],
  },
  lastOrder: {
    title: 'Query the last order',
    purpose: 'Sent after a reconnect or a restart, before the till gets the outcome of the order.',
    answer: 'What the machine has stored of it.',
    params: shape.OrderIdParams,
    examples: [{ order }],
    result: shape.LinkLastOrder,
    exampleResults: [
      { knows: 'nothing' },
      { knows: 'running' },
      { knows: 'outcome', outcome: example.successful },
      { knows: 'report', result: example.report },
    ],
    rules: ['C-13.11', 'C-13.16', 'C-13.17', 'C-13.20', 'C-13.21', 'C-13.22'],
  },
};

const commands: Readonly<Record<keyof LinkCommands, NotificationDeclaration>> = {
  cancel: {
    title: 'Try to cancel an order',
    purpose: 'Answered by cancelDecided, also for an order that is not in progress.',
    params: shape.OrderIdParams,
    examples: [{ order }],
    rules: ['C-13.13'],
  },
  answerSignature: {
    title: 'Answer a signature check',
    purpose: 'The answer to signatureWanted: by the till, or by the gateway after the time-out.',
    params: shape.SignatureVerdictParams,
    examples: [{ order, accepted: true, unanswered: false }],
    rules: ['C-13.12', 'C-4.35', 'C-4.36'],
  },
};

const messages: Message[] = [];
const EXAMPLE_ID = 1;

function notificationSchema(
  sender: 'terminal' | 'gateway',
  method: string,
  declared: NotificationDeclaration,
): LinkNotificationSchema {
  const { title, purpose, params, examples, rules } = declared;
  const message = sender === 'terminal' ? receivedNotification : notificationMessage;
  const schema = message(method, params, {
    title,
    description: purpose,
    examples: examples.map((one) => ({ jsonrpc: '2.0', method, params: one })),
  });
  messages.push({ name: method, integration: 'terminal', sender, rules, schema });
  return { method, message: createValidator(schema) };
}

function requestSchema(method: string, declared: RequestDeclaration): LinkRequestSchema {
  const { title, purpose, params, examples, result, rules } = declared;
  const id = EXAMPLE_ID;
  const request = requestMessage('gateway', method, {
    title,
    description: purpose,
    params,
    examples: examples.map((one) => ({ jsonrpc: '2.0', id, method, params: one })),
  });
  const response = responseMessage('gateway', result, {
    title: `${title}: answer`,
    description: declared.answer,
    examples: declared.exampleResults.map((one) => ({ jsonrpc: '2.0', id, result: one })),
  });
  const shared = { integration: 'terminal', rules } as const;
  messages.push(
    { ...shared, name: `${method}.request`, sender: 'gateway', schema: request },
    { ...shared, name: `${method}.response`, sender: 'terminal', schema: response },
  );
  return { method, request: createValidator(request), result: createValidator(nullable(result)) };
}

function schemasOf<Method extends string, Declaration, Schema>(
  declarations: Readonly<Record<Method, Declaration>>,
  create: (method: string, declared: Declaration) => Schema,
): Readonly<Record<Method, Schema>> {
  const schemas = Object.entries<Declaration>(declarations).map(([method, declared]) => [
    method,
    create(method, declared),
  ]);
  return Object.fromEntries(schemas) as Record<Method, Schema>;
}

/** The notifications of the card machine to the gateway, by method. */
export const linkEvents = schemasOf(events, (method, declared) =>
  notificationSchema('terminal', method, declared),
);

const waiter = createWaiterCodecs({
  integration: 'terminal',
  rules: ['C-13.14'],
  rulesByMethod: {},
});
messages.push(...waiter.messages);
/** The requests of the card machine for its waiter, by method [C-13.14]. */
export const linkWaiterMethods = waiter.codecs;

/** The requests of the gateway to the card machine, by method. */
export const linkRequests = schemasOf(requests, requestSchema);

/** The notifications of the gateway to the card machine, by method. */
export const linkCommands = schemasOf(commands, (method, declared) =>
  notificationSchema('gateway', method, declared),
);

messages.push(errorDeclaration('terminal'));
export const linkMessages: readonly Message[] = messages;
