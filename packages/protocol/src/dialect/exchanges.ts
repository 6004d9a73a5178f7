// The messages of a version as a reader meets them: a request together with its answer, and the
// messages that get none. Only names tell which belong together [C-3.8].

import type { Dialect, Integration, Message } from './dialect.ts';

/** What each integration is for, and who is at the other end of the line. */
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
    summary: 'A program plays the waiter at a virtual card machine.',
    partner: 'waiter',
  },
  terminal: {
    title: 'Link a card machine',
    summary: 'A card machine is given orders, tells how they went and what its waiter wants.',
    partner: 'terminal',
  },
} as const satisfies Readonly<Record<Integration, object>>;

/** A request and its answer, a notification, or the error message. */
export interface Exchange {
  readonly integration: Integration;
  /** The method; `error` for the error message. */
  readonly name: string;
  readonly kind: 'request' | 'notification' | 'error';
  /** What is sent first: the request itself where there is an answer. */
  readonly message: Message;
  readonly response?: Message;
}

/** The integrations that a version has, in the order of their declaration. */
export function integrationsOf({ messages }: Dialect): readonly Integration[] {
  return [...new Set(messages.map(({ integration }) => integration))];
}

/** Every message of a version once, in the order of its declaration. */
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
