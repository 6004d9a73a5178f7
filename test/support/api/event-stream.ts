// A client of server-sent events, as a browser's EventSource.

import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { api, findViolations } from '@tillgate/protocol';
import { within } from '../wait.ts';
import type { Headers } from './api-client.ts';

type StreamName = 'followTraffic' | 'followOverview';

export class EventStream<Name extends StreamName = 'followTraffic'> {
  readonly events: api.AnswerOf<Name>[] = [];
  readonly ids: string[] = [];
  comments = 0;
  ended = false;
  readonly #asked: ClientRequest;
  readonly #response: IncomingMessage;
  readonly #looks = new Set<() => void>();
  readonly #name: StreamName;
  #text = '';

  /** Follows the traffic. */
  static listen(base: string, query = '', headers: Headers = {}): Promise<EventStream> {
    return EventStream.#follow('followTraffic', `${base}${query && `/${query}`}`, headers);
  }

  static overview(
    base: string,
    query = '',
    headers: Headers = {},
  ): Promise<EventStream<'followOverview'>> {
    return EventStream.#follow('followOverview', `${base}${query && `/${query}`}`, headers);
  }

  /** The query is that of `at`. */
  static #follow<Name extends StreamName>(
    name: Name,
    at: string,
    headers: Headers,
  ): Promise<EventStream<Name>> {
    const { origin, search } = new URL(at);
    const url = `${origin}${api.BASE_PATH}${api.routes[name].path}${search}`;
    return new Promise((resolve, reject) => {
      const asked = request(url, { headers, agent: false });
      asked.on('error', reject);
      asked.on('response', (response) => resolve(new EventStream(name, asked, response)));
      asked.end();
    });
  }

  private constructor(name: Name, asked: ClientRequest, response: IncomingMessage) {
    this.#name = name;
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

  /** Of the traffic. */
  get frames(): readonly api.Frame[] {
    const events = this.events as readonly (api.TrafficEvent | api.Overview)[];
    return events.filter((event) => 'event' in event && event.event === 'frame');
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
  until(holds: (listener: EventStream<Name>) => boolean): Promise<void> {
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
    const faults = findViolations(api.routes[this.#name].answer.events, event);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    this.ids.push(fields.id ?? '');
    this.events.push(event);
  }
}
