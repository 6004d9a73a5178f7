// What a frame says, as far as a fault can wait for it: the method of each of its messages, also of a response, and
// the texts in it. Nothing is validated.

import type { api } from '@tillgate/protocol';

export type Direction = 'received' | 'sent';
type MessageTrigger = Extract<api.FaultTrigger, { kind: 'message' }>;

/** One message of a frame. */
export interface SeenMessage {
  readonly direction: Direction;
  readonly part: NonNullable<MessageTrigger['part']>;
  /** Of a response or an error that of its request. */
  readonly method: string;
  readonly tid: string | undefined;
  /** The texts of its params or its result. */
  readonly texts: readonly unknown[];
}

/** Requests of a connection that are remembered until their responses; the oldest is forgotten. */
const MAX_OPEN_REQUESTS = 1_000;

interface OpenRequest {
  readonly method: string;
  readonly tid: string | undefined;
}

interface Members {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Reads the frames of one connection; it knows the requests that it has seen. */
export class MessageReader {
  /** By direction and id. */
  readonly #open = new Map<string, OpenRequest>();

  /** The messages of a frame; none if it is not JSON. */
  read(direction: Direction, text: string): readonly SeenMessage[] {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return [];
    }
    return [value].flat().flatMap((one) => this.#message(direction, Object(one) as Members) ?? []);
  }

  #message(direction: Direction, members: Members): SeenMessage | undefined {
    const { id, method, params, result, error } = members;
    if (typeof method === 'string') {
      const tid = tidIn(params);
      const part = id === undefined ? 'notification' : 'request';
      if (part === 'request') this.#remember(keyOf(direction, id), { method, tid });
      return { direction, part, method, tid, texts: textsIn(params) };
    }
    const key = keyOf(direction === 'sent' ? 'received' : 'sent', id);
    const request = this.#open.get(key);
    if (!request) return undefined;
    this.#open.delete(key);
    const part = error === undefined || error === null ? 'response' : 'error';
    const texts = textsIn(part === 'error' ? error : result);
    return { direction, part, method: request.method, tid: tidIn(result) ?? request.tid, texts };
  }

  #remember(key: string, request: OpenRequest): void {
    this.#open.set(key, request);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN_REQUESTS && oldest !== undefined) this.#open.delete(oldest);
  }
}

function keyOf(direction: Direction, id: unknown): string {
  return `${direction} ${JSON.stringify(id)}`;
}

function tidIn(value: unknown): string | undefined {
  const { tid, tpi } = Object(value) as { readonly tid?: unknown; readonly tpi?: unknown };
  const found = tid ?? tpi;
  return typeof found === 'string' ? found : undefined;
}

function textsIn(value: unknown): readonly unknown[] {
  return Object.values(Object(value));
}
