// One conversation held against the published schemas, both directions. Remembers which request an
// answer belongs to; changes nothing.

import type { Dialect, Message } from '@tillgate/protocol';
import { dialects, explain, parseMessage } from '@tillgate/protocol';

type Side = 'till' | 'gateway';

interface Asked {
  readonly side: Side;
  readonly id: string | number;
  readonly method: string;
}

interface Frame {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly error?: unknown;
}

export class Conversation {
  readonly #integration: string;
  readonly #version: string;
  readonly #dialect: Dialect | undefined;
  /** Open requests, oldest first. */
  readonly #asked: Asked[] = [];
  /** How many texts were sent that can only be answered without an id. */
  #unreadable = 0;

  constructor(uri: URL) {
    this.#integration = uri.pathname.toLowerCase().replaceAll('/', '');
    this.#version = versionOf(this.#integration, uri);
    this.#dialect = Object.hasOwn(dialects, this.#version)
      ? dialects[this.#version as keyof typeof dialects]
      : undefined;
  }

  /** How many requests of the till have no answer yet. */
  get answersDue(): number {
    return this.#asked.filter(({ side }) => side === 'till').length;
  }

  /** What is wrong with a text that the till sends; nothing if it is as published. */
  sent(text: string): readonly string[] {
    return this.#look(text, 'till');
  }

  received(text: string): readonly string[] {
    return this.#look(text, 'gateway');
  }

  #look(text: string, side: Side): readonly string[] {
    let value: unknown;
    try {
      value = parseMessage(text);
    } catch (cause) {
      if (side === 'till') this.#unreadable += 1;
      const why = cause instanceof Error ? cause.message : String(cause);
      return [`not JSON: ${why}`];
    }
    if (!Array.isArray(value)) return this.#lookAt(value, side);
    if (value.length === 0) return ['an empty batch'];
    return value.flatMap((item, index) =>
      this.#lookAt(item, side).map((remark) => `item ${index}: ${remark}`),
    );
  }

  #lookAt(value: unknown, side: Side): readonly string[] {
    if (typeof value !== 'object' || value === null) return ['not a JSON object'];
    const frame: Frame = value;
    if (frame.method !== undefined) return this.#lookAtRequest(frame, side);
    return this.#lookAtAnswer(frame, side);
  }

  #lookAtRequest(frame: Frame, side: Side): readonly string[] {
    const { method, id } = frame;
    if (typeof method !== 'string') return ['/method: expected string'];
    if (typeof id === 'string' || typeof id === 'number') this.#asked.push({ side, id, method });
    const declared = this.#named(id === undefined ? method : `${method}.request`, side);
    if (declared) return faultsOf(declared, frame);
    const asRequest = id === undefined ? this.#named(`${method}.request`, side) : undefined;
    if (asRequest) return faultsOf(asRequest, frame);
    return this.#unknown(`a message ${method} of the ${side}`);
  }

  #lookAtAnswer(frame: Frame, side: Side): readonly string[] {
    const method = this.#answered(frame, side === 'till' ? 'gateway' : 'till');
    if (frame.error !== undefined) {
      const error = this.#named('error', side);
      return error ? faultsOf(error, frame) : this.#unknown('the error message');
    }
    if (method === undefined) return [`an answer to nothing that is open (id ${show(frame.id)})`];
    const declared = this.#named(`${method}.response`, side);
    return declared ? faultsOf(declared, frame) : this.#unknown(`an answer to ${method}`);
  }

  /** The method that was answered, now no longer open. */
  #answered(frame: Frame, asker: Side): string | undefined {
    if (frame.id === undefined && this.#unreadable > 0 && asker === 'till') {
      this.#unreadable -= 1;
      return undefined;
    }
    // Without an id it can only be guessed: most likely what was sent last was refused.
    const at = this.#asked.findLastIndex(
      ({ side, id }) => side === asker && (frame.id === undefined || id === frame.id),
    );
    return at < 0 ? undefined : this.#asked.splice(at, 1)[0]?.method;
  }

  #named(name: string, side: Side): Message | undefined {
    return this.#dialect?.messages.find(
      (message) =>
        message.name === name &&
        message.integration === this.#integration &&
        (message.sender === 'either' || (message.sender === 'gateway') === (side === 'gateway')),
    );
  }

  #unknown(what: string): readonly string[] {
    if (!this.#dialect) return [`no schemas of ${this.#version} to check it against`];
    return [`${this.#version} ${this.#integration} does not have ${what}`];
  }
}

/** Only tills name a version; all else is published with v1 [C-2.2, C-10.14]. */
function versionOf(integration: string, { searchParams }: URL): string {
  const isTill = integration === 'pac' || integration === 'pat';
  return isTill ? (searchParams.get('api-version') ?? 'v0') : 'v1';
}

function faultsOf({ name, schema }: Message, frame: unknown): readonly string[] {
  return explain(schema, frame).map(
    ({ path, expected, got }) => `${name} ${path || '/'}: expected ${expected}, got ${got}`,
  );
}

function show(id: unknown): string {
  return id === undefined ? 'none' : JSON.stringify(id);
}
