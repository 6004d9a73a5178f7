// The frames of all lines, the newest 10,000: sorts what a text is, finds the request of an answer,
// and holds both against the published schemas. Pure: knows no socket and no page.

import { parseMessage } from '@tillgate/protocol';
import type { Frame, LineName, Part, PartAt, RawFrame } from './frame.ts';
import type { Side } from './verdict.ts';
import { judge } from './verdict.ts';

export const MOST_FRAMES = 10_000;
/** Of all texts together: receipts are long, and a page has only so much room. */
const MOST_CHARACTERS = 50_000_000;

interface Open {
  readonly at: PartAt;
  readonly method: string;
}

export class History {
  readonly #most: number;
  readonly #slots: Frame[] = [];
  /** Requests without an answer yet, by scope, asker and id. */
  readonly #open = new Map<string, Open>();
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

  /** Requests of the gateway on this line that the till has not answered, oldest first. */
  questions(line: LineName): readonly Frame[] {
    const mine = `${line.scope} gateway `;
    const open = [...this.#open].filter(([key]) => key.startsWith(mine));
    return open.flatMap(([, { at }]) => this.get(at.seq) ?? []);
  }

  add(raw: RawFrame): Frame {
    const seq = this.#next;
    const read = readText(raw);
    const parts = read.items.map((value, part) => {
      const path = read.isBatch ? `/${part}` : '';
      return this.#partOf(raw, { value, path, at: { seq, part } });
    });
    const frame = { ...raw, seq, parts: [...parts, ...read.remarks] };
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
    if (line.scope !== line.id) return;
    for (const key of this.#open.keys()) {
      if (key.startsWith(`${line.scope} `)) this.#open.delete(key);
    }
  }

  #partOf(raw: RawFrame, item: Item): Part {
    if (raw.direction === 'line') return { kind: 'line', faults: [] };
    const side: Side = raw.direction === 'sent' ? 'till' : 'gateway';
    const { value } = item;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { kind: 'unreadable', faults: [], remark: 'Not a JSON object.' };
    }
    return 'method' in value ? this.#request(raw, item, side) : this.#answer(raw, item, side);
  }

  #request({ line }: RawFrame, item: Item, side: Side): Part {
    const { method, id } = item.value as { method: unknown; id?: unknown };
    const kind = id === undefined ? 'notification' : 'request';
    const name = typeof method === 'string' ? method : undefined;
    const told = { side, kind, method: name, isError: false, ...item } as const;
    const part = {
      kind,
      ...(name !== undefined && { method: name }),
      ...judge(line, told),
    } as const;
    if (id === undefined) return part;
    const key = JSON.stringify(id);
    if (name !== undefined) {
      this.#open.set(`${line.scope} ${side} ${key}`, { at: item.at, method: name });
    }
    return { ...part, id: key };
  }

  #answer({ line, at }: RawFrame, item: Item, side: Side): Part {
    const { id, error } = item.value as { id?: unknown; error?: unknown };
    const isError = error !== undefined;
    const key = JSON.stringify(id);
    const asker = side === 'till' ? 'gateway' : 'till';
    const openKey = `${line.scope} ${asker} ${key}`;
    const open = id === undefined ? undefined : this.#open.get(openKey);
    const method = open?.method;
    const verdict = judge(line, { side, kind: 'answer', method, isError, ...item });
    const known = {
      ...(key !== undefined && { id: key }),
      ...(method !== undefined && { method }),
    };
    const part: Part = { kind: 'answer', isError, ...known, ...verdict };
    if (!open) return id === undefined ? part : stray(part);
    this.#open.delete(openKey);
    const request = this.get(open.at.seq);
    if (!request) return part;
    const latencyMs = at - request.at;
    this.#marry(request, open.at.part, { partner: item.at, latencyMs });
    return { ...part, partner: open.at, latencyMs };
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

interface Item {
  readonly value: unknown;
  readonly path: string;
  readonly at: PartAt;
}

interface ReadText {
  readonly items: readonly unknown[];
  readonly isBatch: boolean;
  /** In place of items that could not be read. */
  readonly remarks: readonly Part[];
}

function readText({ direction, text }: RawFrame): ReadText {
  if (direction === 'line') {
    return { items: [undefined], isBatch: false, remarks: [] };
  }
  try {
    const value = parseMessage(text);
    const isBatch = Array.isArray(value);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return { items, isBatch, remarks: items.length > 0 ? [] : [bad('An empty batch.')] };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { items: [], isBatch: false, remarks: [bad(`Not JSON: ${why}`)] };
  }
}

function bad(remark: string): Part {
  return { kind: 'unreadable', faults: [], remark };
}

/** An error that names no request [C-3.19] is in order; another answer to nothing is not. */
function stray(part: Part): Part {
  return { ...part, remark: part.remark ?? 'An answer to nothing that is open.' };
}
