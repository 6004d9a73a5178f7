// The steps of a payment in the order in which they happened: messages between the lanes, marks on the gateway's
// lane, and breaks of a lane. A picture draws them; the list of the console and the bug report have them as text.

import type { StoryEvent } from '../api/transactions.ts';
import type { EventRow, Side } from './event-rows.ts';
import { carries, eventWords, rowOf } from './event-rows.ts';
import type { MessageHead } from './message-head.ts';
import { readHeads } from './message-head.ts';
import { messageText, messageWords } from './message-words.ts';
import type { PictureFrame, PictureSource } from './source.ts';
import { membersOf, sentence } from './source.ts';
import type { StepWords } from './words.ts';
import { labelOf } from './words.ts';

/** In the order of the picture, from the left. */
export const lanes = ['till', 'gateway', 'terminal'] as const;
/** Who takes part in a payment. */
export type Lane = (typeof lanes)[number];

/** One step of a payment: a message, or an event in one lane. */
export type PictureStep = StepWords & {
  /** Unique in the picture. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A sentence for people. */
  readonly text: string;
  readonly frame?: PictureFrame;
  /** What the journal says of it. */
  readonly event?: StoryEvent;
} & (
    | { readonly kind: 'message'; readonly from: Lane; readonly to: Lane }
    | { readonly kind: 'mark' }
    | { readonly kind: 'break'; readonly lane: Lane; readonly change: 'lost' | 'returned' }
  );

/** What is placed first of what happened in the same millisecond beside the messages, which keep their order. */
const RANK = { break: 0, event: 1, write: 2, handOver: 3, delivered: 4, lastWrite: 5 } as const;

/** Proofs of what was sent before. */
const DELIVERIES: ReadonlySet<string> = new Set([
  'delivered',
  'tableReportDelivered',
  'noticeDelivered',
]);

/** A step that is not in its place yet. */
interface Draft {
  readonly rank: number;
  step: PictureStep;
  /** Of a message. */
  readonly head?: MessageHead;
  /** What it follows, if that happened in the same millisecond. */
  after?: Draft | undefined;
}

/** The steps of a payment, from its messages or its journal. */
export function stepsOf(source: PictureSource): readonly PictureStep[] {
  const { frames, events = [], entries = [], lines = [] } = source;
  const heads = readHeads(frames);
  const messages = frames.map((frame, index) =>
    frameDraft(frame, heads[index] as MessageHead, events.length === 0),
  );
  const builder = new EventSteps(messages, source);
  const others = events.flatMap((event, index) => builder.add(event, `e${index}`));
  const writes = entries.map((entry) => writeDraft(entry, builder.lastOf(entry.entry)));
  const breaks = [...lines.map(lineDraft), ...connectionBreaks(source)];
  const drafts = [...breaks, ...messages, ...others, ...writes];
  const groups = new Map<number, Draft[]>();
  for (const draft of drafts) {
    const group = groups.get(draft.step.at);
    if (group) group.push(draft);
    else groups.set(draft.step.at, [draft]);
  }
  return [...groups]
    .sort(([one], [other]) => one - other)
    .flatMap(([, group]) => inOrder(group).map(({ step }) => step));
}

/** What happened in one millisecond: cause, event, write to the disk, then what was passed on. */
function inOrder(group: readonly Draft[]): readonly Draft[] {
  const order = group
    .filter(({ head }) => head !== undefined)
    .sort((one, other) => numberOf(one) - numberOf(other));
  const others = group.filter(({ head }) => head === undefined);
  for (const draft of others.sort((one, other) => one.rank - other.rank)) {
    order.splice(placeOf(draft, order), 0, draft);
  }
  return order;
}

function numberOf({ step }: Draft): number {
  return step.frame?.number ?? 0;
}

function placeOf({ rank, step, after }: Draft, order: readonly Draft[]): number {
  if (rank >= RANK.delivered) return order.length;
  if (rank === RANK.break) {
    const first = order.findIndex((one) => step.key === `c${numberOf(one)}`);
    return Math.max(0, first);
  }
  let place = after ? order.indexOf(after) + 1 : 0;
  // It is the effect of what was received, unless it is a write that is known to follow something.
  const isEffect = rank === RANK.event || place === 0;
  while (isEffect && order[place]?.step.frame?.direction === 'received') place += 1;
  return place;
}

/** Ms since the step before; undefined at the first. */
export function gapOf(steps: readonly PictureStep[], index: number): number | undefined {
  const before = steps[index - 1];
  const step = steps[index];
  return before && step ? step.at - before.at : undefined;
}

function sideOf(integration: string): Side {
  return integration === 'pac' || integration === 'pat' ? 'till' : 'terminal';
}

function frameDraft(frame: PictureFrame, head: MessageHead, isAlone: boolean): Draft {
  const { direction, integration, number, at } = frame;
  const side = sideOf(integration);
  const words = messageWords(head);
  const [from, to] = direction === 'received' ? [side, 'gateway'] : ['gateway', side];
  // Without a journal nothing else says that it comes from the card machine.
  const isPassedOn = isAlone && from === 'gateway' && integration === 'pac' && isNews(head);
  const step: PictureStep = {
    ...{ kind: 'message', key: `f${number}`, at: Date.parse(at), ...words },
    ...{ from: (isPassedOn ? 'terminal' : from) as Lane, to: to as Lane, frame },
    text: messageText(frame, head, words),
  };
  return { rank: RANK.event, step, head };
}

/** Whether the gateway passes it on from the card machine. */
function isNews({ kind, method, value }: MessageHead): boolean {
  if (kind === 'notification') return typeof membersOf(value).notificationValue === 'string';
  return kind === 'request' && method === 'signatureVerificationRequest';
}

/** `last` is the last of the events that it holds, or the message that carries it. */
function writeDraft(
  { entry, writtenAt }: NonNullable<PictureSource['entries']>[number],
  { last, handOver, isProof }: EntryEvents,
): Draft {
  const [name, text] = [`Journal: write ${entry}`, `Write ${entry} was handed to the disk.`];
  const at = Date.parse(writtenAt);
  const step: PictureStep = { kind: 'mark', key: `w${entry}`, at, name, tone: 'plain', text };
  const draft = { rank: isProof ? RANK.lastWrite : RANK.write, step, after: last };
  if (handOver) handOver.after = draft;
  return draft;
}

function lineDraft(
  { at, integration, isOpen, text }: NonNullable<PictureSource['lines']>[number],
  index: number,
): Draft {
  const side = sideOf(integration);
  const change = isOpen ? 'returned' : 'lost';
  return breakDraft({ key: `l${index}`, at, lane: side, change, text });
}

interface Break {
  readonly key: string;
  readonly at: string;
  readonly lane: Side;
  readonly change: 'lost' | 'returned';
  readonly text: string;
}

function breakDraft({ key, at, lane, change, text }: Break): Draft {
  const name = `${lane === 'till' ? 'Till' : 'Card machine'} ${change === 'lost' ? 'lost' : 'is back'}`;
  const tone =
    change === 'lost' ? ({ tone: 'bad', icon: 'cross' } as const) : { tone: 'plain' as const };
  const step: PictureStep = {
    ...{ kind: 'break', key, at: Date.parse(at), lane, change },
    ...{ name, ...tone, text: sentence(text) },
  };
  return { rank: RANK.break, step };
}

/** Where messages of one till or card machine go on over another connection. */
function connectionBreaks({ frames, events = [], lines = [] }: PictureSource): readonly Draft[] {
  const last = new Map<string, string>();
  const isTold = (side: Side): boolean =>
    lines.some(({ integration }) => sideOf(integration) === side) ||
    (side === 'terminal' && events.some(({ event }) => event === 'terminalReturned'));
  return frames.flatMap(({ integration, eposId = '', connection, at, number }) => {
    const side = sideOf(integration);
    const key = JSON.stringify([integration, eposId]);
    const before = last.get(key);
    last.set(key, connection);
    if (before === undefined || before === connection || isTold(side)) return [];
    const who = side === 'till' ? 'The till' : 'The card machine';
    const text = `${who} goes on over another connection.`;
    return [breakDraft({ key: `c${number}`, at, lane: side, change: 'returned', text })];
  });
}

/** Longest time between an event and the message that carries it, which goes in the same turn. */
const NEAR_MS = 100;
/** The same where a write to the disk lies between. */
const STORED_MS = 2000;

/** Of the events in one entry of the journal. */
interface EntryEvents {
  /** The step of the last. */
  readonly last?: Draft | undefined;
  /** What was passed on once the entry was written. */
  readonly handOver?: Draft | undefined;
  /** Whether it holds nothing but proofs of delivery. */
  readonly isProof?: boolean;
}

/** Turns events into steps, or adds them to the messages that carry them. */
class EventSteps {
  /** Those of messages, by time. */
  readonly #messages: readonly Draft[];
  readonly #writtenAt: ReadonlyMap<number, number>;
  /** From then on all messages of the lane are known, so that what is not among them was not sent. */
  readonly #knownSince: Readonly<Record<Side, number>>;
  readonly #isTable: boolean;
  readonly #currency: unknown;
  readonly #taken = new Set<Draft>();
  readonly #entries = new Map<number, EntryEvents>();
  /** The step of the event before. */
  #last: Draft | undefined;
  #first = 0;

  constructor(messages: readonly Draft[], { events = [], entries = [] }: PictureSource) {
    this.#messages = messages.toSorted((one, other) => one.step.at - other.step.at);
    this.#writtenAt = new Map(
      entries.map(({ entry, writtenAt }) => [entry, Date.parse(writtenAt)]),
    );
    const knownSince = (side: Side): number => {
      const isOf = ({ step: { frame } }: Draft) => frame && sideOf(frame.integration) === side;
      const first = this.#messages.find(isOf)?.step.at ?? Number.POSITIVE_INFINITY;
      // The gateway forgets messages when it ends, so that it knows all since it was started.
      const started = events.filter(({ event }) => event === 'gatewayRestarted');
      const before = started.map(({ at }) => Date.parse(at)).filter((at) => at <= first);
      return Number.isFinite(first) ? (before.at(-1) ?? first) : first;
    };
    this.#knownSince = { till: knownSince('till'), terminal: knownSince('terminal') };
    this.#isTable = events[0]?.event === 'lockAsked';
    this.#currency = membersOf(events[0]?.data).currency;
  }

  /** The step of an event; none if a message carries it. */
  add(event: StoryEvent, key: string): readonly Draft[] {
    const row = rowOf(event, this.#isTable);
    const carrier = this.#carrierOf(event, row);
    const drafts = this.#draftsOf(event, key, { row, carrier });
    const [draft = carrier] = drafts;
    const isHandOver = draft?.rank === RANK.handOver;
    if (draft && draft !== carrier) draft.after = this.#last;
    if (!isHandOver) this.#last = draft;
    const { isProof = true, handOver, last } = this.#entries.get(event.entry) ?? {};
    this.#entries.set(event.entry, {
      isProof: isProof && DELIVERIES.has(event.event),
      last: isHandOver || DELIVERIES.has(event.event) ? last : draft,
      handOver: isHandOver ? draft : handOver,
    });
    return drafts;
  }

  /** What is known of the events of an entry of the journal. */
  lastOf(entry: number): EntryEvents {
    return this.#entries.get(entry) ?? {};
  }

  #draftsOf(
    event: StoryEvent,
    key: string,
    { row, carrier }: { readonly row: EventRow; readonly carrier: Draft | undefined },
  ): readonly Draft[] {
    const at = Date.parse(event.at);
    const words = eventWords(row, event.data, this.#currency);
    const base = { key, at, ...words, text: sentence(event.text), event };
    const rank = DELIVERIES.has(event.event) ? RANK.delivered : RANK.event;
    if (row.breaks) return [{ rank, step: { ...base, kind: 'break', ...row.breaks } }];
    const from = this.#unknown(row.from, at, carrier);
    // What is passed on goes a moment later.
    const to = this.#unknown(row.to, at + NEAR_MS, carrier);
    if (carrier && !row.isStoredFirst) {
      extend(carrier, { event, words, from, to });
      return [];
    }
    if (from === undefined && to === undefined) {
      if (!carrier) return [{ rank, step: { ...base, kind: 'mark' } }];
      carrier.step = { ...carrier.step, event };
      return [];
    }
    const arrow = { kind: 'message', from: from ?? 'gateway', to: to ?? 'gateway' } as const;
    if (from !== undefined || !row.isStoredFirst) return [{ rank, step: { ...base, ...arrow } }];
    const passedAt = Math.max(at, this.#writtenAt.get(event.entry) ?? at);
    const text = `Handed over: ${labelOf(words)}.`;
    return [{ rank: RANK.handOver, step: { ...base, ...arrow, at: passedAt, text } }];
  }

  /** The lane, if its messages of that moment are not known, so that the event itself is drawn there. */
  #unknown(lane: Side | undefined, at: number, carrier: Draft | undefined): Side | undefined {
    if (lane === undefined || at >= this.#knownSince[lane]) return undefined;
    const isCarried = carrier?.step.frame && sideOf(carrier.step.frame.integration) === lane;
    return isCarried ? undefined : lane;
  }

  /** The message that carries it; none is taken twice. */
  #carrierOf({ at: moment, data }: StoryEvent, row: EventRow): Draft | undefined {
    const at = Date.parse(moment);
    const messages = this.#messages;
    const near = row.isStoredFirst ? STORED_MS : NEAR_MS;
    while ((messages[this.#first]?.step.at ?? at) < at - STORED_MS) this.#first += 1;
    for (let index = this.#first; index < messages.length; index += 1) {
      const draft = messages[index];
      if (!draft?.head || draft.step.at > at + near) return undefined;
      if (draft.step.at < at - near || this.#taken.has(draft)) continue;
      if (!carries(draft.head, row, data)) continue;
      this.#taken.add(draft);
      return draft;
    }
    return undefined;
  }
}

interface Addition {
  readonly event: StoryEvent;
  readonly words: StepWords;
  /** Lanes of which no messages are known. */
  readonly from: Side | undefined;
  readonly to: Side | undefined;
}

/** The message with its event; its arrow goes through the gateway if the other half has no message of its own. */
function extend(carrier: Draft, { event, words, from, to }: Addition): void {
  const { step } = carrier;
  if (step.kind !== 'message') return;
  const { tone, icon } = words;
  carrier.step = {
    ...step,
    ...(step.tone === 'plain' && tone !== 'plain' && { tone, ...(icon && { icon }) }),
    from: step.from === 'gateway' && from !== undefined && from !== step.to ? from : step.from,
    to: step.to === 'gateway' && to !== undefined && to !== step.from ? to : step.to,
    event,
  };
}
