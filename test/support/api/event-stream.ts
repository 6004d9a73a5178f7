// A client of server-sent events, as a browser's EventSource.

import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { api, findViolations } from '@tillgate/protocol';
import { within } from '../wait.ts';
import type { Headers } from './api-client.ts';

const SHAPE = api.routes.followTraffic.answer.events;

export class EventStream {
  readonly events: api.TrafficEvent[] = [];
  readonly ids: string[] = [];
  comments = 0;
  ended = false;
  readonly #asked: ClientRequest;
  readonly #response: IncomingMessage;
  readonly #looks = new Set<() => void>();
  #text = '';

  static listen(base: string, query = '', headers: Headers = {}): Promise<EventStream> {
    const url = `${base}${api.BASE_PATH}/traffic${query}`;
    return new Promise((resolve, reject) => {
      const asked = request(url, { headers, agent: false });
      asked.on('error', reject);
      asked.on('response', (response) => resolve(new EventStream(asked, response)));
      asked.end();
    });
  }

  private constructor(asked: ClientRequest, response: IncomingMessage) {
    this.#asked = asked;
    this.#response = response;
    asked.on('error', () => {});
    response.on('error', () => {});
    response.on('data', (part: Buffer) => this.#take(String(part)));
    response.on('close', () => {
      this.ended = true;
      for (const look of this.#looks) look();
    });
  }

  get status(): number {
    return this.#response.statusCode ?? 0;
  }

  get headers(): IncomingMessage['headers'] {
    return this.#response.headers;
  }

  get frames(): readonly api.Frame[] {
    return this.events.filter((event) => event.event === 'frame');
  }

  /** Reads no more, until it goes on. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#asked.destroy();
  }

  /** Fulfilled as soon as `holds` does. */
  until(holds: (listener: EventStream) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (!holds(this)) return;
      this.#looks.delete(look);
      resolve();
    };
    this.#looks.add(look);
    look();
    return within('events', promise);
  }

  #take(part: string): void {
    this.#text += part;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) this.#read(block);
    for (const look of this.#looks) look();
  }

  #read(block: string): void {
    if (block.startsWith(':')) this.comments += 1;
    const fields = Object.fromEntries(
      block.split('\n').map((line) => {
        const colon = line.indexOf(': ');
        return [line.slice(0, colon), line.slice(colon + 2)];
      }),
    );
    if (fields.data === undefined) return;
    const event = JSON.parse(fields.data);
    const faults = findViolations(SHAPE, event);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    this.ids.push(fields.id ?? '');
    this.events.push(event);
  }
}
