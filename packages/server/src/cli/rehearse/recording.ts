// What went over the connections of a site during a rehearsal, each message with its method and how it compares with
// its schema.

import type { api, ObservedMessage, Side } from '@tillgate/protocol';
import { Conversation } from '@tillgate/protocol';

/** One message of a frame. */
export interface RecordedMessage {
  readonly frame: api.Frame;
  readonly side: Side;
  readonly observed: ObservedMessage;
  readonly params: Readonly<Record<string, unknown>>;
  /** The card machine that its params name. */
  readonly tid: unknown;
  readonly result: unknown;
  /** Code of an error. */
  readonly code: number | undefined;
  /** Milliseconds of real time since the recording began. */
  readonly realMs: number;
}

export interface RecordedEvent {
  readonly event: api.TrafficEvent;
  readonly realMs: number;
}

export class Recording {
  readonly events: RecordedEvent[] = [];
  readonly messages: RecordedMessage[] = [];
  /** Number of the last frame as the gateway counts; 0 after it was started again. */
  lastNumber = 0;
  readonly #conversations = new Map<string, Conversation>();
  /** Of `performance.now()`. */
  readonly startedAt = performance.now();
  readonly #waiting = new Set<() => void>();
  readonly #ending: AbortSignal;

  /** Nothing is waited for any more once `ending` is aborted. */
  constructor(ending: AbortSignal) {
    this.#ending = ending;
  }

  take(taken: api.TrafficEvent): void {
    const { realMs } = this;
    // A gateway that was started again numbers from 1.
    if (taken.event === 'frame') this.lastNumber = taken.number;
    const event = taken.event === 'frame' ? { ...taken, number: this.events.length + 1 } : taken;
    this.events.push({ event, realMs });
    if (event.event === 'frame') this.#read(event, realMs);
    for (const wake of this.#waiting) wake();
  }

  /** The gateway went away, and with it all connections. */
  ended(): void {
    this.#conversations.clear();
    this.lastNumber = 0;
  }

  /** Milliseconds of real time since the recording began. */
  get realMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Fulfilled when `isSo` is true, at the latest after `limitMs`; tells whether it is. Rejects when the rehearsal ends. */
  async until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    const end = performance.now() + limitMs;
    while (!(await isSo())) {
      if (performance.now() >= end) return false;
      await this.#nextEvent();
      this.#ending.throwIfAborted();
    }
    return true;
  }

  /** The next event, or a moment later. */
  #nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, POLL_MS);
      this.#waiting.add(wake);
    });
  }

  #read(frame: api.Frame, realMs: number): void {
    const { connection, integration, version, eposId, direction, text } = frame;
    const endpoint = { integration, version, ...(eposId === undefined ? {} : { eposId }) };
    const talk = this.#conversations.get(connection) ?? new Conversation(endpoint);
    this.#conversations.set(connection, talk);
    const side: Side = direction === 'received' ? 'partner' : 'gateway';
    const values = valuesIn(text);
    for (const [index, observed] of talk.follow(side, text).entries()) {
      const { params: given, result, error } = Object(values[index]) as Members;
      const params = Object(given) as Readonly<Record<string, unknown>>;
      const { code } = Object(error) as { readonly code?: unknown };
      this.messages.push({
        ...{ frame, side, observed, params, result, realMs },
        tid: params.tid ?? params.tpi,
        code: typeof code === 'number' ? code : undefined,
      });
    }
  }
}

interface Members {
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** How often what the traffic does not show is looked at, in ms. */
const POLL_MS = 25;

function valuesIn(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)].flat();
  } catch {
    return [];
  }
}
