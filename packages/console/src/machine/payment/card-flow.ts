// One card payment at the machine that is held in the hand: which screen is on, and what each press leads
// to. Pure; knows neither clock nor line nor page. A PIN is counted, never kept.

import type { LinkOrder, LinkOutcome, NotificationValue } from '@tillgate/protocol';
import { amountAfterKey } from '../../kit/money.ts';

export type Way = 'tapCard' | 'tapPhone' | 'insert' | 'swipe' | 'key';
export type Result = LinkOutcome['transactionResult'];

/** What the drawer and the settings say at the moment. */
export interface Switches {
  readonly bank: 'approves' | 'declines' | 'silent';
  readonly slow: boolean;
  readonly paper: boolean;
  readonly asksGratuity: boolean;
  readonly asksCashback: boolean;
}

export type Stage =
  | { readonly at: 'gratuity' | 'cashback'; readonly typed: number }
  | { readonly at: 'present' | 'reading' | 'checking' | 'connecting' | 'connected' }
  | { readonly at: 'key'; readonly digits: string }
  | { readonly at: 'pin'; readonly count: number }
  /** The customer signs; then the cashier at the till judges, or at a table the waiter here. */
  | { readonly at: 'sign' | 'judging' | 'judgingHere' }
  | { readonly at: 'answer' | 'removeCard' | 'noPaper' | 'end'; readonly result: Result };

export interface Play {
  readonly order: LinkOrder;
  /** Minor units. */
  readonly gratuity: number;
  readonly cashback: number;
  readonly way: Way | undefined;
  readonly verification: 'PIN' | 'SIGNATURE' | 'DEVICE' | 'NONE';
  /** Last four of a card whose number is keyed. */
  readonly lastFour: string;
  /** Whether the bank has it reserved, where it has to be. */
  readonly covered: boolean;
  /** Whether somebody judged a signature. */
  readonly judged: boolean;
  readonly stage: Stage;
}

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

export type Press =
  | { readonly press: 'digit'; readonly key: Key }
  | { readonly press: 'enter' | 'clear' | 'cancel' }
  | { readonly press: 'way'; readonly way: Way }
  | { readonly press: 'amount'; readonly amount: number }
  | { readonly press: 'signInstead' | 'signed' | 'cardOut' | 'paperIn' }
  | { readonly press: 'verdict'; readonly accepted: boolean; readonly unanswered: boolean }
  /** From elsewhere: the till wants to cancel, the pause of this screen is over. */
  | { readonly press: 'tillCancels' | 'timePassed' };

/** In the order of the keys 1 to 5. */
export const ways: readonly Way[] = ['tapCard', 'tapPhone', 'insert', 'swipe', 'key'];
/** Longest extra that is typed, minor units. */
export const MOST_EXTRA = 10_000;
const PIN_DIGITS = 4;

export function begin(order: LinkOrder, switches: Switches, covered = true): Play {
  const { amountCashback: cashback, table } = order;
  const blank = { order, cashback, gratuity: table?.amountGratuity ?? 0, way: undefined } as const;
  const play = { ...blank, covered, verification: 'NONE', lastFour: '', judged: false } as const;
  const stage = firstStage(order, switches);
  return { ...play, stage };
}

function firstStage(order: LinkOrder, switches: Switches): Stage {
  const plainSale = order.transactionType === 'SALE' && !order.table && !order.cardholderNotPresent;
  if (plainSale && switches.asksGratuity) return { at: 'gratuity', typed: 0 };
  return afterGratuity(order, switches);
}

function afterGratuity(order: LinkOrder, switches: Switches): Stage {
  const { transactionType, cardholderNotPresent, amountCashback, table } = order;
  if (cardholderNotPresent) return { at: 'key', digits: '' };
  const mayAsk = transactionType === 'SALE' && amountCashback === 0 && !table;
  return mayAsk && switches.asksCashback ? { at: 'cashback', typed: 0 } : { at: 'present' };
}

/** What a press on this screen leads to; the same play where it means nothing. */
export function next(play: Play, press: Press, switches: Switches): Play {
  const { stage } = play;
  const givesUp = press.press === 'cancel' || press.press === 'tillCancels';
  if (givesUp && mayCancel(play)) return to(play, { at: 'end', result: 'CANCELLED' });
  switch (stage.at) {
    case 'gratuity':
    case 'cashback':
      return extra(play, press, switches);
    case 'present':
      return presented(play, press);
    case 'key':
      return keyed(play, press);
    case 'pin':
      return pin(play, press);
    case 'sign':
    case 'judging':
    case 'judgingHere':
      return signature(play, press);
    case 'answer':
    case 'removeCard':
    case 'noPaper':
      return ending(play, press, switches);
    case 'end':
      return play;
    default:
      return press.press === 'timePassed' ? goOn(play, switches) : play;
  }
}

/** Until the bank is asked; from then on money may move. */
export function mayCancel({ stage: { at } }: Play): boolean {
  return ['gratuity', 'cashback', 'present', 'key', 'reading', 'pin', 'checking'].includes(at);
}

/** From here on the outcome is decided, and has to be kept before the screen says so. */
export function resultOf({ stage }: Play): Result | undefined {
  return 'result' in stage ? stage.result : undefined;
}

/** Minor units. */
export function totalOf({ order, gratuity, cashback }: Play): number {
  const base = order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
  return base + gratuity + cashback;
}

/** What the till is told of a screen. */
export function shows({ stage, judged }: Play): readonly NotificationValue[] {
  switch (stage.at) {
    case 'cashback':
      return ['ENTER_CASHBACK'];
    case 'present':
      return ['PRESENT_CARD'];
    case 'reading':
    case 'checking':
    case 'gratuity':
    case 'key':
      return ['PLEASE_WAIT'];
    case 'pin':
      return ['PIN_ENTRY'];
    case 'connecting':
      return ['CONNECTING'];
    case 'connected':
      return ['CONNECTION_MADE'];
    case 'answer':
      return answers(stage.result, judged);
    case 'removeCard':
      return ['REMOVE_CARD'];
    case 'noPaper':
      return ['REPLACE_PAPER'];
    default:
      return [];
  }
}

function answers(result: Result, judged: boolean): readonly NotificationValue[] {
  const before = judged ? (['SIGNATURE_VERIFICATION_PROCESS_COMPLETED'] as const) : [];
  if (result === 'SUCCESSFUL') return [...before, 'APPROVED'];
  if (result === 'DECLINED') return ['DECLINED'];
  return result === 'UNSUCCESSFUL' ? ['PROCESSING_ERROR'] : before;
}

/** How long a screen stays by itself, ms; undefined: until somebody does something. */
export function stayMs({ stage }: Play, { slow }: Switches): number | undefined {
  switch (stage.at) {
    case 'reading':
    case 'checking':
    case 'connected':
      return 700;
    case 'connecting':
      return slow ? 12_000 : 1_200;
    case 'answer':
      return 1_800;
    case 'removeCard':
      return 8_000;
    default:
      return undefined;
  }
}

function to(play: Play, stage: Stage): Play {
  return { ...play, stage };
}

function extra(play: Play, press: Press, switches: Switches): Play {
  const { stage, order } = play;
  if (stage.at !== 'gratuity' && stage.at !== 'cashback') return play;
  const { at, typed } = stage;
  if (press.press === 'digit') {
    return to(play, { at, typed: amountAfterKey(typed, press.key, MOST_EXTRA) });
  }
  if (press.press === 'clear') return to(play, { at, typed: 0 });
  const chosen = press.press === 'amount' ? press.amount : typed;
  if (press.press !== 'enter' && press.press !== 'amount') return play;
  const then = at === 'gratuity' ? afterGratuity(order, switches) : ({ at: 'present' } as const);
  return { ...play, [at]: chosen, stage: then };
}

function presented(play: Play, press: Press): Play {
  const byKey = press.press === 'digit' ? ways[Number(press.key) - 1] : undefined;
  const way = press.press === 'way' ? press.way : byKey;
  if (way === undefined) return play;
  if (way === 'key') return to({ ...play, way }, { at: 'key', digits: '' });
  const verification = verifications[way];
  return to({ ...play, way, verification }, { at: 'reading' });
}

const verifications = {
  tapCard: 'NONE',
  tapPhone: 'DEVICE',
  insert: 'PIN',
  swipe: 'SIGNATURE',
  key: 'NONE',
} as const satisfies Record<Way, Play['verification']>;

function keyed(play: Play, press: Press): Play {
  if (play.stage.at !== 'key') return play;
  const { digits } = play.stage;
  if (press.press === 'digit' && digits.length < 4) {
    return to(play, { at: 'key', digits: digits + press.key });
  }
  if (press.press === 'clear') return to(play, { at: 'key', digits: '' });
  if (press.press !== 'enter' || digits.length < 4) return play;
  return to({ ...play, way: 'key', lastFour: digits }, { at: 'reading' });
}

function pin(play: Play, press: Press): Play {
  if (play.stage.at !== 'pin') return play;
  const { count } = play.stage;
  switch (press.press) {
    case 'digit':
      return to(play, { at: 'pin', count: Math.min(PIN_DIGITS, count + 1) });
    case 'clear':
      return to(play, { at: 'pin', count: 0 });
    case 'enter':
      return count === PIN_DIGITS ? to(play, { at: 'checking' }) : play;
    case 'signInstead':
      return to({ ...play, verification: 'SIGNATURE' }, { at: 'checking' });
    default:
      return play;
  }
}

/** The screens that stay for a while only. */
function goOn(play: Play, { bank }: Switches): Play {
  switch (play.stage.at) {
    case 'reading':
      if (play.verification === 'PIN') return to(play, { at: 'pin', count: 0 });
      return to(play, { at: 'connecting' });
    case 'checking':
      return to(play, { at: 'connecting' });
    case 'connecting':
      if (bank === 'silent') return to(play, { at: 'answer', result: 'UNSUCCESSFUL' });
      return to(play, { at: 'connected' });
    default:
      if (bank === 'declines' || !play.covered)
        return to(play, { at: 'answer', result: 'DECLINED' });
      if (play.verification === 'SIGNATURE') return to(play, { at: 'sign' });
      return to(play, { at: 'answer', result: 'SUCCESSFUL' });
  }
}

function signature(play: Play, press: Press): Play {
  const { at } = play.stage;
  if (at === 'sign') {
    if (press.press === 'cancel') return to(play, { at: 'answer', result: 'VOID' });
    if (press.press !== 'signed') return play;
    return to(play, { at: play.order.table ? 'judgingHere' : 'judging' });
  }
  if (press.press !== 'verdict') return play;
  const result = press.accepted ? 'SUCCESSFUL' : 'VOID';
  return to({ ...play, judged: !press.unanswered }, { at: 'answer', result });
}

function ending(play: Play, press: Press, { paper }: Switches): Play {
  const result = resultOf(play);
  if (result === undefined) return play;
  const { at } = play.stage;
  const stuck = result !== 'UNSUCCESSFUL' && !paper;
  const last: Stage = { at: stuck ? 'noPaper' : 'end', result };
  if (at === 'noPaper') return press.press === 'paperIn' ? to(play, { at: 'end', result }) : play;
  const over = press.press === 'timePassed' || press.press === 'enter' || press.press === 'cardOut';
  if (!over) return play;
  return to(play, at === 'answer' && play.way === 'insert' ? { at: 'removeCard', result } : last);
}
