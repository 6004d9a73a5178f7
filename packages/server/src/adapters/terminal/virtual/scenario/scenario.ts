// The conversation of a virtual card machine as a list of parts [C-10.4 - C-10.7]. Pure; knows
// neither clock nor memory. TRANSACTION_STARTED, TRANSACTION_FINISHED and the signature's own
// values before the answer are the gateway's to say.

import type { NotificationValue } from '@tillgate/protocol';
import type { TransactionOrder } from '../../../../ports/terminal-driver.ts';
import type { Letters } from './tid.ts';

/** What will be played for one order. */
export interface Play extends Letters {
  /** Cash that is typed at the machine, minor units [C-10.6]; 0 for none. */
  readonly typedCashback: number;
  /** Added to a sale at the machine, minor units; 0 for none. */
  readonly gratuity: number;
  /** Who judges a signature: at a table the waiter does, at the machine [C-9.9]. */
  readonly judge: 'till' | 'waiter';
}

/** What customers of this machine add to a sale, minor units. */
export interface Extras {
  readonly cashback: number;
  readonly gratuity: number;
}

export type Part =
  /** Shows a value; `cancellable`: it can still be called off while this is on the screen. */
  | { readonly part: 'show'; readonly value: NotificationValue; readonly cancellable: boolean }
  /** Asks the till to judge the signature; goes on with `afterSignature`. */
  | { readonly part: 'signature' }
  /** Puts the outcome into its memory; whatever follows may be told. */
  | { readonly part: 'settle' }
  /** Tells that it gave up as the till wished. */
  | { readonly part: 'givenUp' }
  /** Says nothing more and loses the transaction [C-10.7]. */
  | { readonly part: 'silence' }
  | { readonly part: 'end' };

/** The letters of the machine's name, bent by the order [C-10.5, C-10.6]. */
export function playOf(letters: Letters, order: TransactionOrder, extras: Extras): Play {
  if (order.table) {
    const gratuity = order.table.amountGratuity;
    return { ...letters, typedCashback: 0, gratuity, judge: 'waiter' };
  }
  const isSale = order.transactionType === 'SALE';
  const play = { ...letters, gratuity: isSale ? extras.gratuity : 0, judge: 'till' } as const;
  if (order.cardholderNotPresent) {
    return { ...play, reading: 'KEYED', verification: 'NONE', typedCashback: 0 };
  }
  const typed = isSale && order.amountCashback === 0;
  return { ...play, typedCashback: typed ? extras.cashback : 0 };
}

export function script(play: Play): readonly Part[] {
  const cashback = play.typedCashback > 0 ? [show('ENTER_CASHBACK', true)] : [];
  const [first, ...rest] = reading(play);
  switch (play.result) {
    case 'CANCELLED':
      return [...cashback, first, settle, end];
    case 'TIMED_OUT':
      return [...cashback, first, ...rest, { part: 'silence' }];
    case 'UNSUCCESSFUL':
      return [...cashback, first, ...rest, ...pin(play), ...failingBank, ...out(play), end];
    case 'SUCCESSFUL':
    case 'DECLINED':
    case 'VOID': {
      const asked = [...cashback, first, ...rest, ...pin(play), ...bank];
      if (asksSignature(play)) return [...asked, ...signature(play)];
      return [...asked, settle, ...answer(play), ...out(play), end];
    }
  }
}

/** The play once the signature has been judged [C-4.34, C-4.35]. */
export function judged(play: Play, accepted: boolean): Play {
  return { ...play, result: accepted && play.result === 'SUCCESSFUL' ? 'SUCCESSFUL' : 'VOID' };
}

/** How a judged play goes on; `unanswered` by the till [C-7.3 - C-7.5]. */
export function afterSignature(play: Play, unanswered: boolean): readonly Part[] {
  const taken = unanswered ? [] : [show('SIGNATURE_VERIFICATION_PROCESS_COMPLETED')];
  return [settle, ...taken, ...answer(play), ...out(play), end];
}

const settle: Part = { part: 'settle' };
const end: Part = { part: 'end' };
const bank = [show('CONNECTING'), show('CONNECTION_MADE')];
const failingBank = [show('CONNECTING'), settle, show('PROCESSING_ERROR')];

/** How it ends when the till called it off in time [C-7.8]. */
export const givingUp: readonly Part[] = [settle, { part: 'givenUp' }, end];

function show(value: NotificationValue, cancellable = false): Part {
  return { part: 'show', value, cancellable };
}

function reading(play: Play): readonly [Part, ...Part[]] {
  if (play.reading === 'KEYED') return [show('PLEASE_WAIT', true)];
  return [show('PRESENT_CARD', true), show('PLEASE_WAIT')];
}

function pin(play: Play): readonly Part[] {
  return play.verification === 'PIN' ? [show('PIN_ENTRY'), show('PLEASE_WAIT')] : [];
}

function asksSignature(play: Play): boolean {
  return play.verification === 'SIGNATURE' && play.result !== 'DECLINED';
}

/** A waiter judges in no time, and takes any signature. */
function signature(play: Play): readonly Part[] {
  if (play.judge === 'till') return [{ part: 'signature' }];
  return [show('SIGNATURE_VERIFICATION'), ...afterSignature(play, false)];
}

function answer(play: Play): readonly Part[] {
  if (play.result === 'SUCCESSFUL') return [show('APPROVED')];
  return play.result === 'DECLINED' ? [show('DECLINED')] : [];
}

function out(play: Play): readonly Part[] {
  return play.reading === 'ICC_CHIP' ? [show('REMOVE_CARD')] : [];
}
