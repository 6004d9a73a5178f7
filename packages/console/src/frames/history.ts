// The newest 10,000 frames of all connections, each with what its conversation says of it: the kinds of its messages,
// their violations, and their counterparts. Pure.

import type { ObservedMessage } from '@tillgate/protocol';
import { Conversation } from '@tillgate/protocol';
import type { ConnectionName, Frame, FrameMessage, MessagePosition, RawFrame } from './frame.ts';

export const MAX_FRAMES = 10_000;
/** Limit of all texts together, because receipts are long and the memory of a page is limited. */
const MAX_CHARACTERS = 50_000_000;

export class FrameHistory {
  readonly #maxFrames: number;
  readonly #slots: Frame[] = [];
  /** Keyed by scope. */
  readonly #conversations = new Map<string, Conversation>();
  /** The positions of messages that may still be answered. */
  readonly #positions = new WeakMap<ObservedMessage, MessagePosition>();
  #first = 1;
  #next = 1;
  #characters = 0;

  constructor(most = MAX_FRAMES) {
    this.#maxFrames = most;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** Sequence number of the newest frame; 0 before the first. */
  get lastSeq(): number {
    return this.#next - 1;
  }

  /** How many frames were removed, by the limits or by `clear`. */
  get droppedCount(): number {
    return this.#first - 1;
  }

  get(seq: number): Frame | undefined {
    return seq >= this.#first && seq < this.#next ? this.#slots[seq % this.#maxFrames] : undefined;
  }

  /** All frames, oldest first. */
  all(): readonly Frame[] {
    return this.since(this.#first - 1);
  }

  /** The frames after the sequence number `last`, oldest first. */
  since(last: number): readonly Frame[] {
    const frames: Frame[] = [];
    for (let seq = Math.max(this.#first, last + 1); seq < this.#next; seq += 1) {
      const frame = this.get(seq);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  /** Unanswered requests of the gateway on this connection, oldest first. */
  openRequests(connection: ConnectionName): readonly Frame[] {
    const open = this.#conversations.get(connection.scope)?.pending('gateway') ?? [];
    return open.flatMap((said) => {
      const frame = this.get(this.#positions.get(said)?.seq ?? 0);
      return frame?.connection.id === connection.id ? frame : [];
    });
  }

  add(raw: RawFrame): Frame {
    const seq = this.#next;
    const messages = this.#messagesIn(raw).map((said, index) =>
      this.#messageOf(raw, said, { seq, index }),
    );
    const frame = { ...raw, seq, messages };
    this.#store(frame);
    return frame;
  }

  /** Removes all frames; open requests stay open. */
  clear(): void {
    this.#slots.length = 0;
    this.#first = this.#next;
    this.#characters = 0;
  }

  /** Its open requests get no answer any more, unless its till has an epos-id and reconnects. */
  connectionClosed(connection: ConnectionName): void {
    if (connection.scope === connection.id) this.#conversations.delete(connection.scope);
  }

  #messagesIn({ connection, direction, text }: RawFrame): readonly ObservedMessage[] {
    if (direction === 'line') return [];
    return this.#conversationOn(connection).follow(
      direction === 'sent' ? 'partner' : 'gateway',
      text,
    );
  }

  #conversationOn({ id, scope, integration, version }: ConnectionName): Conversation {
    const known = this.#conversations.get(scope);
    if (known) return known;
    const eposId = scope === id ? {} : { eposId: scope };
    const conversation = new Conversation({ integration, version, ...eposId });
    this.#conversations.set(scope, conversation);
    return conversation;
  }

  #messageOf(raw: RawFrame, said: ObservedMessage, position: MessagePosition): FrameMessage {
    this.#positions.set(said, position);
    const { inReplyTo, ...message } = said;
    const counterpart = inReplyTo && this.#positions.get(inReplyTo);
    const request = counterpart && this.get(counterpart.seq);
    if (!request) return message;
    const latencyMs = raw.at - request.at;
    // An error about an answer does not replace the answer as the counterpart of the request [C-9.5].
    const isUnanswered = request.messages[counterpart.index]?.counterpart === undefined;
    if (isUnanswered || message.kind === 'response')
      this.#setCounterpart(request, counterpart.index, { counterpart: position, latencyMs });
    return { ...message, counterpart, latencyMs };
  }

  /** Writes the answer and its latency into the request. */
  #setCounterpart(
    request: Frame,
    index: number,
    change: Pick<FrameMessage, 'counterpart' | 'latencyMs'>,
  ): void {
    const messages = request.messages.map((message, at) =>
      at === index ? { ...message, ...change } : message,
    );
    this.#slots[request.seq % this.#maxFrames] = { ...request, messages };
  }

  #store(frame: Frame): void {
    if (this.size === this.#maxFrames) this.#dropOldest();
    this.#slots[frame.seq % this.#maxFrames] = frame;
    this.#next = frame.seq + 1;
    this.#characters += frame.text.length;
    while (this.#characters > MAX_CHARACTERS && this.size > 1) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#characters -= this.get(this.#first)?.text.length ?? 0;
    this.#first += 1;
  }
}
