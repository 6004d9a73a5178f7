// The conversation of a virtual card machine as a list of parts [C-10.4 - C-10.7]. Pure; knows
// neither clock nor memory. TRANSACTION_STARTED, TRANSACTION_FINISHED and the signature's own
// values before the answer are the gateway's to say.

import type { NotificationValue } from '@tillgate/protocol';
import type { TransactionOrder } from '../../../../ports/terminal-driver.ts';
import type { TidScenario } from './tid.ts';

/** What will be played for one order. */
export interface Scenario extends TidScenario {
  /** Cash that is typed at the machine, minor units [C-10.6]; 0 for none. */
  readonly enteredCashback: number;
  /** Added to a sale at the machine, minor units; 0 for none. */
  readonly gratuity: number;
  /** Who judges a signature: at a table the waiter does, at the machine [C-9.9]. */
  readonly signatureJudge: 'till' | 'waiter';
}

/** What customers of this machine add to a sale, minor units. */
export interface CustomerExtras {
  readonly cashback: number;
  readonly gratuity: number;
}

export type Step =
  /** Shows a value; `cancellable`: it can still be called off while this is on the screen. */
  | { readonly kind: 'show'; readonly value: NotificationValue; readonly cancellable: boolean }
  /** Asks the till to judge the signature; goes on with `afterSignature`. */
  | { readonly kind: 'signature' }
  /** Puts the outcome into its memory; whatever follows may be told. */
  | { readonly kind: 'record' }
  /** Tells that it gave up as the till wished. */
  | { readonly kind: 'cancelled' }
  /** Says nothing more and loses the transaction [C-10.7]. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'end' };

/** The letters of the machine's name, bent by the order [C-10.5, C-10.6]. */
export function scenarioFor(
  letters: TidScenario,
  order: TransactionOrder,
  extras: CustomerExtras,
): Scenario {
  if (order.table) {
    const gratuity = order.table.amountGratuity;
    return { ...letters, enteredCashback: 0, gratuity, signatureJudge: 'waiter' };
  }
  const isSale = order.transactionType === 'SALE';
  const scenario = {
    ...letters,
    gratuity: isSale ? extras.gratuity : 0,
    signatureJudge: 'till',
  } as const;
  if (order.cardholderNotPresent) {
    return { ...scenario, entryMethod: 'KEYED', verification: 'NONE', enteredCashback: 0 };
  }
  const typed = isSale && order.amountCashback === 0;
  return { ...scenario, enteredCashback: typed ? extras.cashback : 0 };
}

export function stepsOf(scenario: Scenario): readonly Step[] {
  const cashback = scenario.enteredCashback > 0 ? [show('ENTER_CASHBACK', true)] : [];
  const [first, ...rest] = entrySteps(scenario);
  switch (scenario.result) {
    case 'CANCELLED':
      return [...cashback, first, recordStep, endStep];
    case 'TIMED_OUT':
      return [...cashback, first, ...rest, { kind: 'silence' }];
    case 'UNSUCCESSFUL':
      return [
        ...cashback,
        first,
        ...rest,
        ...pinSteps(scenario),
        ...failingBankSteps,
        ...removeCardSteps(scenario),
        endStep,
      ];
    case 'SUCCESSFUL':
    case 'DECLINED':
    case 'VOID': {
      const asked = [...cashback, first, ...rest, ...pinSteps(scenario), ...bankSteps];
      if (asksSignature(scenario)) return [...asked, ...signatureSteps(scenario)];
      return [
        ...asked,
        recordStep,
        ...resultSteps(scenario),
        ...removeCardSteps(scenario),
        endStep,
      ];
    }
  }
}

/** The scenario once the signature has been judged [C-4.34, C-4.35]. */
export function withSignatureAnswer(scenario: Scenario, accepted: boolean): Scenario {
  return {
    ...scenario,
    result: accepted && scenario.result === 'SUCCESSFUL' ? 'SUCCESSFUL' : 'VOID',
  };
}

/** How a judged scenario goes on; `unanswered` by the till [C-7.3 - C-7.5]. */
export function stepsAfterSignature(scenario: Scenario, unanswered: boolean): readonly Step[] {
  const taken = unanswered ? [] : [show('SIGNATURE_VERIFICATION_PROCESS_COMPLETED')];
  return [recordStep, ...taken, ...resultSteps(scenario), ...removeCardSteps(scenario), endStep];
}

const recordStep: Step = { kind: 'record' };
const endStep: Step = { kind: 'end' };
const bankSteps = [show('CONNECTING'), show('CONNECTION_MADE')];
const failingBankSteps = [show('CONNECTING'), recordStep, show('PROCESSING_ERROR')];

/** How it ends when the till called it off in time [C-7.8]. */
export const stepsAfterCancel: readonly Step[] = [recordStep, { kind: 'cancelled' }, endStep];

function show(value: NotificationValue, cancellable = false): Step {
  return { kind: 'show', value, cancellable };
}

function entrySteps(scenario: Scenario): readonly [Step, ...Step[]] {
  if (scenario.entryMethod === 'KEYED') return [show('PLEASE_WAIT', true)];
  return [show('PRESENT_CARD', true), show('PLEASE_WAIT')];
}

function pinSteps(scenario: Scenario): readonly Step[] {
  return scenario.verification === 'PIN' ? [show('PIN_ENTRY'), show('PLEASE_WAIT')] : [];
}

function asksSignature(scenario: Scenario): boolean {
  return scenario.verification === 'SIGNATURE' && scenario.result !== 'DECLINED';
}

/** A waiter judges in no time, and takes any signature. */
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
