// The receipts of a virtual card machine, laid out from a completed transaction [C-5.3, C-10.23].

import type { ReceiptLine, Receipts } from '@tillgate/protocol';
import type { MachineOutcome } from '../../../../ports/terminal-driver.ts';
import type { CompletedTransaction } from '../memory/completed-transaction.ts';
import { cardDataOf, cardOf, totalOf } from '../memory/completed-transaction.ts';
import { blankLine, bold, boxed, centred, feed, left, money, row, text, WIDTH } from './paper.ts';

type Copy = 'MERCHANT' | 'CUSTOMER';

/** The header of all receipts and reports of one machine. */
export interface Letterhead {
  readonly shop: readonly ReceiptLine[];
  readonly machine: readonly ReceiptLine[];
}

/** `merchantId` and `tid` are printed masked [C-10.23]. */
export function letterhead(title: string, tid: string, merchantId: string): Letterhead {
  return {
    shop: [...left(title, heading), ...left('020 7946 0000', heading), ...left('www.shop.example')],
    machine: [...left(`M:${masked(merchantId, 5)}`), ...left(`TID:${masked(tid, 6)}`)],
  };
}

/** The last `kept` characters after a star for each one before them; of a long text only the end. */
function masked(value: string, kept: number): string {
  const stars = '*'.repeat(Math.max(0, value.length - kept));
  return `${stars}${value.slice(-kept)}`.slice(-MAX_MASKED);
}

const MAX_MASKED = WIDTH - 'TID:'.length;
const heading = ['BOLD', 'DOUBLE_HEIGHT'] as const satisfies ReceiptLine['format'];

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

/** Both copies, or the one that the machine prints; none for results UNSUCCESSFUL and CANCELLED. */
export function receiptsOf(transaction: CompletedTransaction, head: Letterhead): Receipts {
  const { transactionResult: result } = transaction;
  if (result === 'UNSUCCESSFUL' || result === 'CANCELLED') return {};
  const body = bodyOf(transaction, head);
  const signed = transaction.cardholderVerificationMethod === 'SIGNATURE' ? signHere : [];
  const MERCHANT = [...body, ...signed, ...results[result], ...endOf('MERCHANT', transaction)];
  if (transaction.merchantCopyOnly) return { MERCHANT };
  return { MERCHANT, CUSTOMER: [...body, ...results[result], ...endOf('CUSTOMER', transaction)] };
}

/** The merchant copy for the cardholder's signature, printed before the payment has a result. */
export function copyToSign(
  transaction: CompletedTransaction,
  head: Letterhead,
): readonly ReceiptLine[] {
  return [...bodyOf(transaction, head), ...signHere, ...endOf('MERCHANT', transaction)];
}

/** The lines that both copies share, in the recorded order [C-10.23]. */
function bodyOf(transaction: CompletedTransaction, head: Letterhead): readonly ReceiptLine[] {
  return [
    ...head.shop,
    ...head.machine,
    ...left(`SCH ID:${transaction.transactionId}`),
    ...tableLines(transaction),
    handset,
    ...cardLines(transaction),
    text(transaction.order.transactionType),
    ...amountLines(transaction),
  ];
}

export function dateAndTime(transactionTime: string): readonly ReceiptLine[] {
  const [date = '', time = ''] = transactionTime.split('T');
  return row(`${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`, time);
}

/** At the counter the table is empty. */
function tableLines({ order: { table } }: CompletedTransaction): readonly ReceiptLine[] {
  const waiter = table?.waiterId === undefined ? [] : left(`WAITER:${table.waiterId}`);
  return [...left(`TABLE:${table?.tableId ?? ''}`), ...waiter];
}

/** What the card does not have, such as the application of a swiped one, is left out. */
function cardLines(transaction: CompletedTransaction): readonly ReceiptLine[] {
  const card = cardOf(transaction);
  const ifSet = (label: string, value: string) => (value === '' ? [] : left(label + value));
  return [
    ...ifSet('', card.applicationLabel),
    ...ifSet('AID: ', card.applicationId),
    ...left(card.cardSchemeName, heading),
    ...left(card.primaryAccountNumber),
    ...ifSet('PAN SEQ NO. ', card.primaryAccountNumberSequence),
    text(transaction.paymentMethod),
  ];
}

function amountLines(transaction: CompletedTransaction): readonly ReceiptLine[] {
  const { currency } = transaction.order;
  return [
    ...row('AMOUNT', money(currency, transaction.amountBase)),
    ...row('GRATUITY', money(currency, transaction.amountGratuity)),
    ...row('CASHBACK', money(currency, transaction.amountCashback)),
    ...row('TOTAL', money(currency, totalOf(transaction)), heading),
  ];
}

/** Only the merchant copy has the place to sign. */
const signHere = [...centred('PLEASE SIGN BELOW'), blankLine, text('X'.padEnd(WIDTH, '.'))];

const results = {
  SUCCESSFUL: [text('SUCCESSFUL', bold)],
  DECLINED: [boxed('BOX_DECLINE', 'DECLINED')],
  VOID: [boxed('BOX_VOID', 'VOID')],
} as const;

const handset = text('HANDSET:1');
const thanks = text('THANK YOU');

/** The last lines of each copy. */
const endings = { MERCHANT: endingOf('MERCHANT'), CUSTOMER: endingOf('CUSTOMER') } as const;

function endingOf(copy: Copy): readonly ReceiptLine[] {
  const title = centred(`${copy} COPY`).map(({ value }) => text(value.padEnd(WIDTH)));
  return [...title, ...centred('PLEASE RETAIN RECEIPT'), feed];
}

function endOf(copy: Copy, transaction: CompletedTransaction): readonly ReceiptLine[] {
  const { authCode, session, transactionNumber, transactionTime } = transaction;
  return [
    thanks,
    ...dateAndTime(transactionTime),
    ...(authCode === '' ? [] : [text(`AUTH CODE:${authCode}`)]),
    ...(copy === 'MERCHANT' ? [text(`TXN ${transactionNumber}`), text(`SESSION ${session}`)] : []),
    ...endings[copy],
  ];
}
