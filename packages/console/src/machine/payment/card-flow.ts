// One card payment as a state machine: `next(flow, event, settings)` gives the flow with the next screen. Pure;
// payment-runner.ts runs its side effects. Of a PIN only the number of its digits is stored, and whether they are right.

import type { LinkOrder } from '@tillgate/protocol';
import { amountAfterKey } from '../../kit/money.ts';
import type { EntryMethod, TestCard, TestCardName } from '../books/test-cards.ts';
import { CONTACTLESS_LIMIT, MAX_PIN_TRIES, TEST_PIN, testCards } from '../books/test-cards.ts';
import type { CardPayment, Result } from '../books/transaction-record.ts';

/** What the faults panel and the settings of the machine say at the moment. */
export interface SimulationSettings {
  readonly bank: 'approves' | 'declines' | 'silent';
  readonly slow: boolean;
  readonly paper: boolean;
  /** The card that the customer presents. */
  readonly card: TestCardName;
  readonly asksGratuity: boolean;
  readonly asksCashback: boolean;
}

export type Screen =
  /** Without paper no payment begins. */
  | { readonly kind: 'paperNeeded' }
  | { readonly kind: 'gratuity' | 'cashback'; readonly typed: number }
  /** The person at the page may choose another test card first. */
  | { readonly kind: 'presentCard'; readonly choosesCard: boolean }
  | { readonly kind: 'insertCard'; readonly because: ChipReason }
  | { readonly kind: 'reading' | 'checking' | 'connecting' | 'connected' }
  | { readonly kind: 'keyEntry'; readonly digits: string }
  /** `matches`: the digits typed so far are those of the PIN. */
  | { readonly kind: 'pin'; readonly count: number; readonly matches: boolean }
  /** The customer signs; then the cashier verifies the signature at the till, or at a table the waiter here. */
  | { readonly kind: 'sign' | 'tillVerdict' | 'waiterVerdict' }
  | { readonly kind: 'result' | 'removeCard' | 'outOfPaper' | 'end'; readonly result: Result };

/** Why a tapped card must be inserted. */
export type ChipReason = 'contactlessLimit' | 'notContactless';

export interface CardFlow extends CardPayment {
  /** False for a completion of money that the bank has not reserved [C-4.5]. */
  readonly covered: boolean;
  /** Whether the cashier or the waiter verified the signature. */
  readonly signatureAnswered: boolean;
  readonly wrongPins: number;
  /** Why the machine declined without the bank. */
  readonly declinedFor: 'cardExpired' | 'pinTries' | undefined;
  readonly screen: Screen;
}

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

export type FlowEvent =
  | { readonly kind: 'digit'; readonly key: Key }
  | { readonly kind: 'enter' | 'clear' | 'cancel' }
  | { readonly kind: 'entryMethod'; readonly method: EntryMethod }
  | { readonly kind: 'amount'; readonly amount: number }
  /** To the choice of another test card, and back. */
  | { readonly kind: 'openCards' | 'closeCards' }
  | { readonly kind: 'signInstead' | 'signed' | 'cardRemoved' | 'paperLoaded' }
  | { readonly kind: 'verdict'; readonly accepted: boolean; readonly unanswered: boolean }
  /** The till cancels; the duration of this screen is over. */
  | { readonly kind: 'tillCancel' | 'timeout' };

/** In the order in which they are offered. */
export const entryMethods: readonly EntryMethod[] = [
  'tapCard',
  'tapPhone',
  'insert',
  'swipe',
  'key',
];
/** Largest gratuity or cashback that can be typed, in minor units. */
export const MAX_EXTRA = 10_000;
const noPinTyped: Screen = { kind: 'pin', count: 0, matches: true };

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
    card: settings.card,
    entryMethod: undefined,
    verification: 'NONE',
    lastFour: '',
    covered,
    signatureAnswered: false,
    wrongPins: 0,
    declinedFor: undefined,
    screen: settings.paper ? firstScreen(order, settings) : { kind: 'paperNeeded' },
  };
}

function firstScreen(order: LinkOrder, settings: SimulationSettings): Screen {
  const plainSale = order.transactionType === 'SALE' && !order.table && !order.cardholderNotPresent;
  if (plainSale && settings.asksGratuity) return { kind: 'gratuity', typed: 0 };
  return cardScreen(order);
}

function cardScreen({ cardholderNotPresent }: LinkOrder): Screen {
  if (cardholderNotPresent) return { kind: 'keyEntry', digits: '' };
  return { kind: 'presentCard', choosesCard: false };
}

/** Cashback is offered once, after the card was read [C-10.6]. */
function afterReading(flow: CardFlow, { asksCashback }: SimulationSettings): CardFlow {
  const { order, cashback, card } = flow;
  const { declinedBy }: TestCard = testCards[card];
  if (declinedBy === 'expired') return declined(flow, 'cardExpired');
  const because = chipReason(flow);
  if (because) return withScreen(flow, { kind: 'insertCard', because });
  const mayAsk = order.transactionType === 'SALE' && cashback === 0 && !order.table;
  return mayAsk && !order.cardholderNotPresent && asksCashback
    ? withScreen(flow, { kind: 'cashback', typed: 0 })
    : afterCashback(flow);
}

function afterCashback(flow: CardFlow): CardFlow {
  const because = chipReason(flow);
  if (because) return withScreen(flow, { kind: 'insertCard', because });
  return withScreen(flow, flow.verification === 'PIN' ? noPinTyped : { kind: 'connecting' });
}

function chipReason(flow: CardFlow): ChipReason | undefined {
  if (flow.entryMethod !== 'tapCard') return undefined;
  if (!testCards[flow.card].contactless) return 'notContactless';
  const isLimited = ['SALE', 'PRE_AUTH'].includes(flow.order.transactionType);
  return isLimited && totalOf(flow) > CONTACTLESS_LIMIT ? 'contactlessLimit' : undefined;
}

/** By the machine, which does not ask the bank. */
function declined(flow: CardFlow, declinedFor: CardFlow['declinedFor']): CardFlow {
  const screen: Screen = { kind: 'result', result: 'DECLINED' };
  return { ...flow, verification: 'NONE', declinedFor, screen };
}

/** The flow after an event; the same object where the event means nothing on this screen. */
export function next(flow: CardFlow, event: FlowEvent, settings: SimulationSettings): CardFlow {
  const { screen } = flow;
  const cancels = event.kind === 'cancel' || event.kind === 'tillCancel';
  if (screen.kind === 'presentCard' && screen.choosesCard && event.kind === 'cancel')
    return withScreen(flow, cardScreen(flow.order));
  if (cancels && isCancellable(flow)) return withScreen(flow, { kind: 'end', result: 'CANCELLED' });
  switch (screen.kind) {
    case 'paperNeeded':
      return event.kind === 'paperLoaded'
        ? withScreen(flow, firstScreen(flow.order, settings))
        : flow;
    case 'gratuity':
    case 'cashback':
      return extraAmount(flow, event);
    case 'presentCard':
      if (event.kind === 'openCards' || event.kind === 'closeCards')
        return withScreen(flow, { kind: 'presentCard', choosesCard: event.kind === 'openCards' });
      return cardPresented(flow, event, settings);
    case 'insertCard':
      return cardPresented(flow, event, settings);
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
  return cancellable.has(kind);
}

const cancellable: ReadonlySet<Screen['kind']> = new Set([
  ...(['paperNeeded', 'gratuity', 'cashback', 'presentCard', 'insertCard'] as const),
  ...(['keyEntry', 'reading', 'pin', 'checking'] as const),
]);

/** The result once it is decided; it must be stored before a screen shows it. */
export function resultOf({ screen }: CardFlow): Result | undefined {
  return 'result' in screen ? screen.result : undefined;
}

/** In minor units. */
export function totalOf({ order, gratuity, cashback }: CardFlow): number {
  const base = order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
  return base + gratuity + cashback;
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
  const charged = { ...flow, [kind]: chosen };
  return kind === 'gratuity' ? withScreen(charged, cardScreen(order)) : afterCashback(charged);
}

function cardPresented(flow: CardFlow, event: FlowEvent, settings: SimulationSettings): CardFlow {
  if (event.kind !== 'entryMethod') return flow;
  const { method: entryMethod } = event;
  // A card that must be inserted is the one that was tapped.
  const { card } = flow.screen.kind === 'insertCard' ? flow : settings;
  if (entryMethod === 'key')
    return withScreen({ ...flow, card, entryMethod }, { kind: 'keyEntry', digits: '' });
  const verification =
    entryMethod === 'insert' ? testCards[card].chipVerification : verifications[entryMethod];
  return withScreen({ ...flow, card, entryMethod, verification }, { kind: 'reading' });
}

const verifications = {
  tapCard: 'NONE',
  tapPhone: 'DEVICE',
  swipe: 'SIGNATURE',
} as const satisfies Partial<Record<EntryMethod, CardFlow['verification']>>;

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
  const { count, matches } = flow.screen;
  switch (event.kind) {
    case 'digit': {
      if (count === TEST_PIN.length) return flow;
      const isRight = matches && TEST_PIN[count] === event.key;
      return withScreen(flow, { kind: 'pin', count: count + 1, matches: isRight });
    }
    case 'clear':
      return withScreen(flow, noPinTyped);
    case 'enter': {
      if (count < TEST_PIN.length) return flow;
      const wrongPins = matches ? 0 : flow.wrongPins + 1;
      return withScreen({ ...flow, wrongPins }, { kind: 'checking' });
    }
    case 'signInstead': {
      const signs = { ...flow, wrongPins: 0, verification: 'SIGNATURE' } as const;
      return withScreen(signs, { kind: 'checking' });
    }
    default:
      return flow;
  }
}

function afterChecking(flow: CardFlow): CardFlow {
  if (flow.wrongPins === 0) return withScreen(flow, { kind: 'connecting' });
  if (flow.wrongPins >= MAX_PIN_TRIES) return declined(flow, 'pinTries');
  return withScreen(flow, noPinTyped);
}

/** The next screen after one that is shown for a fixed time. */
function afterTimeout(flow: CardFlow, settings: SimulationSettings): CardFlow {
  const { bank } = settings;
  const { declinedBy }: TestCard = testCards[flow.card];
  switch (flow.screen.kind) {
    case 'reading':
      return afterReading(flow, settings);
    case 'checking':
      return afterChecking(flow);
    case 'connecting':
      if (bank === 'silent') return withScreen(flow, { kind: 'result', result: 'UNSUCCESSFUL' });
      return withScreen(flow, { kind: 'connected' });
    default:
      if (bank === 'declines' || declinedBy === 'bank' || !flow.covered)
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
