// The frames of all lines, the newest 10,000, each with what its conversation tells of it: what it is,
// its faults, and where its partner stands. Pure: knows no socket and no page.

import type { ObservedMessage } from '@tillgate/protocol';
import { Conversation } from '@tillgate/protocol';
import type { Frame, LineName, Part, PartAt, RawFrame } from './frame.ts';

export const MOST_FRAMES = 10_000;
/** Of all texts together: receipts are long, and a page has only so much room. */
const MOST_CHARACTERS = 50_000_000;

export class History {
  readonly #most: number;
  readonly #slots: Frame[] = [];
  /** By scope. */
  readonly #talks = new Map<string, Conversation>();
  /** Where a message stands that may still be answered. */
  readonly #places = new WeakMap<ObservedMessage, PartAt>();
  #first = 1;
  #next = 1;
  #characters = 0;

  constructor(most = MOST_FRAMES) {
    this.#most = most;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** Of the newest frame; 0 before the first. */
  get lastSeq(): number {
    return this.#next - 1;
  }

  /** How many were dropped to make room, or cleared. */
  get gone(): number {
    return this.#first - 1;
  }

  get(seq: number): Frame | undefined {
    return seq >= this.#first && seq < this.#next ? this.#slots[seq % this.#most] : undefined;
  }

  /** Oldest first. */
  all(): readonly Frame[] {
    return this.since(this.#first - 1);
  }

  /** Those after the frame `last`, oldest first. */
  since(last: number): readonly Frame[] {
    const frames: Frame[] = [];
    for (let seq = Math.max(this.#first, last + 1); seq < this.#next; seq += 1) {
      const frame = this.get(seq);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  /** Requests of the gateway on this line that nobody has answered, oldest first. */
  questions(line: LineName): readonly Frame[] {
    const open = this.#talks.get(line.scope)?.pending('gateway') ?? [];
    return open.flatMap((said) => {
      const frame = this.get(this.#places.get(said)?.seq ?? 0);
      return frame?.line.id === line.id ? frame : [];
    });
  }

  add(raw: RawFrame): Frame {
    const seq = this.#next;
    const parts = this.#said(raw).map((said, part) => this.#partOf(raw, said, { seq, part }));
    const frame = { ...raw, seq, parts };
    this.#keep(frame);
    return frame;
  }

  /** Forgets all frames; open requests stay open. */
  clear(): void {
    this.#slots.length = 0;
    this.#first = this.#next;
    this.#characters = 0;
  }

  /** The line has ended: what it asked is not answered any more, unless its till comes back. */
  ended(line: LineName): void {
    if (line.scope === line.id) this.#talks.delete(line.scope);
  }

  #said({ line, direction, text }: RawFrame): readonly ObservedMessage[] {
    if (direction === 'line') return [];
    return this.#talkOn(line).follow(direction === 'sent' ? 'partner' : 'gateway', text);
  }

  #talkOn({ id, scope, integration, version }: LineName): Conversation {
    const known = this.#talks.get(scope);
    if (known) return known;
    const eposId = scope === id ? {} : { eposId: scope };
    const talk = new Conversation({ integration, version, ...eposId });
    this.#talks.set(scope, talk);
    return talk;
  }

  #partOf(raw: RawFrame, said: ObservedMessage, at: PartAt): Part {
    this.#places.set(said, at);
    const { inReplyTo, ...part } = said;
    const asked = inReplyTo && this.#places.get(inReplyTo);
    const request = asked && this.get(asked.seq);
    if (!request) return part;
    const latencyMs = raw.at - request.at;
    // A complaint about an answer does not take the answer's place [C-9.5].
    const isFree = request.parts[asked.part]?.partner === undefined;
    if (isFree || part.kind === 'response')
      this.#marry(request, asked.part, { partner: at, latencyMs });
    return { ...part, partner: asked, latencyMs };
  }

  /** Writes into the request who its partner is. */
  #marry(request: Frame, index: number, news: Pick<Part, 'partner' | 'latencyMs'>): void {
    const parts = request.parts.map((part, at) => (at === index ? { ...part, ...news } : part));
    this.#slots[request.seq % this.#most] = { ...request, parts };
  }

  #keep(frame: Frame): void {
    if (this.size === this.#most) this.#dropOldest();
    this.#slots[frame.seq % this.#most] = frame;
    this.#next = frame.seq + 1;
    this.#characters += frame.text.length;
    while (this.#characters > MOST_CHARACTERS && this.size > 1) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#characters -= this.get(this.#first)?.text.length ?? 0;
    this.#first += 1;
  }
}
