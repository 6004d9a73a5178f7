// The data of the examples in the messages of the link; all of it is made up.

import type {
  LinkCard,
  LinkOrder,
  LinkOutcome,
  LinkProfile,
  LinkReportResult,
} from '../schema/link.ts';
import { noCard } from '../schema/link.ts';
import type { ReceiptLine } from '../schema/receipt.ts';
import { reportTypes } from '../schema/report.ts';
import { startableTypes } from '../schema/transaction.ts';
import * as counter from './pac.ts';
import { at } from './pat.ts';

export const order = 'shop1/12345678/42';

export const profile: LinkProfile = {
  currency: 'GBP',
  cashback: true,
  transactions: [...startableTypes],
  reports: [...reportTypes],
};

export const sale: LinkOrder = {
  id: order,
  transactionType: 'SALE',
  currency: 'GBP',
  amount: 1250,
  amountCashback: 0,
  cardholderNotPresent: false,
};
export const atTable: LinkOrder = {
  ...sale,
  amount: 3000,
  table: { tableId: at.tableId, waiterId: at.waiterId, amountGratuity: 300 },
};

const visa: LinkCard = {
  paymentMethod: 'ICC_CHIP',
  cardholderVerificationMethod: 'PIN',
  authCode: 'Q7M2K4',
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  primaryAccountNumber: '************4821',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
};
export const signed: LinkCard = {
  ...visa,
  cardholderVerificationMethod: 'SIGNATURE',
  authCode: 'S4L8N1',
};

export const successful: LinkOutcome = {
  transactionResult: 'SUCCESSFUL',
  transactionId: '4100231',
  transactionNumber: '0042',
  transactionTime: '2026-03-14T12:31:07',
  amountCashback: 0,
  amountGratuity: 0,
  card: visa,
  receiptLines: counter.sale.receiptLines,
};
export const cancelled: LinkOutcome = {
  ...successful,
  transactionResult: 'CANCELLED',
  transactionId: '',
  transactionNumber: '',
  card: noCard,
  receiptLines: {},
};

export const copyToSign: ReceiptLine[] = counter.signatureQuestion.receiptLines.MERCHANT;

const { reportTime, balances, banking, reportLines } = counter.xBalance;
export const report: LinkReportResult = { reportTime, balances, banking, reportLines };
