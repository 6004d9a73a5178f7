// The conversation that is measured: a chip-and-PIN sale [C-7.1], as the gateway really spoke it, and
// the moments of its steps [C-11.15, C-11.16], so that every peer says the same at the same times.

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

/** How long each value but the last stays on the screen when nobody hurries. */
const stays = [500, 2000, 500, 2000, 500, 500, 500, 500, 500];

/** How many times as fast as a person, or without any wait but the timer's own. */
export type Pace = 'instant' | number;

export function readPace(text: string): Pace {
  return text === 'instant' ? text : Number(text);
}

/** Milliseconds to wait after each value but the last. */
export function waits(pace: Pace): readonly number[] {
  return stays.map((ms) => (pace === 'instant' ? 0 : ms / pace));
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
