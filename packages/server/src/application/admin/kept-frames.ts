// The messages of each transaction, kept in the journal beside its entries once it has ended, so that its story has them
// after a restart, too. It happens in the background, after the till got its result; what a killed gateway has
// not kept yet is lost, and the story then has the events alone.

import type { api } from '@tillgate/protocol';
import { maskStoredFrame } from '@tillgate/protocol';
import { backgroundTurn } from '../../ports/background-turn.ts';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store, StoredRecord } from '../../ports/store.ts';
import { ATTACHED, Deposed } from '../../ports/store.ts';
import type { SocketLabel, Traffic } from '../connection/traffic.ts';
import { shownFrame } from '../connection/traffic.ts';
import type { TransactionSpan } from '../journal/transaction-span.ts';
import type { TransactionStory } from '../journal/transactions.ts';
import { moment } from './moment.ts';
import type { SpanFrames } from './transaction-frames.ts';
import { framesOf, MARGIN_MS } from './transaction-frames.ts';

/** From the last event of a transaction until its frames are kept: the last of them have come by then. */
const KEEP_AFTER_MS = MARGIN_MS + 500;
/** So long after its end a transaction may have frames that were kept before, and are not in memory any more. */
const KEPT_BEFORE_MS = 4 * KEEP_AFTER_MS;
/** Transactions that wait at a time; those that end beyond it are not kept. That is 100 a second or more. */
const MOST_WAITING = 500;
/** Transactions that are written together. */
const WRITTEN_TOGETHER = 20;
/** How long a gateway that stops waits for the store. */
const MAX_STORE_WAIT_MS = 2000;
/** Of one transaction, as of one socket in memory. */
const MOST_FRAMES = 500;
/** The text of a line of a receipt, bill or report: the journal has those of card machines, and those of tills are not its business. */
const LINE_TEXT = /("value"\s*:\s*")(?:[^"\\]|\\.)*"/g;

interface KeptFramesDeps {
  readonly traffic: Traffic;
  readonly clock: Clock;
  readonly observer: Pick<Observer, 'fault'>;
  /** Of the frames of one transaction, as JSON in UTF-8; with 0 nothing is kept. */
  readonly mostBytes: number;
}

interface Waiting {
  readonly span: TransactionSpan;
  /** Under the lease of its site. */
  readonly store: Store;
  readonly dueAt: number;
}

export class KeptFrames {
  readonly #deps: KeptFramesDeps;
  /** By the id of the transaction, the one that is due first in front. */
  readonly #waiting = new Map<string, Waiting>();
  #cancel: Cancel | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(deps: KeptFramesDeps) {
    this.#deps = deps;
  }

  /** A transaction, report or table has ended, or something of it was delivered after that. */
  onEnded(store: Store, span: TransactionSpan): void {
    const { clock, mostBytes } = this.#deps;
    const { id } = span;
    const isNew = !this.#waiting.delete(id);
    if (this.#closed || mostBytes === 0 || (isNew && this.#waiting.size >= MOST_WAITING)) return;
    this.#waiting.set(id, { span, store, dueAt: clock.now() + KEEP_AFTER_MS });
    this.#cancel ??= clock.after(KEEP_AFTER_MS, () => this.#keepDue());
  }

  /** Keeps all that waits at once; gives up waiting for a store that does not answer. */
  async keepAll(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#keep([...this.#waiting]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(MAX_STORE_WAIT_MS, resolve);
    await Promise.race([this.#keeping, promise]);
    cancel();
  }

  /** Keeps all that waits, and nothing from then on. */
  close(): Promise<void> {
    this.#closed = true;
    return this.keepAll();
  }

  #keepDue(): void {
    const { clock } = this.#deps;
    const now = clock.now();
    this.#keep([...this.#waiting].filter(([, { dueAt }]) => dueAt <= now));
    // Not when the next one is due: many are read and written together.
    const isMore = this.#waiting.size > 0;
    this.#cancel = isMore ? clock.after(KEEP_AFTER_MS, () => this.#keepDue()) : undefined;
  }

  #keep(due: readonly (readonly [string, Waiting])[]): void {
    for (const [id] of due) this.#waiting.delete(id);
    const bySite = Map.groupBy(due, ([, { store }]) => store);
    for (const [store, ended] of bySite) {
      const spans = ended.map(([, { span }]) => span);
      this.#keeping = this.#keeping.then(() => this.#keepOfSite(store, spans));
    }
  }

  async #keepOfSite(store: Store, spans: readonly TransactionSpan[]): Promise<void> {
    try {
      const found = await framesOf(this.#deps.traffic, spans);
      for (let first = 0; first < found.length; first += WRITTEN_TOGETHER) {
        await this.#write(store, found.slice(first, first + WRITTEN_TOGETHER));
      }
    } catch (cause) {
      // The site has another owner: what went over the sockets here is not kept.
      if (!(cause instanceof Deposed)) this.#deps.observer.fault('journal', cause);
    }
  }

  async #write(store: Store, some: readonly SpanFrames[]): Promise<void> {
    const put: StoredRecord[] = [];
    for (const { span, frames } of some) {
      await backgroundTurn();
      const { id, endedAt = 0 } = span;
      const isLate = endedAt < this.#deps.clock.now() - KEPT_BEFORE_MS;
      const before = isLate ? await keptFrames(store, id) : [];
      const shown = frames.map((frame) => shownFrame(frame, masked));
      const value = storedText(united(before, shown), this.#deps.mostBytes);
      if (value !== undefined) put.push({ collection: ATTACHED, key: id, value });
    }
    if (put.length > 0) await store.write({ put });
  }
}

/** All frames of a transaction that are kept or still in memory, oldest first. */
export async function framesOfStory(
  { store, traffic }: { readonly store: Pick<Store, 'get'>; readonly traffic: Traffic },
  story: TransactionStory,
): Promise<readonly api.Frame[]> {
  const [found] = await framesOf(traffic, [spanOfStory(story)]);
  const inMemory = found?.frames.map((frame) => shownFrame(frame)) ?? [];
  return united(await keptFrames(store, story.summary.id), inMemory);
}

function spanOfStory({ summary, events }: TransactionStory): TransactionSpan {
  const { id, startedAt, endedAt } = summary;
  const [first] = events;
  return {
    ...{ id, startedAt, endedAt, lastAt: events.at(-1)?.at ?? startedAt },
    requestId: first?.kind === 'started' ? first.requestedBy?.requestId : undefined,
  };
}

/** Those of a transaction that are kept; `id` as in its summary. */
export async function keptFrames(
  store: Pick<Store, 'get'>,
  id: string,
): Promise<readonly api.Frame[]> {
  const value = await store.get({ collection: ATTACHED, key: id });
  if (value === undefined) return [];
  const { sockets, frames } = JSON.parse(value) as Stored;
  return frames.map(([number, at, connection, sent, text]) => {
    const when = { event: 'frame', number, at: moment(at) } as const;
    const direction = sent ? 'sent' : 'received';
    return { ...when, connection, ...(sockets[connection] as SocketLabel), direction, text };
  });
}

/** What is stored of a transaction, as JSON: small, for there is one of each. */
interface Stored {
  /** By name, as in the rows. */
  readonly sockets: Readonly<Record<string, SocketLabel>>;
  readonly frames: readonly Row[];
}

/** Number, milliseconds since 1970, name of the socket, 1 if it was sent, and text. */
type Row = readonly [number, number, string, 0 | 1, string];

/** Without the text of receipts, tokens and card numbers. */
function masked(text: string): string {
  return maskStoredFrame(text.replace(LINE_TEXT, '$1*"'));
}

/** Of a frame that is in both, the one of `more`. */
function united(kept: readonly api.Frame[], more: readonly api.Frame[]): readonly api.Frame[] {
  if (kept.length === 0 || more.length === 0) return kept.length === 0 ? more : kept;
  const frames = new Map([...kept, ...more].map((frame) => [nameOf(frame), frame]));
  // Numbers begin again with each start of the gateway.
  return [...frames.values()].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at) || a.number - b.number,
  );
}

function nameOf({ at, connection, number }: api.Frame): string {
  return `${at} ${connection} ${number}`;
}

/** What fits into the limits, the newest first, as it is stored; undefined if nothing does. */
function storedText(frames: readonly api.Frame[], mostBytes: number): string | undefined {
  const sockets: Record<string, SocketLabel> = {};
  const rows: Row[] = [];
  let bytes = 0;
  for (const frame of frames.slice(-MOST_FRAMES).reverse()) {
    const { event: _, number, at, connection, direction, text, ...label } = frame;
    const row: Row = [number, Date.parse(at), connection, direction === 'sent' ? 1 : 0, text];
    const more = Buffer.byteLength(JSON.stringify(row));
    if (bytes + more > mostBytes) continue;
    bytes += more;
    sockets[connection] = label;
    rows.push(row);
  }
  if (rows.length === 0) return undefined;
  return JSON.stringify({ sockets, frames: rows.reverse() } satisfies Stored);
}
