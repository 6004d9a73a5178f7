// One ended transaction as a virtual card machine remembers it: the facts, from which its outcome
// and receipts can be printed again, byte for byte.

import type { PaymentMethod, VerificationMethod } from '@tillgate/protocol';
import { noCard } from '@tillgate/protocol';
import type {
  CardData,
  MachineOutcome,
  TransactionOrder,
} from '../../../../ports/terminal-driver.ts';
import type { Card } from '../scenario/cards.ts';
import { cards } from '../scenario/cards.ts';
import type { Play } from '../scenario/scenario.ts';

export interface Slip {
  readonly order: TransactionOrder;
  readonly transactionResult: MachineOutcome['transactionResult'];
  readonly transactionId: string;
  /** `""` if it never reached the bank. */
  readonly transactionNumber: string;
  readonly transactionTime: string;
  readonly amountBase: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
  readonly paymentMethod: PaymentMethod;
  readonly cardholderVerificationMethod: VerificationMethod;
  readonly authCode: string;
}

/** What the bank's answer brings. */
export interface BankAnswer {
  readonly transactionId: string;
  readonly transactionNumber: string;
  readonly transactionTime: string;
  readonly authCode: string;
}

/** A transaction that reached the bank. */
export function bankedSlip(order: TransactionOrder, play: Play, answer: BankAnswer): Slip {
  const result = play.result as Slip['transactionResult'];
  const taken = result === 'SUCCESSFUL';
  const sale = taken && order.transactionType === 'SALE';
  const authorised = taken || result === 'VOID';
  return {
    ...answer,
    order,
    transactionResult: result,
    amountBase: order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount,
    amountCashback: sale ? order.amountCashback + play.typedCashback : 0,
    amountGratuity: sale ? play.gratuity : 0,
    paymentMethod: play.reading,
    cardholderVerificationMethod: authorised ? play.verification : verifiedBefore(play),
    authCode: authorised ? answer.authCode : '',
  };
}

/** A transaction that was called off before the bank was asked. */
export function cancelledSlip(order: TransactionOrder, transactionTime: string): Slip {
  return {
    order,
    transactionResult: 'CANCELLED',
    transactionId: '',
    transactionNumber: '',
    transactionTime,
    amountBase: order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount,
    amountCashback: 0,
    amountGratuity: 0,
    paymentMethod: 'UNKNOWN',
    cardholderVerificationMethod: 'UNKNOWN',
    authCode: '',
  };
}

export function totalOf(slip: Slip): number {
  return slip.amountBase + slip.amountCashback + slip.amountGratuity;
}

export function cardOf(slip: Slip): Card {
  return slip.paymentMethod === 'UNKNOWN' ? noCard : cards[slip.paymentMethod];
}

export function cardDataOf(slip: Slip): CardData {
  const { paymentMethod, cardholderVerificationMethod, authCode } = slip;
  return { ...cardOf(slip), paymentMethod, cardholderVerificationMethod, authCode };
}

/** No signature is asked for before the bank has said yes [C-10.9]. */
function verifiedBefore(play: Play): VerificationMethod {
  return play.verification === 'SIGNATURE' ? 'NONE' : play.verification;
}
