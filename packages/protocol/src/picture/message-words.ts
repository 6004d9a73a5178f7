// A message in few words: what it is called, what it says, and a sentence with its sender and receiver.

import type { MessageHead } from './message-head.ts';
import type { Members, PictureFrame } from './source.ts';
import { membersOf, sentence, textIn, word } from './source.ts';
import type { StepWords } from './words.ts';
import { amountIn, askedIn, labelOf, resultWords } from './words.ts';

export function messageWords(head: MessageHead): StepWords {
  const { kind, method, value, currency } = head;
  switch (kind) {
    case 'unreadable':
      return { name: 'Not JSON', tone: 'bad' };
    case 'batch':
      return { name: `Batch of ${(value as readonly unknown[]).length}`, tone: 'plain' };
    case 'error':
      return errorWords(membersOf(value), method);
    case 'answer':
      return answerWords({ currency, ...membersOf(value) }, method);
    default:
      return {
        name: word(method ?? ''),
        meaning: saidIn({ currency, ...membersOf(value) }),
        tone: 'plain',
      };
  }
}

function errorWords({ code, message }: Members, method: string | undefined): StepWords {
  const number = typeof code === 'number' ? `${code}` : undefined;
  const meaning = [number, textIn(message)].filter((one) => one !== undefined).join(' ');
  const name = method === undefined ? 'Error' : `Error to ${word(method)}`;
  return { name, meaning: meaning || undefined, tone: 'bad', icon: 'cross' };
}

function answerWords(members: Members, method: string | undefined): StepWords {
  const result = resultWords(members);
  if (result) return result;
  const name = method === undefined ? 'Answer' : `Answer to ${word(method)}`;
  const isRefusal = members.confirmed === false || members.answer === 'no';
  return { name, meaning: saidIn(members), tone: isRefusal ? 'bad' : 'plain' };
}

/** What params or a result say, by the first of these that finds its members. */
function saidIn(members: Members): string | undefined {
  for (const read of readers) {
    const said = read(members);
    if (said !== undefined) return said;
  }
  return undefined;
}

const readers: readonly ((members: Members) => string | undefined)[] = [
  ({ notificationValue }) => textIn(notificationValue),
  (members) => resultWords(members)?.meaning,
  ({ outcome }) => resultWords(membersOf(outcome))?.meaning,
  ({ order }) => (typeof order === 'object' && order ? orderText(membersOf(order)) : undefined),
  ({ reportType }) => textIn(reportType),
  ({ knows }) => textIn(knows),
  ({ cancelled }) => yesNo(cancelled, 'it cancels', 'too late'),
  ({ accepted }) => yesNo(accepted, 'accepted', 'rejected'),
  ({ confirmed, amount, currency }) =>
    yesNo(confirmed, `${amountIn(amount, currency) ?? 'locked'} to pay`, 'refused'),
  ({ answer, amount, currency }) =>
    answer === 'locked' ? `${amountIn(amount, currency)} to pay` : undefined,
  ({ paid, left, currency }) => yesNo(paid, `paid, ${amountIn(left, currency)} left`, 'not paid'),
  ({ answer, message }) => (answer === 'no' ? textIn(message) : undefined),
  ({ tables }) => (Array.isArray(tables) ? `${tables.length} tables` : undefined),
  tableText,
  ({ by, ...order }) => {
    const means = by === 'other' ? ' by other means' : '';
    const asked = askedIn(order);
    return asked && `${asked}${means}`;
  },
];

function orderText(order: Members): string | undefined {
  const { transactionType, reportType } = order;
  const type = textIn(transactionType) ?? textIn(reportType);
  return [type, askedIn(order)].filter(Boolean).join(' ') || undefined;
}

function tableText({ tableId, amountPaid, currency }: Members): string | undefined {
  const table = textIn(tableId);
  if (table === undefined) return undefined;
  const paid = amountIn(amountPaid, currency);
  return paid === undefined ? `table ${table}` : `table ${table} paid ${paid}`;
}

function yesNo(value: unknown, yes: string, no: string): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  return value ? yes : no;
}

const sides: Readonly<Record<string, string>> = {
  pac: 'the till',
  pat: 'the till at the table',
  waiter: 'the waiter’s line',
  terminal: 'the card machine',
};

/**
 * `The till asked: sale: £7.77`, `Told the till: terminalNotification: PRESENT_CARD`, `Sent the till: Result: …`.
 */
export function messageText(
  { direction, integration }: Pick<PictureFrame, 'direction' | 'integration'>,
  { kind }: MessageHead,
  words: StepWords,
): string {
  const side = Object.hasOwn(sides, integration) ? String(sides[integration]) : integration;
  const verb = { request: 'asked', notification: 'told' }[kind as string] ?? 'sent';
  const outcome = words.outcome === undefined ? '' : ` (${words.outcome})`;
  const said = `${labelOf(words)}${outcome}`;
  const text = direction === 'received' ? `${side} ${verb}: ${said}` : `${verb} ${side}: ${said}`;
  return sentence(text.charAt(0).toUpperCase() + text.slice(1));
}
