// What a peer needs of a connection: it sends texts, receives texts, and ends. The server and the client
// implement it on a WebSocket; tests use the pair in memory.

import { CloseCode } from './close-code.ts';

/** What is told to whoever listens to a channel. */
export interface ChannelListener {
  /** Called with each text that arrives. */
  readonly onMessage: (text: string) => void;
  /** `onClosed` is called once, whichever side ended the channel; `code` is a close code of RFC 6455 7.4. */
  readonly onClosed: (code: number, reason: string) => void;
  /** `onActivity` is called for everything that arrives, pings and pongs included. */
  readonly onActivity?: () => void;
  /** Called once, when the other end turns out to answer pings without returning their payload [C-3.49]. */
  readonly onPingPayloadNotReturned?: () => void;
}

/** A two-way connection for text messages, such as one WebSocket. */
export interface Channel {
  /** Calls `onWritten` once the text has been handed to the network; never, if the channel ends before. */
  send(text: string, onWritten?: () => void): void;
  /** Ends the channel after what was sent before; RFC 6455 7.4 gives the meaning of `code`. */
  close(code: number, reason: string): void;
  /** Calls `onDelivered` once the other end is known to have received everything sent before [C-3.49]. */
  confirmDelivery(onDelivered: () => void): void;
  /**
   * Returns a function to call when a request that is sent next has its response, which shows that all that was
   * sent before has arrived.
   */
  deliveryCheckpoint?(): () => void;
  /** Sets the one listener. It must be called once, before anything can arrive. */
  listen(listener: ChannelListener): void;
}

/** The two ends of one channel in memory. Messages arrive in a later microtask, in the order of sending. */
export function linkedPair(): readonly [Channel & Breakable, Channel & Breakable] {
  const one = new MemoryChannel();
  const other = new MemoryChannel();
  one.other = other;
  other.other = one;
  return [one, other];
}

/** A channel that can lose its connection as if the network failed. */
export interface Breakable {
  /** Messages in transit are lost, and both ends are closed with code 1006. */
  breakConnection(): void;
}

class MemoryChannel implements Channel, Breakable {
  other: MemoryChannel | undefined;
  #listener: ChannelListener | undefined;
  #open = true;
  #broken = false;

  listen(listener: ChannelListener): void {
    this.#listener = listener;
  }

  send(text: string, onWritten?: () => void): void {
    if (!this.#open) return;
    this.#later((other) => {
      onWritten?.();
      other.#receive(text);
    });
  }

  confirmDelivery(onDelivered: () => void): void {
    this.#later((other) => {
      if (this.#open && other.#open) onDelivered();
    });
  }

  close(code: number, reason: string): void {
    if (!this.#open) return;
    this.#end(code, reason);
    this.#later((other) => other.#end(code, reason));
  }

  breakConnection(): void {
    this.#break();
    if (this.other) this.other.#break();
  }

  #receive(text: string): void {
    if (this.#open) this.#listener?.onMessage(text);
  }

  /** What was sent before an orderly close still arrives; after `breakConnection` nothing does. */
  #later(deliver: (other: MemoryChannel) => void): void {
    // A promise, because `queueMicrotask` is declared neither for Node alone nor for browsers alone.
    void Promise.resolve().then(() => {
      if (!this.#broken && this.other) deliver(this.other);
    });
  }

  #break(): void {
    this.#broken = true;
    this.#end(CloseCode.abnormal, '');
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#listener?.onClosed(code, reason);
  }
}
