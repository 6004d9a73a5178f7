// One connection of this page to the gateway, as a till: raw text in both directions, its state, and its round-trip
// time. It answers no request by itself.

import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { OpenSocket } from '@tillgate/client';
import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { TillConnectionName } from '../frames/frame.ts';
import { tillConnectionName } from './connection-name.ts';
import type { Explanation } from './explanation.ts';
import { BlockedByPolicy, explainClose, explainRefusal } from './explanation.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { connectionUrl, originOf } from './gateway-address.ts';
import { measureRoundTrip } from './round-trip.ts';

/** Longest wait for the connection to open [C-11.20]. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Pause between two measurements of the round-trip time. */
const ROUND_TRIP_INTERVAL_MS = 10_000;

/** First and longest pause before a lost connection is tried again [C-11.22]. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The gateway stops or moves the site, or the network drops; any other end is for the person at the page to see. */
const LOSSES: readonly number[] = [
  CloseCode.goingAway,
  CloseCode.abnormal,
  CloseCode.serviceRestart,
];

/** By the names of the vocabulary. */
export type TillConnectionState =
  | { readonly state: 'connecting' | 'connected' }
  /** It was lost, and is tried again by itself. */
  | { readonly state: 'waiting'; readonly why: Explanation }
  /** The handshake failed. */
  | { readonly state: 'refused'; readonly why: Explanation }
  /** The gateway has ended it. */
  | { readonly state: 'stopped'; readonly why: Explanation }
  /** This page has closed it. */
  | { readonly state: 'closed'; readonly why: Explanation };

export class TillConnection {
  readonly name: TillConnectionName;
  readonly address: GatewayAddress;
  /** Contains the token. */
  readonly url: string;
  readonly #state = signal<TillConnectionState>({ state: 'connecting' });
  readonly #roundTripMs = signal<number | undefined>(undefined);
  readonly #opening = new AbortController();
  #attempts = 0;
  #isClosing = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #channel: Channel | undefined;
  #roundTripTimer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: GatewayAddress, id: string) {
    this.address = parts;
    this.url = connectionUrl(parts);
    this.name = tillConnectionName(parts, id);
  }

  get state(): ReadonlySignal<TillConnectionState> {
    return this.#state;
  }

  /** Round-trip time of a small HTTP request, in ms; browsers do not let pages send pings. */
  get roundTripMs(): ReadonlySignal<number | undefined> {
    return this.#roundTripMs;
  }

  get isOpen(): boolean {
    return this.#state.value.state === 'connected';
  }

  async open(): Promise<void> {
    const signals = [this.#opening.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)];
    const blocked = watchPolicyViolation();
    try {
      const open = await recordedSocket(this.name);
      const opening = open(this.url, { signal: AbortSignal.any(signals) });
      this.#opened(await Promise.race([opening, blocked.promise]));
    } catch (cause) {
      this.#failed(cause);
    } finally {
      blocked.cancel();
    }
  }

  /** Sends a text unchanged; returns false if the connection is not open. */
  send(text: string): boolean {
    if (!this.#channel || !this.isOpen) return false;
    this.#channel.send(text);
    return true;
  }

  close(): void {
    this.#isClosing = true;
    clearTimeout(this.#retryTimer);
    this.#opening.abort();
    this.#channel?.close(CloseCode.normal, '');
    const { state } = this.#state.value;
    if (state === 'waiting') this.#end('closed', CloseCode.normal);
  }

  /** The first attempt shows what is wrong with an address; of a lost connection only a refusal of the gateway counts. */
  #failed(cause: unknown): void {
    const { status } = Object(cause) as { status?: unknown };
    const isRefusal = typeof status === 'number' && status < 500 && status !== 429;
    if (this.#isClosing) this.#end('closed', CloseCode.normal);
    else if (this.#attempts > 0 && !isRefusal) this.#retryLater(explainRefusal(cause));
    else {
      this.#opening.abort();
      this.#state.value = { state: 'refused', why: explainRefusal(cause) };
    }
  }

  #retryLater(why: Explanation): void {
    this.#state.value = { state: 'waiting', why };
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#retryTimer = setTimeout(() => void this.open(), pause);
  }

  #end(state: 'stopped' | 'closed', code: number, reason = ''): void {
    this.#state.value = { state, why: explainClose(code, reason) };
  }

  #opened(channel: Channel): void {
    this.#channel = channel;
    this.#attempts = 0;
    this.#state.value = { state: 'connected' };
    channel.listen({
      onMessage: () => undefined,
      onClosed: (code, reason) => {
        clearInterval(this.#roundTripTimer);
        this.#roundTripMs.value = undefined;
        this.#channel = undefined;
        if (this.#isClosing) this.#end('closed', code, reason);
        else if (LOSSES.includes(code)) this.#retryLater(explainClose(code, reason));
        else this.#end('stopped', code, reason);
      },
    });
    void this.#measureRoundTrip();
    this.#roundTripTimer = setInterval(() => void this.#measureRoundTrip(), ROUND_TRIP_INTERVAL_MS);
  }

  async #measureRoundTrip(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    const took = await measureRoundTrip(originOf(this.address.host));
    if (this.isOpen) this.#roundTripMs.value = took;
  }
}

/** In chunks of their own: what reads the messages has the schemas of all of them, and the first page opens no connection. */
async function recordedSocket(name: TillConnectionName): Promise<OpenSocket> {
  const [{ openSocket }, { recordFrames }] = await Promise.all([
    import('@tillgate/client'),
    import('./recorded-socket.ts'),
  ]);
  return recordFrames(openSocket, name);
}

/** Rejects when the content security policy of the page blocks a connection; the socket may report nothing. */
function watchPolicyViolation(): { readonly promise: Promise<never>; readonly cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onViolation = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === 'connect-src') reject(new BlockedByPolicy());
  };
  document.addEventListener('securitypolicyviolation', onViolation);
  const cancel = () => document.removeEventListener('securitypolicyviolation', onViolation);
  return { promise, cancel };
}
