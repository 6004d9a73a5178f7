// Stories for the tests of pictures: a payment as a few lines, each with its time in ms after the start.

import type { StoryEvent } from '../api/transactions.ts';
import type { PictureFrame, PictureSource } from './source.ts';

const START = Date.UTC(2026, 2, 14, 12);

export const moment = (ms: number): string => new Date(START + ms).toISOString();

export interface StoryLines {
  readonly frames?: readonly (readonly [ms: number, way: string, message: unknown])[];
  readonly events?: readonly (readonly [
    ms: number,
    by: StoryEvent['by'],
    event: string,
    data?: object,
  ])[];
  readonly writes?: readonly number[];
}

/** `way` is `<` for received or `>` for sent, an integration, and a connection: `<pac 1`. */
export function storyOf({ frames = [], events = [], writes = [] }: StoryLines): PictureSource {
  return {
    frames: frames.map(([ms, way, message], index) => frameOf(index + 1, ms, { way, message })),
    events: events.map(([ms, by, event, data = {}]) => ({
      ...{ at: moment(ms), event, by, data, text: `It is ${event}.` },
      entry: writes.findIndex((at) => at >= ms) + 1 || 1,
    })),
    entries: writes.map((ms, index) => ({ entry: index + 1, writtenAt: moment(ms) })),
  };
}

function frameOf(
  number: number,
  ms: number,
  { way, message }: { readonly way: string; readonly message: unknown },
): PictureFrame {
  const [integration = '', connection = ''] = way.slice(1).split(' ');
  return {
    ...{ number, at: moment(ms), integration, connection },
    ...(integration === 'pac' && { eposId: 'TILL-1' }),
    direction: way.startsWith('<') ? 'received' : 'sent',
    text: typeof message === 'string' ? message : JSON.stringify(message),
  };
}

const order = { transactionType: 'SALE', currency: 'GBP', amount: 777, amountCashback: 0 };
export const started = { order: { kind: 'transaction', order } };
export const paid = {
  ...{ transactionResult: 'SUCCESSFUL', transactionType: 'SALE' },
  ...{ currency: 'GBP', amountTotal: 777 },
};
export const sale = { id: 1, method: 'sale', params: { tid: 'T1', currency: 'GBP', amount: 777 } };
export const result = { id: 1, result: paid };
export const notification = (notificationValue: string) => ({
  method: 'terminalNotification',
  params: { tid: 'T1', notificationValue },
});

/** A sale at a virtual card machine, by a till with messages in memory. */
export const saleLines = {
  frames: [
    [0, '<pac c1', sale],
    [3, '>pac c1', notification('TRANSACTION_STARTED')],
    [100, '>pac c1', notification('PRESENT_CARD')],
    [7000, '>pac c1', notification('AUTHORISING')],
    [8003, '>pac c1', result],
  ],
  events: [
    [1, 'till', 'started', started],
    [100, 'terminal', 'showed', { value: 'PRESENT_CARD' }],
    [7000, 'terminal', 'showed', { value: 'AUTHORISING' }],
    [8000, 'terminal', 'ended', { result: paid, cause: 'machine' }],
    [8010, 'till', 'delivered'],
  ],
  writes: [2, 8001, 8011],
} as const satisfies StoryLines;
