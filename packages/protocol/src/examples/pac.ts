// The data of the examples in the published messages; all of it is made up.

import { noCard } from '../schema/link.ts';
import type { Balances, Banking, Report, Totals } from '../schema/report.ts';
import { reportTypes } from '../schema/report.ts';
import type { Payment, SignatureQuestion } from '../schema/transaction.ts';
import { startableTypes } from '../schema/transaction.ts';

export const tid = '12345678';
export const asked = { tid, currency: 'GBP', amount: 1250 } as const;
export const terminal = {
  tid,
  status: 'AVAILABLE',
  currency: 'GBP',
  offers: [...startableTypes, ...reportTypes],
} as const;

const visa = {
  paymentMethod: 'ICC_CHIP',
  cardholderVerificationMethod: 'PIN',
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  primaryAccountNumber: '************4821',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
} as const;

export const sale: Payment = {
  tid,
  transactionType: 'SALE',
  transactionResult: 'SUCCESSFUL',
  transactionId: '4100231',
  transactionNumber: '0042',
  transactionTime: '2026-03-14T12:31:07',
  currency: 'GBP',
  amountBase: 1250,
  amountCashback: 1000,
  amountGratuity: 0,
  amountTotal: 2250,
  authCode: 'Q7M2K4',
  ...visa,
  receiptLines: {
    MERCHANT: [
      { format: ['BOLD'], type: 'TEXT', value: '     MERCHANT COPY' },
      { value: 'TOTAL           GBP22.50' },
      { type: 'TICKET_FEED', value: '' },
    ],
    CUSTOMER: [
      { format: ['BOLD'], type: 'TEXT', value: '     CUSTOMER COPY' },
      { value: 'TOTAL           GBP22.50' },
      { type: 'TICKET_FEED', value: '' },
    ],
  },
};

function paid(values: Partial<Payment> & { readonly amountBase: number }): Payment {
  const amounts = { amountCashback: 0, amountTotal: values.amountBase };
  return { ...sale, ...amounts, ...values, receiptLines: receipts(values) };
}

function receipts(values: Partial<Payment>): Payment['receiptLines'] {
  const line = [{ value: (values.transactionType ?? 'SALE').replaceAll('_', ' ') }];
  return { MERCHANT: line, CUSTOMER: line };
}

export const refund = paid({
  transactionType: 'REFUND',
  transactionNumber: '0043',
  amountBase: 499,
});
export const preAuth = paid({
  transactionType: 'PRE_AUTH',
  transactionNumber: '0044',
  amountBase: 20000,
  authCode: 'P3X9D5',
});
export const completion = paid({
  transactionType: 'COMPLETION',
  transactionNumber: '0051',
  amountBase: 17350,
  authCode: 'P3X9D5',
});
export const accountVerification = paid({
  transactionType: 'ACCOUNT_VERIFICATION',
  transactionNumber: '0052',
  amountBase: 0,
});

export const duplicate: Payment = {
  ...sale,
  receiptLines: { CUSTOMER: [{ format: ['BOLD'], value: '       DUPLICATE' }] },
};

export const timedOut: Payment = {
  ...sale,
  transactionResult: 'TIMED_OUT',
  transactionId: '',
  transactionNumber: '',
  amountCashback: 0,
  amountTotal: 1250,
  ...noCard,
  receiptLines: {},
  userMessage:
    'It is not known whether the payment was taken. Look at the card machine before you try again.',
};

export const signatureQuestion: SignatureQuestion = {
  timeout: 80,
  tid,
  authCode: 'S4L8N1',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  cardholderVerificationMethod: 'SIGNATURE',
  paymentMethod: 'ICC_CHIP',
  primaryAccountNumber: '************4821',
  transactionType: 'SALE',
  receiptLines: {
    MERCHANT: [{ value: 'PLEASE SIGN BELOW' }, { value: 'X.......................' }],
  },
};

const totals: Totals = {
  currency: 'GBP',
  totalAmount: 1250,
  totalSalesAmount: 1250,
  totalSalesCount: 1,
  totalRefundsAmount: 0,
  totalRefundsCount: 0,
};

const balances: Balances = {
  ...totals,
  totalsSince: '2026-03-15T22:04:10',
  totalCashbackAmount: 0,
  totalCashbackCount: 0,
  totalGratuityAmount: 0,
  totalGratuityCount: 0,
  issuerTotals: { VISA: totals },
  waiterTotals: {},
};

const banking: Banking = {
  currency: 'GBP',
  currentSessionTransactionNumbers: ['0042', '0052'],
  previousSessionTransactionNumbers: ['0018', '0041'],
  currentSessionTotals: totals,
  previousSessionTotals: { ...totals, totalAmount: 88140, totalSalesAmount: 88140 },
  currentSessionIssuerTotals: { VISA: totals },
  previousSessionIssuerTotals: {},
};

const reported = {
  tid,
  reportTime: '2026-03-16T14:00:12',
  reportResult: 'COMPLETE',
  reportLines: [{ value: 'TOTAL           GBP12.50' }, { value: 'REPORT COMPLETE' }],
} as const;

function reportOf(values: Pick<Report, 'reportType' | 'balances' | 'banking'>): Report {
  return { ...reported, reportLines: [...reported.reportLines], ...values };
}

export const endOfDay = reportOf({
  reportType: 'END_OF_DAY',
  balances,
  banking: { 'FIRST ACQUIRER': banking },
});
export const bankingReport = reportOf({
  reportType: 'BANKING',
  balances: {},
  banking: { 'FIRST ACQUIRER': banking },
});
export const xBalance = reportOf({ reportType: 'X_BALANCE', balances, banking: {} });
export const zBalance = reportOf({ reportType: 'Z_BALANCE', balances, banking: {} });
export const reportTimedOut: Report = {
  ...reportOf({ reportType: 'X_BALANCE', balances: {}, banking: {} }),
  reportResult: 'TIMED_OUT',
  reportLines: [],
};
