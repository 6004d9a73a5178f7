// One line from this page to the gateway, as a till: raw text in both directions, what state it is
// in, and how far away the gateway is. It answers nothing by itself.

import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { openSocket } from '@tillgate/client';
import type { Channel } from '@tillgate/protocol';
import type { TillConnectionName } from '../frames/frame.ts';
import { tillConnectionName } from './connection-name.ts';
import type { Explanation } from './explanation.ts';
import { BlockedByPolicy, explainClose, explainRefusal } from './explanation.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { connectionUrl, originOf } from './gateway-address.ts';
import { recordFrames } from './recorded-socket.ts';
import { measureRoundTrip } from './round-trip.ts';

/** Longest wait for one opening [C-11.20]. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Between two looks at how far away the gateway is. */
const ROUND_TRIP_INTERVAL_MS = 10_000;

export type TillConnectionState =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly since: number }
  /** Never was open. */
  | { readonly state: 'refused'; readonly why: Explanation }
  | { readonly state: 'closed'; readonly why: Explanation };

export class TillConnection {
  readonly name: TillConnectionName;
  readonly address: GatewayAddress;
  /** With the token in it. */
  readonly url: string;
  readonly #state = signal<TillConnectionState>({ state: 'opening' });
  readonly #roundTripMs = signal<number | undefined>(undefined);
  readonly #opening = new AbortController();
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

  /** Of a small request over HTTP, in ms; a browser does not show its pings to a page. */
  get roundTripMs(): ReadonlySignal<number | undefined> {
    return this.#roundTripMs;
  }

  get isOpen(): boolean {
    return this.#state.value.state === 'open';
  }

  async open(): Promise<void> {
    const signals = [this.#opening.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)];
    const open = recordFrames(openSocket, this.name);
    const blocked = watchPolicyViolation();
    try {
      const opening = open(this.url, { signal: AbortSignal.any(signals) });
      this.#opened(await Promise.race([opening, blocked.promise]));
    } catch (cause) {
      this.#opening.abort();
      this.#state.value = { state: 'refused', why: explainRefusal(cause) };
    } finally {
      blocked.stop();
    }
  }

  /** Sends a text as it is; false if the line is not open. */
  send(text: string): boolean {
    if (!this.#channel || !this.isOpen) return false;
    this.#channel.send(text);
    return true;
  }

  close(): void {
    this.#opening.abort();
    this.#channel?.close(1000, '');
  }

  #opened(channel: Channel): void {
    this.#channel = channel;
    this.#state.value = { state: 'open', since: Date.now() };
    channel.listen({
      onMessage: () => undefined,
      onClosed: (code, reason) => {
        clearInterval(this.#roundTripTimer);
        this.#roundTripMs.value = undefined;
        this.#state.value = { state: 'closed', why: explainClose(code, reason) };
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

/** Rejects when the page's own policy forbids a connection: the socket itself may never say so. */
function watchPolicyViolation(): { readonly promise: Promise<never>; readonly stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const hear = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === 'connect-src') reject(new BlockedByPolicy());
  };
  document.addEventListener('securitypolicyviolation', hear);
  const stop = () => document.removeEventListener('securitypolicyviolation', hear);
  return { promise, stop };
}
