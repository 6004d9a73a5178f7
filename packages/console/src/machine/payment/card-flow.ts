// One card payment as a state machine: `next(flow, event, settings)` gives the flow with the next screen. Pure;
// payment-runner.ts runs its side effects. Of a PIN only the number of digits is stored.

import type { LinkOrder, NotificationValue } from '@tillgate/protocol';
import { amountAfterKey } from '../../kit/money.ts';
import type { CardPayment, EntryMethod, Result } from '../books/transaction-record.ts';

/** What the faults panel and the settings of the machine say at the moment. */
export interface SimulationSettings {
  readonly bank: 'approves' | 'declines' | 'silent';
  readonly slow: boolean;
  readonly paper: boolean;
  readonly asksGratuity: boolean;
  readonly asksCashback: boolean;
}

export type Screen =
  | { readonly kind: 'gratuity' | 'cashback'; readonly typed: number }
  | { readonly kind: 'presentCard' | 'reading' | 'checking' | 'connecting' | 'connected' }
  | { readonly kind: 'keyEntry'; readonly digits: string }
  | { readonly kind: 'pin'; readonly count: number }
  /** The customer signs; then the cashier verifies the signature at the till, or at a table the waiter here. */
  | { readonly kind: 'sign' | 'tillVerdict' | 'waiterVerdict' }
  | { readonly kind: 'result' | 'removeCard' | 'outOfPaper' | 'end'; readonly result: Result };

export interface CardFlow extends CardPayment {
  /** False for a completion of money that the bank has not reserved [C-4.5]. */
  readonly covered: boolean;
  /** Whether the cashier or the waiter verified the signature. */
  readonly signatureAnswered: boolean;
  readonly screen: Screen;
}

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

export type FlowEvent =
  | { readonly kind: 'digit'; readonly key: Key }
  | { readonly kind: 'enter' | 'clear' | 'cancel' }
  | { readonly kind: 'entryMethod'; readonly method: EntryMethod }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'signInstead' | 'signed' | 'cardRemoved' | 'paperLoaded' }
  | { readonly kind: 'verdict'; readonly accepted: boolean; readonly unanswered: boolean }
  /** The till cancels; the duration of this screen is over. */
  | { readonly kind: 'tillCancel' | 'timeout' };

/** In the order of the keys 1 to 5. */
export const entryMethods: readonly EntryMethod[] = [
  'tapCard',
  'tapPhone',
  'insert',
  'swipe',
  'key',
];
/** Largest gratuity or cashback that can be typed, in minor units. */
export const MAX_EXTRA = 10_000;
const PIN_DIGITS = 4;

export function startFlow(
  order: LinkOrder,
  settings: SimulationSettings,
  covered = true,
): CardFlow {
  const { amountCashback: cashback, table } = order;
  return {
    order,
    gratuity: table?.amountGratuity ?? 0,
    cashback,
    entryMethod: undefined,
    verification: 'NONE',
    lastFour: '',
    covered,
    signatureAnswered: false,
    screen: firstScreen(order, settings),
  };
}

function firstScreen(order: LinkOrder, settings: SimulationSettings): Screen {
  const plainSale = order.transactionType === 'SALE' && !order.table && !order.cardholderNotPresent;
  if (plainSale && settings.asksGratuity) return { kind: 'gratuity', typed: 0 };
  return cardScreen(order);
}

function cardScreen({ cardholderNotPresent }: LinkOrder): Screen {
  return cardholderNotPresent ? { kind: 'keyEntry', digits: '' } : { kind: 'presentCard' };
}

/** Cashback is offered once, after the card was read [C-10.6]. */
function afterReading(flow: CardFlow, { asksCashback }: SimulationSettings): Screen {
  const { transactionType, cardholderNotPresent, amountCashback, table } = flow.order;
  const mayAsk = transactionType === 'SALE' && amountCashback === 0 && !table;
  return mayAsk && !cardholderNotPresent && asksCashback
    ? { kind: 'cashback', typed: 0 }
    : afterCashback(flow);
}

function afterCashback({ verification }: CardFlow): Screen {
  return verification === 'PIN' ? { kind: 'pin', count: 0 } : { kind: 'connecting' };
}

/** The flow after an event; the same object where the event means nothing on this screen. */
export function next(flow: CardFlow, event: FlowEvent, settings: SimulationSettings): CardFlow {
  const { screen } = flow;
  const cancels = event.kind === 'cancel' || event.kind === 'tillCancel';
  if (cancels && isCancellable(flow)) return withScreen(flow, { kind: 'end', result: 'CANCELLED' });
  switch (screen.kind) {
    case 'gratuity':
    case 'cashback':
      return extraAmount(flow, event);
    case 'presentCard':
      return cardPresented(flow, event);
    case 'keyEntry':
      return keyEntry(flow, event);
    case 'pin':
      return pinEntry(flow, event);
    case 'sign':
    case 'tillVerdict':
    case 'waiterVerdict':
      return signature(flow, event);
    case 'result':
    case 'removeCard':
    case 'outOfPaper':
      return ending(flow, event, settings);
    case 'end':
      return flow;
    default:
      return event.kind === 'timeout' ? afterTimeout(flow, settings) : flow;
  }
}

/** True until the bank is asked; from then on money may move. */
export function isCancellable({ screen: { kind } }: CardFlow): boolean {
  return ['gratuity', 'cashback', 'presentCard', 'keyEntry', 'reading', 'pin', 'checking'].includes(
    kind,
  );
}

/** The result once it is decided; it must be stored completed a screen shows it. */
export function resultOf({ screen }: CardFlow): Result | undefined {
  return 'result' in screen ? screen.result : undefined;
}

/** In minor units. */
export function totalOf({ order, gratuity, cashback }: CardFlow): number {
  const base = order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
  return base + gratuity + cashback;
}

/** The notifications that the till gets for a screen. */
export function notificationsFor({
  screen,
  signatureAnswered,
}: CardFlow): readonly NotificationValue[] {
  switch (screen.kind) {
    case 'cashback':
      return ['ENTER_CASHBACK'];
    case 'presentCard':
      return ['PRESENT_CARD'];
    case 'reading':
    case 'checking':
    case 'gratuity':
    case 'keyEntry':
      return ['PLEASE_WAIT'];
    case 'pin':
      return ['PIN_ENTRY'];
    case 'connecting':
      return ['CONNECTING'];
    case 'connected':
      return ['CONNECTION_MADE'];
    case 'result':
      return resultNotifications(screen.result, signatureAnswered);
    case 'removeCard':
      return ['REMOVE_CARD'];
    case 'outOfPaper':
      return ['REPLACE_PAPER'];
    default:
      return [];
  }
}

function resultNotifications(
  result: Result,
  signatureAnswered: boolean,
): readonly NotificationValue[] {
  const completed = signatureAnswered
    ? (['SIGNATURE_VERIFICATION_PROCESS_COMPLETED'] as const)
    : [];
  if (result === 'SUCCESSFUL') return [...completed, 'APPROVED'];
  if (result === 'DECLINED') return ['DECLINED'];
  return result === 'UNSUCCESSFUL' ? ['PROCESSING_ERROR'] : completed;
}

/** How long a screen is shown, in ms; undefined if it stays until an event. */
export function screenDurationMs(
  { screen }: Pick<CardFlow, 'screen'>,
  { slow }: Pick<SimulationSettings, 'slow'>,
): number | undefined {
  switch (screen.kind) {
    case 'reading':
    case 'checking':
    case 'connected':
      return 700;
    case 'connecting':
      return slow ? 12_000 : 1_200;
    case 'result':
      return 1_800;
    case 'removeCard':
      return 8_000;
    default:
      return undefined;
  }
}

function withScreen(flow: CardFlow, screen: Screen): CardFlow {
  return { ...flow, screen };
}

function extraAmount(flow: CardFlow, event: FlowEvent): CardFlow {
  const { screen, order } = flow;
  if (screen.kind !== 'gratuity' && screen.kind !== 'cashback') return flow;
  const { kind, typed } = screen;
  if (event.kind === 'digit') {
    return withScreen(flow, { kind, typed: amountAfterKey(typed, event.key, MAX_EXTRA) });
  }
  if (event.kind === 'clear') return withScreen(flow, { kind, typed: 0 });
  const chosen = event.kind === 'amount' ? event.amount : typed;
  if (event.kind !== 'enter' && event.kind !== 'amount') return flow;
  const following = kind === 'gratuity' ? cardScreen(order) : afterCashback(flow);
  return { ...flow, [kind]: chosen, screen: following };
}

function cardPresented(flow: CardFlow, event: FlowEvent): CardFlow {
  const byKey = event.kind === 'digit' ? entryMethods[Number(event.key) - 1] : undefined;
  const entryMethod = event.kind === 'entryMethod' ? event.method : byKey;
  if (entryMethod === undefined) return flow;
  if (entryMethod === 'key')
    return withScreen({ ...flow, entryMethod }, { kind: 'keyEntry', digits: '' });
  const verification = verifications[entryMethod];
  return withScreen({ ...flow, entryMethod, verification }, { kind: 'reading' });
}

const verifications = {
  tapCard: 'NONE',
  tapPhone: 'DEVICE',
  insert: 'PIN',
  swipe: 'SIGNATURE',
  key: 'NONE',
} as const satisfies Record<EntryMethod, CardFlow['verification']>;

function keyEntry(flow: CardFlow, event: FlowEvent): CardFlow {
  if (flow.screen.kind !== 'keyEntry') return flow;
  const { digits } = flow.screen;
  if (event.kind === 'digit' && digits.length < 4) {
    return withScreen(flow, { kind: 'keyEntry', digits: digits + event.key });
  }
  if (event.kind === 'clear') return withScreen(flow, { kind: 'keyEntry', digits: '' });
  if (event.kind !== 'enter' || digits.length < 4) return flow;
  return withScreen({ ...flow, entryMethod: 'key', lastFour: digits }, { kind: 'reading' });
}

function pinEntry(flow: CardFlow, event: FlowEvent): CardFlow {
  if (flow.screen.kind !== 'pin') return flow;
  const { count } = flow.screen;
  switch (event.kind) {
    case 'digit':
      return withScreen(flow, { kind: 'pin', count: Math.min(PIN_DIGITS, count + 1) });
    case 'clear':
      return withScreen(flow, { kind: 'pin', count: 0 });
    case 'enter':
      return count === PIN_DIGITS ? withScreen(flow, { kind: 'checking' }) : flow;
    case 'signInstead':
      return withScreen({ ...flow, verification: 'SIGNATURE' }, { kind: 'checking' });
    default:
      return flow;
  }
}

/** The next screen after one that is shown for a fixed time. */
function afterTimeout(flow: CardFlow, settings: SimulationSettings): CardFlow {
  const { bank } = settings;
  switch (flow.screen.kind) {
    case 'reading':
      return withScreen(flow, afterReading(flow, settings));
    case 'checking':
      return withScreen(flow, { kind: 'connecting' });
    case 'connecting':
      if (bank === 'silent') return withScreen(flow, { kind: 'result', result: 'UNSUCCESSFUL' });
      return withScreen(flow, { kind: 'connected' });
    default:
      if (bank === 'declines' || !flow.covered)
        return withScreen(flow, { kind: 'result', result: 'DECLINED' });
      if (flow.verification === 'SIGNATURE') return withScreen(flow, { kind: 'sign' });
      return withScreen(flow, { kind: 'result', result: 'SUCCESSFUL' });
  }
}

function signature(flow: CardFlow, event: FlowEvent): CardFlow {
  const { kind } = flow.screen;
  if (kind === 'sign') {
    if (event.kind === 'cancel') return withScreen(flow, { kind: 'result', result: 'VOID' });
    if (event.kind !== 'signed') return flow;
    return withScreen(flow, { kind: flow.order.table ? 'waiterVerdict' : 'tillVerdict' });
  }
  if (event.kind !== 'verdict') return flow;
  const result = event.accepted ? 'SUCCESSFUL' : 'VOID';
  return withScreen({ ...flow, signatureAnswered: !event.unanswered }, { kind: 'result', result });
}

function ending(flow: CardFlow, event: FlowEvent, { paper }: SimulationSettings): CardFlow {
  const result = resultOf(flow);
  if (result === undefined) return flow;
  const { kind } = flow.screen;
  const waitsForPaper = result !== 'UNSUCCESSFUL' && !paper;
  const last: Screen = { kind: waitsForPaper ? 'outOfPaper' : 'end', result };
  if (kind === 'outOfPaper')
    return event.kind === 'paperLoaded' ? withScreen(flow, { kind: 'end', result }) : flow;
  const isOver = event.kind === 'timeout' || event.kind === 'enter' || event.kind === 'cardRemoved';
  if (!isOver) return flow;
  return withScreen(
    flow,
    kind === 'result' && flow.entryMethod === 'insert' ? { kind: 'removeCard', result } : last,
  );
}
