// One row for each kind of event in the journal: from which lane to which its news goes, the messages that carry
// it, and its words. An event without a row is a mark on the gateway's lane under its own name.

import type { StoryEvent } from '../api/transactions.ts';
import type { MessageHead } from './message-head.ts';
import type { Members } from './source.ts';
import { membersOf, textIn, word } from './source.ts';
import type { StepWords } from './words.ts';
import { amountIn, askedIn, resultWords } from './words.ts';

/** The lanes beside the gateway's. */
export type Side = 'till' | 'terminal';

export interface EventRow {
  /** Where the gateway has it from. */
  readonly from?: Side;
  /** To whom the gateway passes it on. */
  readonly to?: Side;
  /** Passed on only after it was written to the journal, so that it is never one arrow with what came in. */
  readonly isStoredFirst?: true;
  /** Of a lane: its connection is lost, or there again. */
  readonly breaks?: { readonly lane: Side | 'gateway'; readonly change: 'lost' | 'returned' };
  /** Requests and notifications that carry it. */
  readonly methods?: readonly string[];
  /** Methods whose answers carry it. */
  readonly answersTo?: readonly string[];
  readonly words: Words;
}

type Words =
  | StepWords
  | ((data: Members, currency: unknown) => Omit<StepWords, 'tone'> & Partial<StepWords>);

const good = { tone: 'good', icon: 'check' } as const;
const bad = { tone: 'bad', icon: 'cross' } as const;
const wait = { tone: 'wait', icon: 'warn' } as const;
const plain = { tone: 'plain' } as const;
const named = (name: string): StepWords => ({ name, ...plain });

const fromTerminal = { from: 'terminal' } as const;
const waiterAsks = { from: 'terminal', to: 'till' } as const;

const rows: Readonly<Record<string, EventRow>> = {
  started: {
    ...{ from: 'till', to: 'terminal', isStoredFirst: true },
    methods: ['start', 'startReport'],
    words: ({ order }) => ({ name: 'Start', meaning: startedText(membersOf(order)) }),
  },
  showed: {
    ...waiterAsks,
    methods: ['showing', 'terminalNotification'],
    words: ({ value }) => ({ name: 'Shows', meaning: textIn(value) }),
  },
  cancelAsked: {
    ...{ from: 'till', to: 'terminal' },
    methods: ['cancelTransaction', 'cancel'],
    words: named('Cancel'),
  },
  cancelDecided: {
    ...fromTerminal,
    methods: ['cancelDecided'],
    words: ({ cancelled }) => ({ name: cancelled ? 'It cancels' : 'Too late to cancel' }),
  },
  signatureAsked: {
    ...waiterAsks,
    methods: ['signatureWanted', 'signatureVerificationRequest'],
    words: named('Signature to check'),
  },
  signatureAnswerInvalid: {
    from: 'till',
    answersTo: ['signatureVerificationRequest'],
    words: { name: 'Answer not usable', ...bad },
  },
  signatureJudged: {
    ...{ from: 'till', to: 'terminal' },
    methods: ['answerSignature'],
    answersTo: ['signatureVerificationRequest'],
    words: ({ accepted, by }) => ({
      name: `Signature ${accepted ? 'accepted' : 'rejected'}`,
      ...(by === 'till' ? {} : { meaning: 'no answer in time', ...wait }),
    }),
  },
  terminalLost: {
    breaks: { lane: 'terminal', change: 'lost' },
    words: { name: 'Card machine lost', ...bad },
  },
  terminalReturned: {
    breaks: { lane: 'terminal', change: 'returned' },
    words: named('Card machine is back'),
  },
  terminalWorking: { ...fromTerminal, answersTo: ['lastOrder'], words: named('Still at work') },
  terminalReportInvalid: { ...fromTerminal, words: { name: 'Message not usable', ...bad } },
  gatewayRestarted: {
    breaks: { lane: 'gateway', change: 'returned' },
    words: { name: 'Gateway restarted', ...wait },
  },
  ended: {
    ...{ from: 'terminal', isStoredFirst: true },
    methods: ['finished', 'reported'],
    answersTo: ['lastOrder', 'pay'],
    words: ({ result }) => resultWords(membersOf(result)) ?? named('Result'),
  },
  outcomeLearnt: {
    ...fromTerminal,
    methods: ['finished', 'reported'],
    answersTo: ['lastOrder'],
    words: ({ result }) => ({ ...resultWords(membersOf(result)), name: 'True result' }),
  },
  terminalFreed: { ...fromTerminal, answersTo: ['lastOrder'], words: named('Knows no such order') },
  delivered: { to: 'till', words: { name: 'Delivered', ...good } },
  tableReportDelivered: { to: 'till', words: { name: 'Report delivered', ...good } },
  lockAsked: {
    ...waiterAsks,
    methods: ['lock', 'tableLockRequest'],
    words: ({ tableId }) => ({ name: 'Lock', meaning: `table ${word(String(tableId))}` }),
  },
  lockConfirmed: {
    ...{ from: 'till', to: 'terminal' },
    answersTo: ['tableLockRequest', 'lock'],
    words: ({ amount }, currency) => ({
      name: 'Locked',
      meaning: `${amountIn(amount, currency)} to pay`,
    }),
  },
  lockRefused: {
    ...{ from: 'till', to: 'terminal' },
    answersTo: ['tableLockRequest', 'lock'],
    words: { name: 'Lock refused', ...bad },
  },
  lockFailed: { words: { name: 'Lock not known', ...wait } },
  billAsked: {
    ...waiterAsks,
    methods: ['bill', 'posReceiptRequest'],
    words: named('Bill'),
  },
  waiterHeard: {
    ...fromTerminal,
    answersTo: ['tables', 'lock', 'bill', 'pay'],
    words: ({ refusal }) => ({ name: 'Refused', meaning: textIn(refusal), ...bad }),
  },
  paymentStarted: {
    ...fromTerminal,
    methods: ['pay'],
    words: ({ order }) => ({ name: 'Pay by card', meaning: askedIn(membersOf(order)) }),
  },
  paymentNoted: {
    ...fromTerminal,
    methods: ['pay'],
    words: ({ amount }, currency) => ({
      name: 'Paid by other means',
      meaning: amountIn(amount, currency),
    }),
  },
  leaveAsked: { ...fromTerminal, methods: ['leave'], words: named('Leave the table') },
  tableLeft: { words: named('Table left') },
  tableUnlocked: { words: named('Unlock is queued') },
  noticeDelivered: {
    to: 'till',
    words: ({ notice }) => ({ name: notices[String(notice)] ?? 'Delivered', ...good }),
  },
};

const notices: Readonly<Record<string, string>> = {
  paid: 'Payments delivered',
  unlock: 'Unlock delivered',
};

/** The row of an event, with the lanes as its cause says; at a table the till hears of no single payment. */
export function rowOf({ event, by, data }: StoryEvent, isTable: boolean): EventRow {
  const row = Object.hasOwn(rows, event) ? rows[event] : undefined;
  if (!row) return { words: named(word(event)) };
  const { from, to, ...rest } = row;
  const isHeard = from === undefined || by !== 'gateway';
  const isTold = to !== undefined && !(isTable && atCounter.has(event));
  const isJudgedByTill = event !== 'signatureJudged' || membersOf(data).by === 'till';
  return {
    ...rest,
    ...(from !== undefined && isHeard && isJudgedByTill && { from }),
    ...(isTold && { to }),
  };
}

const atCounter: ReadonlySet<string> = new Set(['showed', 'signatureAsked']);

export function eventWords({ words }: EventRow, data: unknown, currency: unknown): StepWords {
  if (typeof words !== 'function') return words;
  return { ...plain, ...words(membersOf(data), currency) };
}

/** Whether a message carries the event. */
export function carries(head: MessageHead, row: EventRow, data: unknown): boolean {
  const { kind, method, value } = head;
  if (method === undefined) return false;
  if (kind === 'answer' || kind === 'error') return row.answersTo?.includes(method) ?? false;
  if (!row.methods?.includes(method)) return false;
  const { notificationValue } = membersOf(value);
  return notificationValue === undefined || notificationValue === membersOf(data).value;
}

function startedText({ kind, order }: Members): string | undefined {
  const members = membersOf(order);
  if (kind === 'report') return textIn(members.reportType);
  return [textIn(members.transactionType), askedIn(members)].filter(Boolean).join(' ') || undefined;
}
