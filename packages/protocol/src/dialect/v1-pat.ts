// Version v1 of pay at table: its method names, and their codec with its messages.

import type { PatMethodNames } from './pat.ts';
import { createPatCodec } from './pat.ts';

/** The method names of PROTOCOL.md [C-9.2]. */
export const patMethodNames: PatMethodNames = {
  terminalKey: 'tid',
  requests: {
    tables: 'tableListRequest',
    lock: 'tableLockRequest',
    bill: 'posReceiptRequest',
    finalReceipt: 'finalPosReceiptRequest',
  },
  otherSpellings: { finalReceipt: 'finalPOSReceiptRequest' },
  notifications: { paid: 'transactionResponse', unlock: 'tableUnlock', report: 'report' },
};

/** All that a till at the table needs. */
export const v1Pat = createPatCodec(patMethodNames);
