// Server-sent events (HTML Living Standard 9.2): a live stream to a client that may be slow or disconnected.
// The HTTP server drops a client that does not read, and ends the stream when the gateway stops.

import type { ServerResponse } from 'node:http';
import { escapeControls } from '@tillgate/protocol';
import type { EventStream } from '../../../application/admin/admin.ts';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { DATA_HEADERS } from './response.ts';

/** Interval of comments: proxies close a silent connection after half a minute or so. */
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow client; events beyond that are dropped and counted. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

interface EventStreamDeps {
  readonly response: ServerResponse;
  readonly stream: EventStream;
  readonly clock: Clock;
  /** Whether the client is still authorised; checked at every heartbeat. */
  readonly isStillAuthorised: () => Promise<boolean>;
}

export function sendEvents(listener: EventStreamDeps): void {
  const { response } = listener;
  response.writeHead(200, {
    ...DATA_HEADERS,
    'Content-Type': 'text/event-stream',
    // Asks nginx not to hold events back.
    'X-Accel-Buffering': 'no',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  new EventWriter(listener).start();
}

class EventWriter {
  readonly #deps: EventStreamDeps;
  #texts: string[] = [];
  #missed = 0;
  #lastNumber = 0;
  #cancelHeartbeat: Cancel = () => {};

  constructor(listener: EventStreamDeps) {
    this.#deps = listener;
  }

  start(): void {
    const { response, stream } = this.#deps;
    response.write('retry: 2000\n\n');
    const take = (event: unknown, number: number): void => this.#handleEvent(event, number);
    const stop = stream.open(take, () => this.#end());
    response.once('close', () => {
      stop();
      this.#cancelHeartbeat();
    });
    response.on('error', () => response.destroy());
    this.#scheduleHeartbeat();
  }

  #handleEvent(event: unknown, number: number): void {
    if (this.#isBehind) {
      this.#missed += 1;
      return;
    }
    this.#reportMissed();
    this.#lastNumber = number;
    this.#write(event);
  }

  get #isBehind(): boolean {
    return this.#deps.response.writableLength > MAX_BUFFERED_BYTES;
  }

  #reportMissed(): void {
    if (this.#missed === 0) return;
    const count = this.#missed;
    this.#missed = 0;
    const { missed } = this.#deps.stream;
    if (missed) this.#write(missed(count));
  }

  /** All events of one turn are sent in one write. */
  #write(event: unknown): void {
    const text = `id: ${this.#lastNumber}\ndata: ${escapeControls(JSON.stringify(event))}\n\n`;
    if (this.#texts.push(text) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const text = this.#texts.join('');
    this.#texts = [];
    const { response } = this.#deps;
    if (!response.destroyed && !response.writableEnded) response.write(text);
  }

  /** Sends what is there, then ends the stream: the client asks for it again. */
  #end(): void {
    this.#flush();
    this.#deps.response.end();
  }

  #scheduleHeartbeat(): void {
    const { clock, response, isStillAuthorised } = this.#deps;
    this.#cancelHeartbeat = clock.after(HEARTBEAT_MS, () => {
      if (response.writableEnded) return;
      if (!this.#isBehind) this.#reportMissed();
      response.write(': still here\n\n');
      this.#scheduleHeartbeat();
      isStillAuthorised().then(
        (good) => good || response.end(),
        () => response.end(),
      );
    });
  }
}
