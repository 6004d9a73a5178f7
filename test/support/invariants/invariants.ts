// The invariants of chapter 12, as far as a trace and a journal can show them. They hold at every moment of
// every scenario.

import assert from 'node:assert/strict';
import { errorTable, notificationValues } from '@tillgate/protocol';
import type { Frame } from 'tillgate/testing';
import { tableOf } from '../protocol/protocol-document.ts';
import { conversationFaults } from './conversations.ts';
import { isJobResult, jobMethods, journalFaults } from './journal.ts';
import { tableRequestFaults } from './table-requests.ts';
import { tableFaults } from './tables.ts';
import type { MessageEntry, TraceEntry } from './trace.ts';

const GOING_DOWN = 1001;
/** At the table under the id of the gateway's own request, at the counter without id: it answers nothing. */
const NO_USABLE_ANSWER = -32076;
const MOST_OF_BATCH = 16;
const PAYMENT_KEYS = 22;
const REPORT_KEYS = 7;

/**
 * Holds a trace against chapter 12; `secrets` must stand nowhere in what was sent or written. In a
 * trace with a card left in, TIMED_OUT may follow APPROVED [C-12.9].
 */
export function checkInvariants(
  entries: readonly TraceEntry[],
  secrets: readonly string[] = [],
  { cardLeftIn = false } = {},
): void {
  const faults = faultsOf(entries, secrets);
  assert.deepEqual(
    cardLeftIn ? faults.filter((fault) => fault !== 'C-12.9: APPROVED before TIMED_OUT') : faults,
    [],
  );
}

/** Every departure from chapter 12, as `C-12.5: what was seen`. */
export function faultsOf(entries: readonly TraceEntry[], secrets: readonly string[]): string[] {
  return [
    ...answerFaults(entries),
    ...journalFaults(entries),
    ...wordFaults(entries),
    ...secretFaults(entries, secrets),
    ...conversationFaults(entries),
    ...tableRequestFaults(entries),
    ...tableFaults(entries),
  ];
}

const isUsable = (id: unknown) => typeof id === 'string' || typeof id === 'number';
const isRequest = ({ method }: Frame) => method !== undefined;

/** C-12.1 and C-12.8: one answer for each request, on its connection; an error hands nothing over. */
function answerFaults(entries: readonly TraceEntry[]): string[] {
  const faults: string[] = [];
  const lines = new Set(entries.map((entry) => ('line' in entry ? entry.line : 0)));
  for (const line of lines) {
    if (line > 0) faults.push(...lineFaults(entries, line));
  }
  return faults;
}

function lineFaults(entries: readonly TraceEntry[], line: number): string[] {
  const faults: string[] = [];
  const own = entries.filter((entry) => 'line' in entry && entry.line === line);
  const messages = own.filter((entry) => entry.kind !== 'closed') as readonly MessageEntry[];
  const asked = messages.filter(({ kind, frame, batch }) => {
    return kind === 'sent' && isRequest(frame) && isUsable(frame.id) && batch <= MOST_OF_BATCH;
  });
  const answers = messages.filter(({ kind, frame, integration }) => {
    const isAnswer = integration === 'pac' && frame.id !== undefined;
    const complains = frame.error?.code === NO_USABLE_ANSWER && !isAnswer;
    return kind === 'received' && !isRequest(frame) && !complains;
  });
  const withoutId = answers.filter(({ frame }) => frame.id === undefined).length;
  let unanswered = 0;
  for (const id of new Set(asked.map(({ frame }) => JSON.stringify(frame.id)))) {
    const under = (one: MessageEntry) => JSON.stringify(one.frame.id) === id;
    const [requests, got] = [asked.filter(under), answers.filter(under)];
    const repeats = got.length - requests.length;
    if (repeats > 0) faults.push(`C-12.1: ${repeats} answers too many under id ${id}`);
    const mayStayOpen = requests.some(({ frame }) => jobMethods.has(frame.method ?? ''));
    if (!mayStayOpen) unanswered += Math.max(0, -repeats);
  }
  const stopped = own.some((entry) => entry.kind === 'closed' && entry.code === GOING_DOWN);
  if (stopped && unanswered > withoutId) {
    faults.push(`C-12.1: ${unanswered - withoutId} requests were not answered`);
  }
  return faults;
}

const codes: ReadonlySet<number> = new Set(Object.values(errorTable).map(({ code }) => code));
const values: ReadonlySet<string> = new Set(notificationValues);
const ofV0: ReadonlySet<string | undefined> = new Set(
  tableOf('C-6.5')
    .filter((row) => row.v0 === 'yes')
    .map((row) => row.Value),
);

/** C-12.5, C-12.11, C-12.12, C-12.13: what stands in each message. */
function wordFaults(entries: readonly TraceEntry[]): string[] {
  const faults: string[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'received') continue;
    const { error, params, result } = entry.frame;
    if (error && !codes.has(error.code)) faults.push(`C-12.13: error code ${error.code}`);
    const value = params?.notificationValue;
    if (value && !values.has(value)) faults.push(`C-12.13: notification value ${value}`);
    faults.push(...versionFaults(entry));
    if (isJobResult(result)) faults.push(...resultFaults(result));
  }
  return faults;
}

/** C-12.12: no word of one version on a line of the other. */
function versionFaults({ frame, version }: MessageEntry): string[] {
  const foreign = version === 'v1' ? 'tpi' : 'tid';
  const isThere = JSON.stringify(frame).includes(`"${foreign}":`);
  const faults = isThere ? [`C-12.12: ${foreign} was sent to ${version}`] : [];
  const value = frame.params?.notificationValue;
  if (version === 'v1' || value === undefined || ofV0.has(value)) return faults;
  return [...faults, `C-12.12: ${value} was sent to v0`];
}

function resultFaults(result: Readonly<Record<string, number | string>>): string[] {
  const { userMessage, ...keys } = result;
  const count = Object.keys(keys).length;
  if (!Object.hasOwn(result, 'transactionResult')) {
    const whole = count === REPORT_KEYS && userMessage === undefined;
    return whole ? [] : [`C-12.11: a report has ${count} keys`];
  }
  const { amountBase, amountCashback, amountGratuity, amountTotal } = keys;
  const sum = Number(amountBase) + Number(amountCashback) + Number(amountGratuity);
  const adds = sum === amountTotal ? [] : [`C-12.5: ${sum} is not ${amountTotal}`];
  const whole = count === PAYMENT_KEYS && userMessage !== '';
  return whole ? adds : [...adds, `C-12.11: a payment has ${count} keys`];
}

/** Not the digits of an AID, which follow a letter, nor the end of a UUID. */
const WHOLE_CARD_NUMBER = /(?<![\dA-Za-z]|[\da-f]{4}-)\d{12,19}(?!\d)/;

/** C-12.21: no token and no full card number, on the wire or in the journal. */
function secretFaults(entries: readonly TraceEntry[], secrets: readonly string[]): string[] {
  const faults: string[] = [];
  for (const text of entries.map(textOf)) {
    if (secrets.some((secret) => text.includes(secret)))
      faults.push('C-12.21: a token was sent or written');
    const strings = text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    if (strings.some((one) => WHOLE_CARD_NUMBER.test(one))) {
      faults.push(`C-12.21: a whole card number stands in ${text.slice(0, 80)}`);
    }
  }
  return faults;
}

/** What the gateway sent or wrote. */
function textOf(entry: TraceEntry): string {
  if (entry.kind === 'received') return JSON.stringify(entry.frame);
  return entry.kind === 'journalled' ? entry.written.body : '';
}
