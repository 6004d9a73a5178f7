// Compares messages of one integration and version with the published schemas. The caller says which request
// a response belongs to.

import type { Dialect, Version } from '../dialect/dialect.ts';
import { dialects } from '../dialect/dialects.ts';
import type { Exchange } from '../dialect/exchanges.ts';
import { exchangesOf, integrations } from '../dialect/exchanges.ts';
import { findViolations } from '../schema/violations.ts';
import type { Endpoint } from './endpoint.ts';
import type { Assessment, LocatedValue, Side } from './observed-message.ts';

/** A request or a notification, as it presents itself. */
interface MethodCall {
  readonly kind: 'request' | 'notification';
  readonly method: string | undefined;
}

export class MessageValidator {
  /** Undefined for a version without published schemas. */
  readonly dialect: Dialect | undefined;
  readonly #endpoint: Endpoint;
  /** By method, in each of its spellings. */
  readonly #exchanges: ReadonlyMap<string, Exchange>;

  constructor(endpoint: Endpoint) {
    const { integration, version } = endpoint;
    this.#endpoint = endpoint;
    this.dialect = Object.hasOwn(dialects, version) ? dialects[version as Version] : undefined;
    const all = this.dialect ? exchangesOf(this.dialect) : [];
    const own = all.filter((exchange) => exchange.integration === integration);
    const spellings = new Map(
      Object.values(this.dialect?.pat.requests ?? {}).map((codec) => [
        codec.method,
        codec.spellings,
      ]),
    );
    this.#exchanges = new Map(
      own.flatMap((exchange) => {
        const names = spellings.get(exchange.name) ?? [exchange.name];
        return names.map((name) => [name, exchange] as const);
      }),
    );
  }

  /** A request without its id, or a notification with one, is still compared with the schema of its method. */
  assessRequest(side: Side, { kind, method }: MethodCall, item: LocatedValue): Assessment {
    if (method === undefined) return { violations: [], remark: 'Its method is not a text.' };
    const exchange = this.#exchanges.get(method);
    const isDeclared = exchange && exchange.kind !== 'error' && sideOf(exchange) === side;
    return this.#assess(isDeclared ? exchange.message : undefined, item, () => {
      return `${kind} ${method} that the ${this.#nameOf(side)} sends`;
    });
  }

  assessResponse(side: Side, method: string, item: LocatedValue): Assessment {
    return this.#assess(this.#exchanges.get(method)?.response, item, () => {
      return `answer to ${method} that the ${this.#nameOf(side)} sends`;
    });
  }

  assessError(item: LocatedValue): Assessment {
    return this.#assess(this.#exchanges.get('error')?.message, item, () => 'error message');
  }

  #assess(
    message: Exchange['message'] | undefined,
    item: LocatedValue,
    what: () => string,
  ): Assessment {
    const { value, path } = item;
    if (message)
      return { message: message.name, violations: findViolations(message.schema, value, path) };
    const { integration, version } = this.#endpoint;
    const isKnown = this.#exchanges.size > 0;
    return {
      violations: [],
      remark: isKnown
        ? `${version} ${integration} has no ${what()}.`
        : `There are no schemas of ${version} ${integration} to hold it against.`,
    };
  }

  #nameOf(side: Side): string {
    if (side === 'gateway') return side;
    const known: Readonly<Record<string, { readonly partner: string }>> = integrations;
    return known[this.#endpoint.integration]?.partner ?? side;
  }
}

function sideOf({ message }: Exchange): Side {
  return message.sender === 'gateway' ? 'gateway' : 'partner';
}
