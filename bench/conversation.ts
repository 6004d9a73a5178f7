// The conversation that is measured: a chip-and-PIN sale [C-7.1], as the gateway really spoke it, and
// the moments of its steps [C-11.15, C-11.16], so that every peer says the same at the same times.

import { timingsOf } from '../packages/server/src/adapters/terminal/virtual/scenario/timings.ts';

export const values = [
  'TRANSACTION_STARTED',
  'PRESENT_CARD',
  'PLEASE_WAIT',
  'PIN_ENTRY',
  'PLEASE_WAIT',
  'CONNECTING',
  'CONNECTION_MADE',
  'APPROVED',
  'REMOVE_CARD',
  'TRANSACTION_FINISHED',
] as const;

/** How many times as fast as a person, or without any wait but the timer's own. */
export type Pace = 'instant' | number;

export function readPace(text: string): Pace {
  return text === 'instant' ? text : Number(text);
}

/** Milliseconds for which each value but the last stays on the screen of a virtual card machine. */
export function waits(pace: Pace): readonly number[] {
  const { virtualStartMs, virtualStepMs, ...at } = timingsOf(pace, {});
  const longer: Partial<Record<(typeof values)[number], number>> = {
    TRANSACTION_STARTED: virtualStartMs,
    PRESENT_CARD: at.virtualCardMs,
    PIN_ENTRY: at.virtualPinMs,
    REMOVE_CARD: at.virtualRemoveMs,
  };
  return values.slice(0, -1).map((value) => longer[value] ?? virtualStepMs);
}

export function saleMs(pace: Pace): number {
  return waits(pace).reduce((sum, ms) => sum + ms, 0);
}

/** One whole sale as the gateway sent it to `recordedTid` under `recordedId`. */
export interface Recording {
  readonly notifications: readonly string[];
  readonly result: string;
  /** Whether a ping followed, to prove the delivery [C-3.49]. */
  readonly ping: boolean;
}

/** Six digits always, so that every request is of the same length. */
export const recordedId = 100_000;

export function tidOf(till: number): string {
  return `VCMT${String(till).padStart(4, '0')}SIP0`;
}

export const recordedTid = tidOf(9999);

export function saleRequest(id: number, tid: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"sale","params":{"tid":"${tid}","currency":"GBP","amount":1250}}`;
}
