// The messages of a version by exchange: a request together with its response, or a single message. The
// generated documents and `conversation` use it. Responses belong to requests by name [C-3.8].

import type { Dialect, Integration, Message } from './dialect.ts';

/** What each integration is for, and who is at the other end of its connections. */
export const integrations = {
  pac: {
    title: 'Pay at counter',
    summary: 'The till starts payments on the card machines of its site.',
    partner: 'till',
  },
  pat: {
    title: 'Pay at table',
    summary: 'The waiter starts at a card machine; the gateway asks the till for its tables.',
    partner: 'till',
  },
  waiter: {
    title: 'Play the waiter',
    summary: 'A program acts as the waiter at a virtual card machine.',
    partner: 'waiter',
  },
  terminal: {
    title: 'Link a card machine',
    summary:
      'A card machine receives orders, reports their outcomes, and sends the requests of its waiter.',
    partner: 'terminal',
  },
} as const satisfies Readonly<Record<Integration, object>>;

/** A request and its response, a notification, or the error message. */
export interface Exchange {
  readonly integration: Integration;
  /** The method; `error` for the error message. */
  readonly name: string;
  readonly kind: 'request' | 'notification' | 'error';
  /** The request, the notification or the error message. */
  readonly message: Message;
  readonly response?: Message;
}

/** The integrations of a version, in the order of declaration. */
export function integrationsOf({ messages }: Dialect): readonly Integration[] {
  return [...new Set(messages.map(({ integration }) => integration))];
}

/** All exchanges of a version, in the order of declaration; each message is in one of them. */
export function exchangesOf({ messages }: Dialect): readonly Exchange[] {
  return messages
    .filter(({ name }) => !name.endsWith('.response'))
    .map((message) => {
      const { integration } = message;
      const name = message.name.replace(/\.request$/, '');
      const response = messages.find(
        (other) => other.integration === integration && other.name === `${name}.response`,
      );
      if (response) return { integration, name, kind: 'request', message, response };
      return { integration, name, kind: name === 'error' ? 'error' : 'notification', message };
    });
}
