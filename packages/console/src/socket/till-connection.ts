// One line from this page to the gateway, as a till: raw text in both directions, what state it is
// in, and how far away the gateway is. It answers nothing by itself.

import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { openSocket } from '@tillgate/client';
import type { Channel } from '@tillgate/protocol';
import type { TillLineName } from '../frames/frame.ts';
import { lineName } from './connection-name.ts';
import type { Why } from './explanation.ts';
import { NotAllowed, whyClosed, whyRefused } from './explanation.ts';
import type { AddressParts } from './gateway-address.ts';
import { addressOf, originOf } from './gateway-address.ts';
import { recorded } from './recorded-socket.ts';
import { roundTrip } from './round-trip.ts';

/** Longest wait for one opening [C-11.20]. */
const CONNECT_LIMIT_MS = 15_000;
/** Between two looks at how far away the gateway is. */
const LOOK_MS = 10_000;

export type LineState =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly since: number }
  /** Never was open. */
  | { readonly state: 'refused'; readonly why: Why }
  | { readonly state: 'closed'; readonly why: Why };

export class TillLine {
  readonly name: TillLineName;
  readonly parts: AddressParts;
  /** With the token in it. */
  readonly address: string;
  readonly #state = signal<LineState>({ state: 'opening' });
  readonly #roundTripMs = signal<number | undefined>(undefined);
  readonly #opening = new AbortController();
  #channel: Channel | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(parts: AddressParts, id: string) {
    this.parts = parts;
    this.address = addressOf(parts);
    this.name = lineName(parts, id);
  }

  get state(): ReadonlySignal<LineState> {
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
    const signals = [this.#opening.signal, AbortSignal.timeout(CONNECT_LIMIT_MS)];
    const open = recorded(openSocket, this.name);
    const blocked = whenBlocked();
    try {
      const opening = open(this.address, { signal: AbortSignal.any(signals) });
      this.#opened(await Promise.race([opening, blocked.promise]));
    } catch (cause) {
      this.#opening.abort();
      this.#state.value = { state: 'refused', why: whyRefused(cause) };
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
        clearInterval(this.#looking);
        this.#roundTripMs.value = undefined;
        this.#state.value = { state: 'closed', why: whyClosed(code, reason) };
      },
    });
    void this.#look();
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  async #look(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    const took = await roundTrip(originOf(this.parts.host));
    if (this.isOpen) this.#roundTripMs.value = took;
  }
}

/** Rejects when the page's own policy forbids a connection: the socket itself may never say so. */
function whenBlocked(): { readonly promise: Promise<never>; readonly stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const hear = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
    if (effectiveDirective === 'connect-src') reject(new NotAllowed());
  };
  document.addEventListener('securitypolicyviolation', hear);
  const stop = () => document.removeEventListener('securitypolicyviolation', hear);
  return { promise, stop };
}
