// A transaction's events as the API publishes them: each event with a sentence, and who brought it
// about.

import type { api } from '@tillgate/protocol';
import { eventText, publishedEvent } from '../journal/event-text.ts';
import type {
  TransactionEvent,
  TransactionStory,
  TransactionSummary,
} from '../journal/transactions.ts';
import { moment } from './moment.ts';

export function shownSummary(summary: TransactionSummary): api.TransactionSummary {
  const { id, startedAt, endedAt, result, currency, ...rest } = summary;
  return {
    ...rest,
    id,
    number: Number(id.slice(id.lastIndexOf('/') + 1)),
    startedAt: moment(startedAt),
    ...(endedAt === undefined ? {} : { endedAt: moment(endedAt) }),
    result: result as api.TransactionSummary['result'],
    ...(currency === undefined ? {} : { currency: currency as 'GBP' | 'EUR' }),
  };
}

export function shownStory(
  story: TransactionStory,
  frames: readonly api.Frame[],
): api.TransactionStory {
  const { summary, entries, results } = story;
  return {
    summary: shownSummary(summary),
    events: entries.flatMap(({ version, events }) =>
      events.map((event) => shownEvent(event, version)),
    ),
    // What may wait for the next write, such as what the card machine shows, happened before.
    entries: entries.map(({ version, at, events }) => {
      return { entry: version, writtenAt: moment(events.at(-1)?.at ?? at) };
    }),
    results: [...results],
    frames: [...frames],
  };
}

function shownEvent(event: TransactionEvent, entry: number): api.StoryEvent {
  const { kind: name, at } = event;
  const text = eventText(event);
  return {
    at: moment(at),
    event: name,
    by: whoDid(event),
    text,
    entry,
    data: publishedEvent(event),
  };
}

type Name = TransactionEvent['kind'];
type Doer = api.StoryEvent['by'];

/** Who is not named here is the gateway. */
const doers: Readonly<Partial<Record<Name, Doer>>> = {
  started: 'till',
  cancelAsked: 'till',
  signatureAnswerInvalid: 'till',
  delivered: 'till',
  tableReportDelivered: 'till',
  noticeDelivered: 'till',
  lockConfirmed: 'till',
  showed: 'terminal',
  cancelDecided: 'terminal',
  signatureAsked: 'terminal',
  terminalLost: 'terminal',
  terminalReturned: 'terminal',
  terminalWorking: 'terminal',
  terminalReportInvalid: 'terminal',
  terminalFreed: 'terminal',
  outcomeLearnt: 'terminal',
  lockAsked: 'waiter',
  billAsked: 'waiter',
  waiterHeard: 'waiter',
  paymentStarted: 'waiter',
  paymentNoted: 'waiter',
};

function whoDid(event: TransactionEvent): Doer {
  if (event.kind === 'ended') return event.cause === 'machine' ? 'terminal' : 'gateway';
  if (event.kind === 'signatureJudged') return event.by === 'till' ? 'till' : 'gateway';
  if (event.kind === 'lockRefused' || event.kind === 'leaveAsked') return event.by ?? 'gateway';
  if (event.kind === 'tableLeft') return event.cause === 'waiter' ? 'waiter' : 'gateway';
  return doers[event.kind] ?? 'gateway';
}
