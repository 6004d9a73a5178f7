// What a till must and should do, each with the rule of the contract it comes from: a function from what a scenario left
// behind to a verdict. A scenario names the rules that it tries.

import type { api, ObservedMessage } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { Evidence } from './evidence.ts';
import { isStart, requestsOf, responseTo, startsOf, truthOf, wordOf } from './evidence.ts';
import { handshakeRules } from './handshake-rules.ts';
import { receiptRules } from './receipt-rules.ts';
import type { RecordedMessage } from './recording.ts';
import type { Rule } from './rule.ts';

/** Connections that a till may open within a second. */
const MAX_OPENED_A_SECOND = 2;
/** Refused handshakes in a scenario are too many above this number a second. */
const MAX_REFUSED_A_SECOND = 2;

export const rules = {
  'one-payment': {
    severity: 'must',
    about: 'The till starts one transaction for one sale, whatever happens to its connection.',
    cites: ['C-4.15'],
    judge: (evidence) => {
      const pressed = evidence.commands.filter(isStart).length;
      const started = startsOf(evidence).filter(
        (request) => responseTo(evidence, request)?.observed.kind !== 'error',
      );
      if (pressed === 0 && started.length === 0) return undefined;
      const passed = started.length <= pressed;
      const why = passed
        ? `It was told to start ${pressed}, and asked for ${started.length}.`
        : `It was told to start ${pressed}, and asked for ${started.length}: the customer may pay twice.`;
      return { passed, why, frames: framesOf(started) };
    },
  },
  outcome: {
    severity: 'must',
    about:
      'The till holds the true outcome for true: only SUCCESSFUL is paid, TIMED_OUT is not known.',
    cites: ['C-4.16', 'C-4.19'],
    judge: (evidence, { beliefs }) => {
      const { belief, transactions } = evidence;
      if (belief?.outcome === undefined) return undefined;
      const truth = truthOf(evidence) ?? 'none';
      const allowed = beliefs ?? [truth];
      const passed = allowed.includes(belief.outcome);
      const said = `The till holds it for ${belief.outcome}; the card machine ended ${truth}.`;
      const told = transactions.at(-1)?.summary.told;
      const why = told ? `${said} The till was told ${wordOf(told)}.` : said;
      return { passed, why, frames: framesOf(resultsOf(evidence)) };
    },
  },
  'amount-paid': {
    severity: 'must',
    about: 'The till books the amount of the result, not the amount that it asked for.',
    cites: ['C-4.10'],
    judge: ({ belief, ...evidence }, { amountTotal }) => {
      if (belief?.amountTotal === undefined || amountTotal === undefined) return undefined;
      const passed = belief.amountTotal === amountTotal;
      const why = `The till booked ${belief.amountTotal}, the customer paid ${amountTotal}.`;
      return { passed, why, frames: framesOf(resultsOf({ ...evidence, belief })) };
    },
  },
  'asks-after-unknown': {
    severity: 'must',
    about: 'A till that cannot know the outcome asks the card machine, or holds it for unknown.',
    cites: ['C-4.15', 'C-4.39', 'C-7.11', 'C-7.25'],
    judge: (evidence) => {
      const [start] = startsOf(evidence);
      if (!start) return undefined;
      const asked = requestsOf(evidence, 'duplicate');
      const isUnknown =
        evidence.belief?.outcome === 'unknown' || evidence.belief?.outcome === 'open';
      const resumed = evidence.messages.filter(
        ({ side, observed, frame }) =>
          side === 'gateway' &&
          observed.kind === 'response' &&
          observed.id === start.observed.id &&
          frame.connection !== start.frame.connection,
      );
      const passed = asked.length > 0 || isUnknown || resumed.length > 0;
      let why = 'It neither asked nor holds the outcome for unknown.';
      if (isUnknown) why = 'It holds the outcome for unknown.';
      if (asked.length > 0) why = 'It asked.';
      if (resumed.length > 0) why = 'It resumed and got the result.';
      return { passed, why, frames: framesOf([start, ...asked, ...resumed]) };
    },
  },
  'signature-answer': {
    severity: 'must',
    about: 'The till answers the signature question as staff decided, once.',
    cites: ['C-4.34', 'C-4.35', 'C-4.37'],
    judge: (evidence, { signature }) => {
      const answers = evidence.messages.filter(
        ({ side, observed }) =>
          side === 'partner' &&
          observed.kind === 'response' &&
          isSignature(observed.inReplyTo?.method ?? observed.method),
      );
      const stray = evidence.messages.filter(
        ({ side, observed, result }) =>
          side === 'partner' &&
          observed.kind === 'response' &&
          observed.inReplyTo === undefined &&
          typeof Object(result).accepted === 'boolean',
      );
      if (signature === undefined) {
        const passed = answers.length === 0;
        const why = passed ? 'It answered nothing.' : 'It answered though nobody had decided.';
        return { passed, why, frames: framesOf(answers) };
      }
      const accepted = answers.map(({ result }) => Object(result).accepted);
      const isAsDecided = accepted.every((one) => one === (signature === 'accept'));
      const passed = answers.length > 0 && isAsDecided && stray.length === 0;
      let why = 'It answered as staff decided.';
      if (!isAsDecided) why = `Staff said ${signature}, the till said ${accepted.join(', ')}.`;
      if (stray.length > 0) why = `It answered ${answers.length + stray.length} times.`;
      if (answers.length === 0) why = 'It did not answer.';
      return { passed, why, frames: framesOf([...answers, ...stray]) };
    },
  },
  returns: {
    severity: 'must',
    about: 'The till connects again after its connection was lost.',
    cites: ['C-3.46', 'C-4.39', 'C-9.23'],
    judge: ({ cutAtMs, isConnected, events }) => {
      if (cutAtMs.length === 0) return undefined;
      const times = reopened(events).length;
      const why = isConnected
        ? `It connected again ${times} times.`
        : 'It did not connect again while the rehearsal waited.';
      return { passed: isConnected, why, frames: [] };
    },
  },
  'back-off': {
    severity: 'should',
    about: 'The till waits longer from one attempt to the next while it cannot connect.',
    cites: ['C-2.9', 'C-3.39'],
    judge: ({ events, handshakes, tookMs }) => {
      const refused = handshakes.filter(({ status = 0 }) => status >= 300).length;
      const opened = reopened(events);
      const inASecond = opened.map(
        ({ event, realMs }) =>
          opened.filter(
            (other) =>
              isSameTill(other.event, event) &&
              other.realMs >= realMs &&
              other.realMs < realMs + 1_000,
          ).length,
      );
      const most = Math.max(0, ...inASecond);
      const allowed = Math.max(5, (tookMs / 1_000) * MAX_REFUSED_A_SECOND);
      const passed = most <= MAX_OPENED_A_SECOND && refused <= allowed;
      const why = `It opened at most ${most} connections within a second, and ${refused} handshakes were refused in ${Math.round(tookMs / 100) / 10} s.`;
      return { passed, why, frames: [] };
    },
  },
  'stays-away': {
    severity: 'should',
    about: 'A till that was superseded stays away until somebody starts it again.',
    cites: ['C-4.43', 'C-9.24'],
    judge: ({ events }) => {
      const closed = events.findIndex(
        ({ event }) => event.event === 'closed' && event.code === CloseCode.superseded,
      );
      const by = events[closed]?.event;
      const opened = events
        .slice(closed + 1)
        .filter(({ event }) => event.event === 'opened' && isSameTill(event, by));
      const passed = opened.length === 0;
      const why = passed ? 'It stayed away.' : `It connected again ${opened.length} times.`;
      return { passed, why, frames: [] };
    },
  },
  'answers-pings': {
    severity: 'must',
    about: 'The till answers pings, so that its connection counts as alive.',
    cites: ['C-3.47', 'C-3.48'],
    judge: ({ events, cutAtMs }) => {
      const dropped = events.filter(
        ({ event, realMs }) =>
          event.event === 'closed' &&
          event.code === 1006 &&
          !cutAtMs.some((at) => Math.abs(at - realMs) < 2_000),
      );
      const passed = dropped.length === 0;
      const why = passed
        ? 'Its connection stayed open in the silence.'
        : 'Its connection was dropped, for it answered no ping.';
      return { passed, why, frames: [] };
    },
  },
  'fits-schemas': {
    severity: 'should',
    about: 'What the till sends fits the published schemas.',
    cites: ['C-3.5', 'C-3.14'],
    judge: ({ messages }) => {
      const wrong = messages.filter(
        ({ side, observed }) => side === 'partner' && !isLate(observed) && isUnfit(observed),
      );
      const [first] = wrong;
      const violation = first?.observed.violations[0];
      const what = violation
        ? `${violation.path}: expected ${violation.expected}, got ${violation.got}`
        : (first?.observed.remark ?? '');
      const why = first ? `${wrong.length} messages do not fit, the first: ${what}` : 'All fit.';
      return { passed: !first, why, frames: framesOf(wrong) };
    },
  },
  'has-epos-id': {
    severity: 'noted',
    about: 'The till connects with an epos-id, so that it gets results after a reconnect.',
    cites: ['C-4.40'],
    judge: ({ messages }) => {
      const own = messages.filter(({ frame }) => frame.integration === 'pac');
      const [first] = own;
      if (!first) return undefined;
      const passed = first.frame.eposId !== undefined;
      const why = passed ? 'It has one.' : 'It has none: it must ask after each lost connection.';
      return { passed, why, frames: [first.frame.number] };
    },
  },
  'returns-ping-payload': {
    severity: 'noted',
    about: 'The pong has the payload of its ping, so that delivery is proven.',
    cites: ['C-3.49'],
    judge: ({ returnsPingPayload, isConnected }) => {
      if (!isConnected) return undefined;
      const why = returnsPingPayload ? 'It has.' : 'It has not: other evidence is used.';
      return { passed: returnsPingPayload, why, frames: [] };
    },
  },
  'table-balance': {
    severity: 'must',
    about:
      'The till takes each payment from the bill once: its amount without cashback and gratuity.',
    cites: ['C-9.19', 'C-9.23'],
    judge: (evidence, { left, gratuity }) => {
      const { belief } = evidence;
      if (belief?.left === undefined || left === undefined) return undefined;
      const isGratuity = gratuity === undefined || (belief.gratuity ?? gratuity) === gratuity;
      const passed = belief.left === left && isGratuity;
      const extra = isGratuity ? '' : ` It booked ${belief.gratuity} of gratuity, not ${gratuity}.`;
      const why = `The till has ${belief.left} still to pay; it is ${left}.${extra}`;
      return { passed, why, frames: framesOf(toldOf(evidence, 'transactionResponse')) };
    },
  },
  'table-unlocked': {
    severity: 'must',
    about: 'The till unlocks the table when it is told so.',
    cites: ['C-9.13', 'C-9.20'],
    judge: (evidence) => {
      const { belief } = evidence;
      if (belief?.locked === undefined) return undefined;
      const why = belief.locked ? 'The table is still locked.' : 'The table is not locked.';
      return { passed: !belief.locked, why, frames: framesOf(toldOf(evidence, 'tableUnlock')) };
    },
  },
  'table-held': {
    severity: 'must',
    about: 'The till lets no second card machine lock a table that one holds.',
    cites: ['C-9.12'],
    judge: (evidence) => {
      const held = new Map<string, RecordedMessage>();
      const wrong: RecordedMessage[] = [];
      for (const message of evidence.messages) {
        const { observed, params, result, side } = message;
        if (side === 'gateway' && observed.method === 'tableUnlock') {
          held.delete(String(params.tableId));
        }
        if (side !== 'partner' || observed.method !== 'tableLockRequest') continue;
        const request = evidence.messages.find((one) => one.observed === observed.inReplyTo);
        if (Object(result).confirmed !== true || !request) continue;
        const table = String(request.params.tableId);
        const holder = held.get(table);
        if (holder && holder.tid !== request.tid) wrong.push(message);
        held.set(table, request);
      }
      const passed = wrong.length === 0;
      const why = passed
        ? 'No table had two locks.'
        : 'It confirmed a lock of a table that is held.';
      return { passed, why, frames: framesOf(wrong) };
    },
  },
  'table-answers': {
    severity: 'should',
    about: 'The till answers each request of a card machine within 10 s.',
    cites: ['C-9.4', 'C-9.5'],
    judge: ({ messages }) => {
      const late = messages.filter(
        ({ side, code, frame }) =>
          side === 'gateway' && code === -32076 && frame.integration === 'pat',
      );
      const passed = late.length === 0;
      const why = passed ? 'It answered each.' : `${late.length} answers were missing or unfit.`;
      return { passed, why, frames: framesOf(late) };
    },
  },
  ...handshakeRules,
  ...receiptRules,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;

/** Connections that a till opened after one of the same kind had closed. */
function reopened(events: Evidence['events']): Evidence['events'] {
  return events.filter(
    ({ event }, index) =>
      event.event === 'opened' &&
      events
        .slice(0, index)
        .some((before) => before.event.event === 'closed' && isSameTill(before.event, event)),
  );
}

function isSameTill(one: api.TrafficEvent, other: api.TrafficEvent | undefined): boolean {
  const [first, second] = [one, other].map((event) =>
    event && 'integration' in event ? `${event.integration} ${event.eposId}` : undefined,
  );
  return first === second;
}

/** An answer to a request of a connection before, or that came too late, is no fault [C-3.13]. */
function isLate({ kind, inReplyTo }: ObservedMessage): boolean {
  return (kind === 'response' || kind === 'error') && inReplyTo === undefined;
}

function isUnfit({ violations, remark }: ObservedMessage): boolean {
  return violations.length > 0 || remark !== undefined;
}

function isSignature(method: string | undefined): boolean {
  return method?.toLowerCase().includes('signature') ?? false;
}

/** The results of starts that the till was sent. */
function resultsOf(evidence: Evidence): readonly RecordedMessage[] {
  return startsOf(evidence).flatMap((request) => responseTo(evidence, request) ?? []);
}

function toldOf({ messages }: Evidence, method: string): readonly RecordedMessage[] {
  return messages.filter(({ side, observed }) => side === 'gateway' && observed.method === method);
}

function framesOf(messages: readonly RecordedMessage[]): readonly number[] {
  return [...new Set(messages.map(({ frame }) => frame.number))];
}
