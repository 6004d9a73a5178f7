// The receipts of a virtual card machine, printed from its memory of a transaction [C-5.3].

import type { ReceiptLine, Receipts, StartedType } from '@tillgate/protocol';
import type { MachineOutcome } from '../../../ports/terminal-driver.ts';
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
import type { Slip } from './slip.ts';
import { cardDataOf, cardOf, totalOf } from './slip.ts';

type Copy = 'MERCHANT' | 'CUSTOMER';

/** What heads every receipt of one machine; printed once. */
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

/** The outcome of an ended transaction, as it is told. */
export function outcomeOf(slip: Slip, head: Letterhead): MachineOutcome {
  return {
    transactionResult: slip.transactionResult,
    transactionId: slip.transactionId,
    transactionNumber: slip.transactionNumber,
    transactionTime: slip.transactionTime,
    amountCashback: slip.amountCashback,
    amountGratuity: slip.amountGratuity,
    card: cardDataOf(slip),
    receiptLines: receiptsOf(slip, head),
  };
}

export function receiptsOf(slip: Slip, head: Letterhead): Receipts {
  if (slip.transactionResult === 'UNSUCCESSFUL' || slip.transactionResult === 'CANCELLED')
    return {};
  return { MERCHANT: copyOf('MERCHANT', slip, head), CUSTOMER: copyOf('CUSTOMER', slip, head) };
}

export function copyOf(copy: Copy, slip: Slip, head: Letterhead): ReceiptLine[] {
  return [
    ...centred(`${copy} COPY`, bold),
    ...head.shop,
    separator,
    ...dateAndTime(slip.transactionTime),
    ...head.machine,
    ...row('NUMBER', slip.transactionNumber),
    ...row('ID', slip.transactionId),
    separator,
    ...cardLines(slip),
    separator,
    ...amountLines(slip),
    separator,
    ...endLines(copy, slip),
    feed,
  ];
}

function dateAndTime(transactionTime: string): readonly ReceiptLine[] {
  const [date = '', time = ''] = transactionTime.split('T');
  return row(date.split('-').reverse().join('/'), time);
}

function cardLines(slip: Slip): readonly ReceiptLine[] {
  const card = cardOf(slip);
  return [
    text(card.applicationLabel || card.cardSchemeName),
    ...row('CARD', card.primaryAccountNumber),
    ...given('PAN SEQ', card.primaryAccountNumberSequence),
    ...given('AID', card.applicationId),
    ...given('START', card.dateOfStart),
    ...given('EXPIRY', card.dateOfExpiry),
    ...row('ENTRY', entries[slip.paymentMethod]),
  ];
}

const entries: Readonly<Record<Slip['paymentMethod'], string>> = {
  UNKNOWN: '',
  KEYED: 'KEYED',
  SWIPED: 'SWIPED',
  ICC_CHIP: 'CHIP',
  CONTACTLESS: 'CONTACTLESS',
};

function given(label: string, value: string): readonly ReceiptLine[] {
  return value === '' ? [] : row(label, value);
}

const labels: Readonly<Record<StartedType, string>> = {
  SALE: 'SALE',
  REFUND: 'REFUND',
  PRE_AUTH: 'PRE-AUTH',
  COMPLETION: 'COMPLETION',
  ACCOUNT_VERIFICATION: 'ACCOUNT VERIFICATION',
};

function amountLines(slip: Slip): readonly ReceiptLine[] {
  const { currency, transactionType } = slip.order;
  if (transactionType === 'ACCOUNT_VERIFICATION') return centred(labels[transactionType], bold);
  const extra = (label: string, amount: number) =>
    amount > 0 ? row(label, money(currency, amount)) : [];
  return [
    ...row(labels[transactionType], money(currency, slip.amountBase)),
    ...extra('CASHBACK', slip.amountCashback),
    ...extra('GRATUITY', slip.amountGratuity),
    ...row('TOTAL', money(currency, totalOf(slip)), bold),
  ];
}

function endLines(copy: Copy, slip: Slip): readonly ReceiptLine[] {
  if (slip.transactionResult === 'DECLINED') {
    return [boxed('BOX_DECLINE', 'DECLINED'), ...keep];
  }
  const code = row('AUTH CODE', slip.authCode);
  if (slip.transactionResult === 'VOID') return [boxed('BOX_VOID', 'VOID'), ...code, ...keep];
  return [...consent(slip.order.transactionType), ...verified(copy, slip), ...code, ...keep];
}

const keep = [...centred('PLEASE KEEP THIS RECEIPT'), ...centred('FOR YOUR RECORDS')];

function consent(transactionType: StartedType): readonly ReceiptLine[] {
  switch (transactionType) {
    case 'SALE':
    case 'COMPLETION':
      return centred('PLEASE DEBIT MY ACCOUNT');
    case 'REFUND':
      return centred('PLEASE CREDIT MY ACCOUNT');
    case 'PRE_AUTH':
      return centred('NO MONEY TAKEN YET');
    case 'ACCOUNT_VERIFICATION':
      return centred('ACCOUNT VERIFIED');
  }
}

/** How the cardholder was verified; the signature itself stands on the merchant's copy. */
function verified(copy: Copy, slip: Slip): readonly ReceiptLine[] {
  switch (slip.cardholderVerificationMethod) {
    case 'PIN':
      return centred('PIN VERIFIED');
    case 'DEVICE':
      return centred('CONSUMER DEVICE VERIFIED');
    case 'SIGNATURE':
      return copy === 'MERCHANT' ? signatureLines : centred('SIGNATURE VERIFIED');
    case 'NONE':
    case 'UNKNOWN':
      return centred('NO CARDHOLDER VERIFICATION');
  }
}

const signatureLines = [...centred('PLEASE SIGN BELOW'), blankLine, text('X'.padEnd(WIDTH, '.'))];
