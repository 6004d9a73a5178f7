// The receipts of a virtual card machine, laid out from a completed transaction [C-5.3].

import type { ReceiptLine, Receipts, StartableType } from '@tillgate/protocol';
import type { MachineOutcome } from '../../../../ports/terminal-driver.ts';
import type { CompletedTransaction } from '../memory/completed-transaction.ts';
import { cardDataOf, cardOf, totalOf } from '../memory/completed-transaction.ts';
import {
  blankLine,
  bold,
  boxed,
  centred,
  feed,
  money,
  row,
  separator,
  text,
  WIDTH,
} from './paper.ts';

type Copy = 'MERCHANT' | 'CUSTOMER';

/** The header of all receipts and reports of one machine. */
export interface Letterhead {
  readonly shop: readonly ReceiptLine[];
  readonly machine: readonly ReceiptLine[];
}

export function letterhead(title: string, tid: string, merchantId: string): Letterhead {
  return {
    shop: [...centred(title, bold), ...centred('1 MARKET SQUARE'), ...centred('ANYTOWN AN1 1AA')],
    machine: [...row('TID', tid), ...row('MID', merchantId)],
  };
}

/** The outcome of a completed transaction as the machine reports it, receipts included. */
export function outcomeOf(transaction: CompletedTransaction, head: Letterhead): MachineOutcome {
  return {
    transactionResult: transaction.transactionResult,
    transactionId: transaction.transactionId,
    transactionNumber: transaction.transactionNumber,
    transactionTime: transaction.transactionTime,
    amountCashback: transaction.amountCashback,
    amountGratuity: transaction.amountGratuity,
    card: cardDataOf(transaction),
    receiptLines: receiptsOf(transaction, head),
  };
}

/** Both copies; none for results UNSUCCESSFUL and CANCELLED. */
export function receiptsOf(transaction: CompletedTransaction, head: Letterhead): Receipts {
  if (
    transaction.transactionResult === 'UNSUCCESSFUL' ||
    transaction.transactionResult === 'CANCELLED'
  )
    return {};
  const body = bodyOf(transaction, head);
  return {
    MERCHANT: copyOf('MERCHANT', transaction, body),
    CUSTOMER: copyOf('CUSTOMER', transaction, body),
  };
}

/** The merchant copy for the cardholder's signature, printed before the payment has ended. */
export function copyToSign(
  transaction: CompletedTransaction,
  head: Letterhead,
): readonly ReceiptLine[] {
  // Nothing is decided yet: a receipt that says DECLINED or VOID would have no place to sign.
  const undecided = { ...transaction, transactionResult: 'SUCCESSFUL' } as const;
  return copyOf('MERCHANT', undecided, bodyOf(undecided, head));
}

function copyOf(
  copy: Copy,
  transaction: CompletedTransaction,
  body: readonly ReceiptLine[],
): ReceiptLine[] {
  return [...copyTitles[copy], ...body, ...endLines(copy, transaction), feed];
}

const copyTitles: Readonly<Record<Copy, readonly ReceiptLine[]>> = {
  MERCHANT: centred('MERCHANT COPY', bold),
  CUSTOMER: centred('CUSTOMER COPY', bold),
};

/** The lines that both copies share. */
function bodyOf(transaction: CompletedTransaction, head: Letterhead): readonly ReceiptLine[] {
  return [
    ...head.shop,
    separator,
    ...dateAndTime(transaction.transactionTime),
    ...head.machine,
    ...row('NUMBER', transaction.transactionNumber),
    ...row('ID', transaction.transactionId),
    ...tableLines(transaction),
    separator,
    ...cardLines(transaction),
    separator,
    ...amountLines(transaction),
    separator,
  ];
}

export function dateAndTime(transactionTime: string): readonly ReceiptLine[] {
  const [date = '', time = ''] = transactionTime.split('T');
  return row(`${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`, time);
}

function tableLines({ order: { table } }: CompletedTransaction): readonly ReceiptLine[] {
  return table ? [...row('TABLE', table.tableId), ...rowIfSet('WAITER', table.waiterId ?? '')] : [];
}

function cardLines(transaction: CompletedTransaction): readonly ReceiptLine[] {
  const card = cardOf(transaction);
  return [
    text(card.applicationLabel || card.cardSchemeName),
    ...row('CARD', card.primaryAccountNumber),
    ...rowIfSet('PAN SEQ', card.primaryAccountNumberSequence),
    ...rowIfSet('AID', card.applicationId),
    ...rowIfSet('START', card.dateOfStart),
    ...rowIfSet('EXPIRY', card.dateOfExpiry),
    ...row('ENTRY', entries[transaction.paymentMethod]),
  ];
}

const entries: Readonly<Record<CompletedTransaction['paymentMethod'], string>> = {
  UNKNOWN: '',
  KEYED: 'KEYED',
  SWIPED: 'SWIPED',
  ICC_CHIP: 'CHIP',
  CONTACTLESS: 'CONTACTLESS',
};

function rowIfSet(label: string, value: string): readonly ReceiptLine[] {
  return value === '' ? [] : row(label, value);
}

const labels: Readonly<Record<StartableType, string>> = {
  SALE: 'SALE',
  REFUND: 'REFUND',
  PRE_AUTH: 'PRE-AUTH',
  COMPLETION: 'COMPLETION',
  ACCOUNT_VERIFICATION: 'ACCOUNT VERIFICATION',
};

function amountLines(transaction: CompletedTransaction): readonly ReceiptLine[] {
  const { currency, transactionType } = transaction.order;
  if (transactionType === 'ACCOUNT_VERIFICATION') return centred(labels[transactionType], bold);
  const extra = (label: string, amount: number) =>
    amount > 0 ? row(label, money(currency, amount)) : [];
  return [
    ...row(labels[transactionType], money(currency, transaction.amountBase)),
    ...extra('CASHBACK', transaction.amountCashback),
    ...extra('GRATUITY', transaction.amountGratuity),
    ...row('TOTAL', money(currency, totalOf(transaction)), bold),
  ];
}

function endLines(copy: Copy, transaction: CompletedTransaction): readonly ReceiptLine[] {
  if (transaction.transactionResult === 'DECLINED') return [declinedBox, ...keep];
  const code = rowIfSet('AUTH CODE', transaction.authCode);
  if (transaction.transactionResult === 'VOID') return [voidBox, ...code, ...keep];
  return [
    ...consents[transaction.order.transactionType],
    ...verified(copy, transaction),
    ...code,
    ...keep,
  ];
}

const declinedBox = boxed('BOX_DECLINE', 'DECLINED');
const voidBox = boxed('BOX_VOID', 'VOID');
const keep = [...centred('PLEASE KEEP THIS RECEIPT'), ...centred('FOR YOUR RECORDS')];

const consents: Readonly<Record<StartableType, readonly ReceiptLine[]>> = {
  SALE: centred('PLEASE DEBIT MY ACCOUNT'),
  REFUND: centred('PLEASE CREDIT MY ACCOUNT'),
  PRE_AUTH: centred('NO MONEY TAKEN YET'),
  COMPLETION: centred('PLEASE DEBIT MY ACCOUNT'),
  ACCOUNT_VERIFICATION: centred('ACCOUNT VERIFIED'),
};

/** How the cardholder was verified; only the merchant copy has the place to sign. */
function verified(copy: Copy, transaction: CompletedTransaction): readonly ReceiptLine[] {
  const method = transaction.cardholderVerificationMethod;
  return method === 'SIGNATURE' && copy === 'MERCHANT' ? signHere : verifications[method];
}

const verifications: Readonly<
  Record<CompletedTransaction['cardholderVerificationMethod'], readonly ReceiptLine[]>
> = {
  PIN: centred('PIN VERIFIED'),
  DEVICE: centred('CONSUMER DEVICE VERIFIED'),
  SIGNATURE: centred('SIGNATURE VERIFIED'),
  NONE: centred('NO CARDHOLDER VERIFICATION'),
  UNKNOWN: [],
};

const signHere = [...centred('PLEASE SIGN BELOW'), blankLine, text('X'.padEnd(WIDTH, '.'))];
