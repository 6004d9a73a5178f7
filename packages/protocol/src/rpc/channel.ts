// What a peer needs of a connection: text in, text out, an end. Knows no socket.

export interface ChannelListener {
  readonly onMessage: (text: string) => void;
  /** Called once, whichever side ended it. */
  readonly onClosed: (code: number, reason: string) => void;
  /** Called at every sign of life of the other end, also such as no text tells. */
  readonly onActivity?: () => void;
}

/** A two-way line of text messages, such as one WebSocket. */
export interface Channel {
  send(text: string): void;
  /** Ends the line in an orderly way; RFC 6455 7.4 gives the meaning of `code`. */
  close(code: number, reason: string): void;
  /** `delivered` is called when the other end is known to hold all that was sent before [C-3.49]. */
  confirmDelivery(delivered: () => void): void;
  /** Called once, before anything can arrive. */
  listen(ears: ChannelListener): void;
}

/** Two ends of one line in memory; messages arrive in a later microtask, in order. */
export function linkedPair(): readonly [Channel & Breakable, Channel & Breakable] {
  const left = new MemoryChannel();
  const right = new MemoryChannel();
  left.other = right;
  right.other = left;
  return [left, right];
}

/** Breaks the line as a pulled plug does: nothing under way arrives, both ends see 1006. */
export interface Breakable {
  breakConnection(): void;
}

class MemoryChannel implements Channel, Breakable {
  other: MemoryChannel | undefined;
  #ears: ChannelListener | undefined;
  #open = true;
  #broken = false;

  listen(ears: ChannelListener): void {
    this.#ears = ears;
  }

  send(text: string): void {
    if (this.#open) this.#later((other) => other.#hear(text));
  }

  confirmDelivery(delivered: () => void): void {
    this.#later((other) => {
      if (this.#open && other.#open) delivered();
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

  #hear(text: string): void {
    if (this.#open) this.#ears?.onMessage(text);
  }

  /** What was sent before an orderly end still arrives; a cut loses it. */
  #later(deliver: (other: MemoryChannel) => void): void {
    void later(() => {
      if (!this.#broken && this.other) deliver(this.other);
    });
  }

  #break(): void {
    this.#broken = true;
    this.#end(1006, '');
  }

  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ears?.onClosed(code, reason);
  }
}

/** In the next microtask; said so that it needs neither Node nor a browser. */
function later(then: () => void): Promise<void> {
  return Promise.resolve().then(then);
}
