// Server-sent events (HTML Living Standard 9.2): what happens, as it happens, to a listener who may be slow
// or gone.

import type { ServerResponse } from 'node:http';
import type { api } from '@tillgate/protocol';
import type { EventStream } from '../../../application/admin/admin.ts';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import { DATA_HEADERS } from './response.ts';

/** A silent line looks dead to proxies after half a minute or so. */
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a slow listener; what comes then is left out, and counted. */
const MOST_WAITING_BYTES = 1024 * 1024;

interface Listener {
  readonly response: ServerResponse;
  readonly stream: EventStream;
  readonly clock: Clock;
  /** Whether he may still listen; asked at every heartbeat. */
  readonly stillGood: () => Promise<boolean>;
}

export function sendEvents(listener: Listener): void {
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
  readonly #listener: Listener;
  #texts: string[] = [];
  #missed = 0;
  #lastNumber = 0;
  #stuck = false;
  #beat: Cancel = () => {};

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  start(): void {
    const { response, stream } = this.#listener;
    response.write('retry: 2000\n\n');
    const stop = stream.open((event, number) => this.#take(event, number));
    response.once('close', () => {
      stop();
      this.#beat();
    });
    response.on('error', () => response.destroy());
    this.#wind();
  }

  #take(event: api.TrafficEvent, number: number): void {
    if (this.#isBehind) {
      this.#missed += 1;
      return;
    }
    this.#catchUp();
    this.#lastNumber = number;
    this.#put(event);
  }

  get #isBehind(): boolean {
    return this.#listener.response.writableLength > MOST_WAITING_BYTES;
  }

  #catchUp(): void {
    if (this.#missed === 0) return;
    const count = this.#missed;
    this.#missed = 0;
    this.#put({ event: 'missed', count });
  }

  /** All that comes in one turn goes out in one write. */
  #put(event: api.TrafficEvent): void {
    const text = `id: ${this.#lastNumber}\ndata: ${JSON.stringify(event)}\n\n`;
    if (this.#texts.push(text) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const text = this.#texts.join('');
    this.#texts = [];
    if (!this.#listener.response.destroyed) this.#listener.response.write(text);
  }

  #wind(): void {
    const { clock, response, stillGood } = this.#listener;
    this.#beat = clock.after(HEARTBEAT_MS, () => {
      // Behind for a whole interval: nobody reads there any more.
      if (this.#isBehind && this.#stuck) {
        response.destroy();
        return;
      }
      this.#stuck = this.#isBehind;
      if (!this.#stuck) this.#catchUp();
      response.write(': still here\n\n');
      this.#wind();
      stillGood().then(
        (good) => good || response.end(),
        () => response.end(),
      );
    });
  }
}
