// Plays an order on the screens: waits for presses and pauses, tells the till what is shown, has money
// committed before the bank is asked and kept before anybody hears of it.

import type { OrderScreen, PlayedOutcome } from '@tillgate/client';
import type { LinkOrder } from '@tillgate/protocol';
import { covers, withSlip } from '../books/books.ts';
import type { Identity } from '../books/memory.ts';
import { keepBooks, loadBooks, orderMemory } from '../books/memory.ts';
import type { BankAnswer, Slip } from '../books/transaction-record.ts';
import { slipOf } from '../books/transaction-record.ts';
import { copyToSign, receipts } from '../paper/printouts.ts';
import { ink, play as playing, print, remark, sheets, switches } from '../state.ts';
import type { Play, Press } from './card-flow.ts';
import { begin, next, resultOf, shows, stayMs } from './card-flow.ts';

/** Set while a screen waits for somebody. */
let waiting: ((press: Press) => void) | undefined;

/** A key, or a choice on the screen; nothing where nobody waits for one. */
export function press(pressed: Press): void {
  waiting?.(pressed);
}

export async function playOrder(
  order: LinkOrder,
  screen: OrderScreen,
  who: Identity,
): Promise<PlayedOutcome> {
  remark.value = '';
  ink.value = undefined;
  sheets.value = [];
  screen.cancel.addEventListener('abort', () => press({ press: 'tillCancels' }));
  try {
    const covered = covers(loadBooks(who.currency), order);
    const round: Round = { screen, who, bank: bankOf(who) };
    const slip = await played(begin(order, switches.value, covered), round);
    return slip ? outcomeOf(slip, who) : { transactionResult: 'CANCELLED' };
  } finally {
    playing.value = undefined;
  }
}

/** How an order ended that was under way when the page was closed; nothing kept is nothing taken. */
export function recalled(order: LinkOrder, who: Identity): PlayedOutcome {
  const { last } = loadBooks(who.currency);
  if (last?.order.id === order.id) return outcomeOf(last, who);
  return { transactionResult: 'UNSUCCESSFUL' };
}

export function outcomeOf(slip: Slip, who: Identity): PlayedOutcome {
  return {
    transactionResult: slip.result,
    transactionId: slip.transactionId,
    transactionNumber: slip.transactionNumber,
    transactionTime: slip.transactionTime,
    amountCashback: slip.cashback,
    amountGratuity: slip.gratuity,
    card: slip.card,
    receiptLines: receipts(slip, who),
  };
}

/** YYYY-MM-DDThh:mm:ss by the clock of this computer. */
export function localTime(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

interface Round {
  readonly screen: OrderScreen;
  readonly who: Identity;
  /** Asked once; a signature changes only the result. */
  readonly bank: () => BankAnswer;
}

/** Undefined: called off before the bank was asked. */
async function played(first: Play, round: Round): Promise<Slip | undefined> {
  const { screen, who, bank } = round;
  let play = first;
  let slip: Slip | undefined;
  let shownAt = '';
  while (play.stage.at !== 'end') {
    if (play.stage.at === 'connecting') await screen.commit();
    const result = resultOf(play);
    if (result && !slip) slip = await settled(slipOf(play, result, bank()), who);
    playing.value = play;
    if (play.stage.at !== shownAt) for (const value of shows(play)) screen.show(value);
    shownAt = play.stage.at;
    play = next(play, await pressOf(play, round), switches.value);
  }
  if (slip) printCopies(slip, who);
  else remark.value = 'Cancelled. No money was taken.';
  return slip;
}

function bankOf(who: Identity): () => BankAnswer {
  let answer: BankAnswer | undefined;
  return () => {
    answer ??= {
      number: loadBooks(who.currency).count + 1,
      authCode: newCode(),
      time: localTime(),
    };
    return answer;
  };
}

function newCode(): string {
  const letters = crypto.getRandomValues(new Uint8Array(6));
  return [...letters].map((one) => (one % 36).toString(36).toUpperCase()).join('');
}

/** In the books before the screen, or the till, says so [C-13.11]. */
async function settled(slip: Slip, who: Identity): Promise<Slip> {
  const kept = await orderMemory().load();
  // Another window of this machine may have taken over, and told the till that nothing was taken.
  if (kept?.order.id !== slip.order.id || kept.state !== 'committed') {
    throw new Error('Another window has ended this order.');
  }
  keepBooks(withSlip(loadBooks(who.currency), slip));
  return slip;
}

async function pressOf(play: Play, { screen, who, bank }: Round): Promise<Press> {
  if (play.stage.at === 'judging') {
    const slip = slipOf(play, 'SUCCESSFUL', bank());
    const merchantReceipt = copyToSign(slip, who);
    print('Merchant copy, to judge', merchantReceipt, ink.value);
    const verdict = await screen.askSignature({ merchantReceipt, card: slip.card });
    return { press: 'verdict', ...verdict };
  }
  const stay = stayMs(play, switches.value);
  return new Promise((resolve) => {
    const timer = stay === undefined ? undefined : setTimeout(settle, stay, timePassed);
    waiting = settle;
    if (screen.cancel.aborted) settle({ press: 'tillCancels' });
    function settle(pressed: Press): void {
      // A press that leads nowhere must not start a pause anew.
      if (pressed !== timePassed && next(play, pressed, switches.value) === play) return;
      clearTimeout(timer);
      waiting = undefined;
      resolve(pressed);
    }
  });
}

const timePassed: Press = { press: 'timePassed' };

function printCopies(slip: Slip, who: Identity): void {
  const { MERCHANT, CUSTOMER } = receipts(slip, who);
  sheets.value = [];
  if (CUSTOMER) print('Customer copy', CUSTOMER);
  const signed =
    slip.card.cardholderVerificationMethod === 'SIGNATURE' && slip.result === 'SUCCESSFUL';
  if (MERCHANT) print('Merchant copy', MERCHANT, signed ? ink.value : undefined);
}
