// The data of the examples in the messages of pay at table; all of it is made up.

import type { TillReceiptLine } from '../schema/receipt.ts';
import { xBalance } from './pac.ts';

export const at = { tid: '12345678', waiterId: '007', tableId: '12A' } as const;

const billLines: readonly TillReceiptLine[] = [
  { type: 'IMAGE_LOGO', value: 'house' },
  { format: ['BOLD'], type: 'TEXT', value: 'Table 12A' },
  { type: 'LINE_SEPARATOR_SINGLE', value: '' },
  { value: '2 Dinner           48.20' },
  { type: 'BARCODE_CODE39', value: '12A-0314' },
];

const finalLines: readonly TillReceiptLine[] = [
  { format: ['BOLD'], type: 'TEXT', value: 'Table 12A   PAID' },
  { value: 'Thank you' },
  { type: 'TICKET_FEED', value: '' },
];

const card = {
  paymentId: '0d6c2b1e-7d6f-4a55-9a0e-3f1f2f6f8a11',
  amountPaid: 3000,
  amountCashback: 0,
  amountGratuity: 300,
  authCode: 'T5B1C9',
  cardSchemeName: 'VISA',
  currency: 'GBP',
  paymentMethod: 'ICC_CHIP',
  time: '2026-03-14T20:15:02Z',
} as const;

const cash = {
  ...card,
  paymentId: '5f9b0a44-2c3d-4e1b-8d57-61d0c7be9f02',
  amountPaid: 1820,
  amountGratuity: 0,
  authCode: '',
  cardSchemeName: '',
  paymentMethod: 'UNKNOWN',
  time: '2026-03-14T20:16:40Z',
} as const;

const { tid: _, ...totals } = xBalance;

export const example = {
  billLines,
  finalLines,
  paid: {
    amountPaid: 4820,
    amountCashback: 0,
    amountGratuity: 300,
    currency: 'GBP',
    payments: [card, cash],
  },
  report: {
    reportId: 'c1f2a7c0-5a8e-4a8d-9f7b-0c6f2f1d9e33',
    ...totals,
    reportTime: '2026-03-14T22:30:00Z',
  },
};
