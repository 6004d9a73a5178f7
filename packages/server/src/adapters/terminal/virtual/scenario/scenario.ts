// The behaviour of a virtual card machine in one transaction as a list of steps [C-10.4 - C-10.7]. Pure; run by
// TransactionRun. The gateway itself sends TRANSACTION_STARTED, TRANSACTION_FINISHED and the signature values
// before the answer.

import type { api, NotificationValue } from '@tillgate/protocol';
import type { TransactionOrder } from '../../../../ports/terminal-driver.ts';
import type { TidScenario } from './tid.ts';

/** What the machine will do for every order that comes next. */
export interface MachineBehaviour extends TidScenario {
  /** What it does beside the letters of its TID [C-10.24]. */
  readonly special?: api.VirtualScenario | undefined;
}

/** What the machine will do for one order. */
export interface Scenario extends MachineBehaviour {
  /** Cash entered at the machine after the card was read, pence or cents [C-10.6]; 0 for none. */
  readonly enteredCashback: number;
  /** Added to a sale at the machine, pence or cents; 0 for none. */
  readonly gratuity: number;
  /** Who verifies a signature: for a payment at a table the waiter, at the machine [C-9.9]. */
  readonly signatureJudge: 'till' | 'waiter';
}

/** What customers of this machine add to a sale, pence or cents. */
export interface CustomerExtras {
  readonly cashback: number;
  readonly gratuity: number;
}

export type Step =
  /** Shows a value; `cancellable`: the transaction can be cancelled while the value is shown. */
  | { readonly kind: 'show'; readonly value: NotificationValue; readonly cancellable: boolean }
  /** Requests the till's verification of a signature; continues with `stepsAfterSignature`. */
  | { readonly kind: 'signature' }
  /** Saves the outcome; the steps after it may report it. */
  | { readonly kind: 'record' }
  /** Reports that the transaction was cancelled as requested. */
  | { readonly kind: 'cancelled' }
  /** Reports nothing more and loses the transaction [C-10.7]. */
  | { readonly kind: 'silence' }
  /** Reports nothing until the gateway has given up and the card is taken out; `end` follows [C-10.24]. */
  | { readonly kind: 'cardLeftIn' }
  /** A person is awaited, and nothing is reported; the cancel is as it was before. */
  | { readonly kind: 'pause'; readonly time: 'virtualCardMs' | 'virtualNoCardMs' }
  | { readonly kind: 'end' };

/** The behaviour of the machine, adapted to the order [C-10.5, C-10.6, C-10.24]. */
export function scenarioFor(
  behaviour: MachineBehaviour,
  order: TransactionOrder,
  extras: CustomerExtras,
): Scenario {
  const adapted = { ...behaviour, ...specialFor(behaviour, order) };
  if (order.table) {
    const gratuity = order.table.amountGratuity;
    return { ...adapted, enteredCashback: 0, gratuity, signatureJudge: 'waiter' };
  }
  const isSale = order.transactionType === 'SALE';
  const scenario = {
    ...adapted,
    gratuity: isSale ? gratuityFor(adapted, order, extras) : 0,
    signatureJudge: 'till',
    enteredCashback: order.mayEnterCashback ? extras.cashback : 0,
  } as const;
  if (!order.cardholderNotPresent) return scenario;
  return { ...scenario, entryMethod: 'KEYED', verification: 'NONE' };
}

/** What a special scenario changes of the letters; without a card those that need one change nothing. */
function specialFor(
  { special, gratuityPercent }: MachineBehaviour,
  order: TransactionOrder,
): Partial<MachineBehaviour> {
  const isAtCounter = order.transactionType === 'SALE' && !order.table;
  if (order.cardholderNotPresent && special && ofPresentCard.has(special)) {
    return { special: undefined };
  }
  switch (special) {
    case 'card-left-in':
      return { entryMethod: 'ICC_CHIP' };
    case 'no-card':
      return { result: 'CANCELLED' };
    case 'gratuity-first':
      if (!isAtCounter) return { special: undefined };
      return { gratuityPercent: gratuityPercent || DEFAULT_GRATUITY_PERCENT };
    default:
      return {};
  }
}

/** They need a customer with a card at the machine. */
const ofPresentCard: ReadonlySet<api.VirtualScenario> = new Set([
  ...(['card-left-in', 'early-remove-card', 'no-card', 'gratuity-first'] as const),
]);

const DEFAULT_GRATUITY_PERCENT = 10;

/** That of the machine's settings, or the variant's share of the amount [C-10.1]. */
function gratuityFor(
  { gratuityPercent }: MachineBehaviour,
  { amount }: TransactionOrder,
  { gratuity }: CustomerExtras,
): number {
  return gratuity > 0 ? gratuity : Math.round((amount * gratuityPercent) / 100);
}

/** All steps of a scenario, up to the signature if it has one. */
export function stepsOf(scenario: Scenario): readonly Step[] {
  const steps = allSteps(scenario);
  const isAsked = scenario.special === 'gratuity-first';
  const asked = isAsked ? [{ kind: 'pause', time: 'virtualCardMs' } as const, ...steps] : steps;
  return shownBy(scenario, asked);
}

function allSteps(scenario: Scenario): readonly Step[] {
  const [first, ...rest] = entrySteps(scenario);
  const read = [first, ...rest, ...cashbackSteps(scenario), ...pinSteps(scenario)];
  switch (scenario.result) {
    case 'CANCELLED':
      return [first, ...(scenario.special === 'no-card' ? [noCardStep] : []), recordStep, endStep];
    case 'TIMED_OUT':
      return [first, ...rest, { kind: 'silence' }];
    case 'UNSUCCESSFUL':
      return [...read, ...failingBankSteps, ...outSteps(scenario)];
    case 'SUCCESSFUL':
    case 'DECLINED':
    case 'VOID': {
      const steps = [...read, ...bankSteps];
      if (scenario.verification === 'SIGNATURE') return [...steps, ...signatureSteps(scenario)];
      return [...steps, recordStep, ...resultSteps(scenario), ...outSteps(scenario)];
    }
  }
}

/** The scenario with the result of the signature's verification [C-4.34, C-4.35]; only a payment can be reversed. */
export function withSignatureAnswer(scenario: Scenario, accepted: boolean): Scenario {
  return accepted || scenario.result !== 'SUCCESSFUL' ? scenario : { ...scenario, result: 'VOID' };
}

/** The steps after the verification; `unanswered`: the till did not answer in time [C-7.3 - C-7.5]. */
export function stepsAfterSignature(scenario: Scenario, unanswered: boolean): readonly Step[] {
  const completed = unanswered ? [] : [show('SIGNATURE_VERIFICATION_PROCESS_COMPLETED')];
  const steps = [recordStep, ...completed, ...resultSteps(scenario), ...outSteps(scenario)];
  return shownBy(scenario, steps);
}

/** The values that newer machines show; the others are left out. */
const newerValues: ReadonlySet<NotificationValue> = new Set<NotificationValue>([
  ...(['APPROVED', 'DECLINED', 'INSERT_CARD', 'PIN_ENTRY', 'PLEASE_WAIT', 'PRESENT_CARD'] as const),
  ...(['PRESENT_ONLY_ONE_CARD', 'REMOVE_CARD', 'CARD_NOT_SUPPORTED', 'CARD_ERROR'] as const),
  'RE_PRESENT_CARD',
]);

function shownBy({ special }: Scenario, steps: readonly Step[]): readonly Step[] {
  if (special !== 'newer-machine') return steps;
  return steps.filter((step) => step.kind !== 'show' || newerValues.has(step.value));
}

const recordStep: Step = { kind: 'record' };
const endStep: Step = { kind: 'end' };
const noCardStep: Step = { kind: 'pause', time: 'virtualNoCardMs' };
const bankSteps = [show('CONNECTING'), show('CONNECTION_MADE')];
const failingBankSteps = [show('CONNECTING'), recordStep, show('PROCESSING_ERROR')];

/** The steps after a cancel in time [C-7.8]. */
export const stepsAfterCancel: readonly Step[] = [recordStep, { kind: 'cancelled' }, endStep];

function show(value: NotificationValue, cancellable = false): Step {
  return { kind: 'show', value, cancellable };
}

function entrySteps(scenario: Scenario): readonly [Step, ...Step[]] {
  if (scenario.entryMethod === 'KEYED') return [show('PLEASE_WAIT', true)];
  const removed = scenario.special === 'early-remove-card' ? [show('REMOVE_CARD')] : [];
  return [show('PRESENT_CARD', true), ...removed, show('PLEASE_WAIT')];
}

function cashbackSteps(scenario: Scenario): readonly Step[] {
  return scenario.enteredCashback > 0 ? [show('ENTER_CASHBACK')] : [];
}

function pinSteps(scenario: Scenario): readonly Step[] {
  return scenario.verification === 'PIN' ? [show('PIN_ENTRY'), show('PLEASE_WAIT')] : [];
}

/** A virtual waiter accepts every signature at once. */
function signatureSteps(scenario: Scenario): readonly Step[] {
  if (scenario.signatureJudge === 'till') return [{ kind: 'signature' }];
  return [show('SIGNATURE_VERIFICATION'), ...stepsAfterSignature(scenario, false)];
}

function resultSteps(scenario: Scenario): readonly Step[] {
  if (scenario.result === 'SUCCESSFUL') return [show('APPROVED')];
  return scenario.result === 'DECLINED' ? [show('DECLINED')] : [];
}

/** The card is taken out, and the transaction ends. */
function outSteps({ entryMethod, special }: Scenario): readonly Step[] {
  const isIn = entryMethod === 'ICC_CHIP' && special !== 'early-remove-card';
  const leftIn = special === 'card-left-in' ? [{ kind: 'cardLeftIn' } as const] : [];
  return [...(isIn ? [show('REMOVE_CARD')] : []), ...leftIn, endStep];
}
