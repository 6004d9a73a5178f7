// A stream of server-sent events of the admin API, with the state of its connection. The browser reconnects a stream
// that drops; one that a gateway or proxy does not answer with events is opened again from here.

import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { ConnectionStateName } from '@tillgate/protocol';
import { api } from '@tillgate/protocol';
import { readSession } from './call.ts';
import { toFailure } from './failure.ts';
import { routeUrl } from './route-url.ts';

const RETRY_MS = 2_000;

type StreamName = 'followTraffic' | 'followOverview';

interface LiveStreamDeps<Name extends StreamName> {
  readonly query?: api.QueryOf<Name>;
  readonly onEvent: (event: api.AnswerOf<Name>) => void;
}

export class LiveStream<Name extends StreamName> {
  readonly #name: Name;
  readonly #state = signal<ConnectionStateName>('closed');
  #source: EventSource | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: Name) {
    this.#name = name;
  }

  /** `refused`: the session is over, or there are too many streams; it is not tried again. */
  get state(): ReadonlySignal<ConnectionStateName> {
    return this.#state;
  }

  /** Closes what was open before. */
  open(deps: LiveStreamDeps<Name>): void {
    this.close();
    this.#state.value = 'connecting';
    this.#connect(deps);
  }

  close(): void {
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#source = undefined;
    this.#state.value = 'closed';
  }

  #connect(deps: LiveStreamDeps<Name>): void {
    const { query = {}, onEvent } = deps;
    const base = new URL(`..${api.BASE_PATH}`, document.baseURI).href;
    const source = new EventSource(routeUrl(base, api.routes[this.#name].path, { query }));
    this.#source = source;
    source.onopen = () => {
      this.#state.value = 'connected';
    };
    source.onmessage = ({ data }) => onEvent(JSON.parse(data) as api.AnswerOf<Name>);
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) void this.#findOut(source, deps);
      else this.#state.value = 'waiting';
    };
  }

  /** The browser says only that there are no events. If the session is over, asking for it asks for the key. */
  async #findOut(source: EventSource, deps: LiveStreamDeps<Name>): Promise<void> {
    const reason = await readSession().then(
      () => 'answers',
      (cause) => toFailure(cause).code,
    );
    if (source !== this.#source) return;
    if (reason !== 'unreachable') {
      this.#state.value = 'refused';
      return;
    }
    this.#state.value = 'waiting';
    this.#retryTimer = setTimeout(() => this.#connect(deps), RETRY_MS);
  }
}
