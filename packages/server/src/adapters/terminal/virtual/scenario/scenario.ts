// The behaviour of a virtual card machine in one transaction as a list of steps [C-10.4 - C-10.7]. Pure; run by
// TransactionRun. The gateway itself sends TRANSACTION_STARTED, TRANSACTION_FINISHED and the signature values
// before the answer.

import type { NotificationValue } from '@tillgate/protocol';
import type { TransactionOrder } from '../../../../ports/terminal-driver.ts';
import type { TidScenario } from './tid.ts';

/** What the machine will do for one order. */
export interface Scenario extends TidScenario {
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
  | { readonly kind: 'end' };

/** The scenario of the TID, adapted to the order [C-10.5, C-10.6]. */
export function scenarioFor(
  tidScenario: TidScenario,
  order: TransactionOrder,
  extras: CustomerExtras,
): Scenario {
  if (order.table) {
    const gratuity = order.table.amountGratuity;
    return { ...tidScenario, enteredCashback: 0, gratuity, signatureJudge: 'waiter' };
  }
  const isSale = order.transactionType === 'SALE';
  const scenario = {
    ...tidScenario,
    gratuity: isSale ? gratuityFor(tidScenario, order, extras) : 0,
    signatureJudge: 'till',
    enteredCashback: order.mayEnterCashback ? extras.cashback : 0,
  } as const;
  if (!order.cardholderNotPresent) return scenario;
  return { ...scenario, entryMethod: 'KEYED', verification: 'NONE' };
}

/** That of the machine's settings, or the variant's share of the amount [C-10.1]. */
function gratuityFor(
  { gratuityPercent }: TidScenario,
  { amount }: TransactionOrder,
  { gratuity }: CustomerExtras,
): number {
  return gratuity > 0 ? gratuity : Math.round((amount * gratuityPercent) / 100);
}

/** All steps of a scenario, up to the signature if it has one. */
export function stepsOf(scenario: Scenario): readonly Step[] {
  const [first, ...rest] = entrySteps(scenario);
  const read = [first, ...rest, ...cashbackSteps(scenario), ...pinSteps(scenario)];
  switch (scenario.result) {
    case 'CANCELLED':
      return [first, recordStep, endStep];
    case 'TIMED_OUT':
      return [first, ...rest, { kind: 'silence' }];
    case 'UNSUCCESSFUL':
      return [...read, ...failingBankSteps, ...removeCardSteps(scenario), endStep];
    case 'SUCCESSFUL':
    case 'DECLINED':
    case 'VOID': {
      const steps = [...read, ...bankSteps];
      if (scenario.verification === 'SIGNATURE') return [...steps, ...signatureSteps(scenario)];
      return [
        ...steps,
        recordStep,
        ...resultSteps(scenario),
        ...removeCardSteps(scenario),
        endStep,
      ];
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
  return [
    recordStep,
    ...completed,
    ...resultSteps(scenario),
    ...removeCardSteps(scenario),
    endStep,
  ];
}

const recordStep: Step = { kind: 'record' };
const endStep: Step = { kind: 'end' };
const bankSteps = [show('CONNECTING'), show('CONNECTION_MADE')];
const failingBankSteps = [show('CONNECTING'), recordStep, show('PROCESSING_ERROR')];

/** The steps after a cancel in time [C-7.8]. */
export const stepsAfterCancel: readonly Step[] = [recordStep, { kind: 'cancelled' }, endStep];

function show(value: NotificationValue, cancellable = false): Step {
  return { kind: 'show', value, cancellable };
}

function entrySteps(scenario: Scenario): readonly [Step, ...Step[]] {
  if (scenario.entryMethod === 'KEYED') return [show('PLEASE_WAIT', true)];
  return [show('PRESENT_CARD', true), show('PLEASE_WAIT')];
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

function removeCardSteps(scenario: Scenario): readonly Step[] {
  return scenario.entryMethod === 'ICC_CHIP' ? [show('REMOVE_CARD')] : [];
}
