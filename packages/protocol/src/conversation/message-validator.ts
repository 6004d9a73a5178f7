// What a message of one integration and version should be by the published schemas, and where it is
// not. Pure; which request an answer belongs to is told to it.

import type { Dialect, Version } from '../dialect/dialect.ts';
import { dialects } from '../dialect/dialects.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf, integrations } from '../dialect/exchanges.ts';
import { findViolations } from '../schema/violations.ts';
import type { Endpoint } from './endpoint.ts';
import type { Assessment, LocatedValue, Side } from './observed-message.ts';

/** A request or a notification, by what it calls itself. */
interface Asking {
  readonly kind: 'request' | 'notification';
  readonly method: string | undefined;
}

export class MessageValidator {
  /** Undefined where nothing is published of that version. */
  readonly dialect: Dialect | undefined;
  readonly #spoken: Endpoint;
  readonly #exchanges: ReadonlyMap<string, Exchange>;

  constructor(spoken: Endpoint) {
    const { integration, version } = spoken;
    this.#spoken = spoken;
    this.dialect = Object.hasOwn(dialects, version) ? dialects[version as Version] : undefined;
    const all = this.dialect ? exchangesOf(this.dialect) : [];
    const own = all.filter((exchange) => exchange.integration === integration);
    this.#exchanges = new Map(own.map((exchange) => [exchange.name, exchange]));
  }

  /** A message that lost its id, or has one too many, is still held against what it should be. */
  onAsking(side: Side, { kind, method }: Asking, item: LocatedValue): Assessment {
    if (method === undefined) return { violations: [], remark: 'Its method is not a text.' };
    const exchange = this.#exchanges.get(method);
    const isDeclared = exchange && exchange.kind !== 'error' && sideOf(exchange) === side;
    return this.#held(isDeclared ? exchange.message : undefined, item, () => {
      return `${kind} ${method} that the ${this.#name(side)} sends`;
    });
  }

  onAnswer(side: Side, method: string, item: LocatedValue): Assessment {
    return this.#held(this.#exchanges.get(method)?.response, item, () => {
      return `answer to ${method} that the ${this.#name(side)} sends`;
    });
  }

  onError(item: LocatedValue): Assessment {
    return this.#held(this.#exchanges.get('error')?.message, item, () => 'error message');
  }

  #held(
    message: Exchange['message'] | undefined,
    item: LocatedValue,
    what: () => string,
  ): Assessment {
    const { value, path } = item;
    if (message)
      return { message: message.name, violations: findViolations(message.schema, value, path) };
    const { integration, version } = this.#spoken;
    const isKnown = this.#exchanges.size > 0;
    return {
      violations: [],
      remark: isKnown
        ? `${version} ${integration} has no ${what()}.`
        : `There are no schemas of ${version} ${integration} to hold it against.`,
    };
  }

  #name(side: Side): string {
    if (side === 'gateway') return side;
    const known: Readonly<Record<string, { readonly partner: string }>> = integrations;
    return known[this.#spoken.integration]?.partner ?? side;
  }
}

function sideOf({ message }: Exchange): Side {
  return message.sender === 'gateway' ? 'gateway' : 'partner';
}
