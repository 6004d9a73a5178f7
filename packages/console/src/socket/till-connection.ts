// One connection of this page to the gateway, as a till: raw text in both directions, its state, and its round-trip
// time. It answers no request by itself.

import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { openSocket } from '@tillgate/client';
import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { TillConnectionName } from '../frames/frame.ts';
import { tillConnectionName } from './connection-name.ts';
import type { Explanation } from './explanation.ts';
import { BlockedByPolicy, explainClose, explainRefusal } from './explanation.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { connectionUrl, originOf } from './gateway-address.ts';
import { recordFrames } from './recorded-socket.ts';
import { measureRoundTrip } from './round-trip.ts';

/** Longest wait for the connection to open [C-11.20]. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Pause between two measurements of the round-trip time. */
const ROUND_TRIP_INTERVAL_MS = 10_000;

export type TillConnectionState =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly since: number }
  /** The handshake failed. */
  | { readonly state: 'refused'; readonly why: Explanation }
  | { readonly state: 'closed'; readonly why: Explanation };

export class TillConnection {
  readonly name: TillConnectionName;
  readonly address: GatewayAddress;
  /** Contains the token. */
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

  /** Round-trip time of a small HTTP request, in ms; browsers do not let pages send pings. */
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
    this.#opening.abort();
    this.#channel?.close(CloseCode.normal, '');
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
