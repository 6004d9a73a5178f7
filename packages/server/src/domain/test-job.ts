// Jobs for the tests of this room.

import type { JobCommand } from './decide.ts';
import { decideJob } from './decide.ts';
import type { Job, JobEvent, JobRules, Order } from './job.ts';
import { evolveJob } from './job.ts';
import type { CardData, MachineOutcome } from './machine.ts';

export const rules: JobRules = {
  startMs: 10_000,
  limitMs: 200_000,
  signatureMs: 80_000,
  signatureOnTimeout: 'accept',
};

export const sale: Order = {
  kind: 'transaction',
  order: {
    id: 'shop1/12345678/1',
    transactionType: 'SALE',
    currency: 'GBP',
    amount: 1250,
    amountCashback: 0,
    cardholderNotPresent: false,
  },
};

export const report: Order = {
  kind: 'report',
  order: { id: 'shop1/12345678/1', reportType: 'X_BALANCE' },
};

export const card: CardData = {
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

export function outcome(
  transactionResult: MachineOutcome['transactionResult'],
  values: Partial<MachineOutcome> = {},
): MachineOutcome {
  return {
    transactionResult,
    transactionId: '4100231',
    transactionNumber: '0042',
    transactionTime: '2026-03-14T12:31:07',
    amountCashback: 0,
    amountGratuity: 0,
    card,
    receiptLines: {},
    ...values,
  };
}

export function started(order: Order = sale, values: Partial<JobRules> = {}): JobEvent {
  return {
    kind: 'started',
    at: 0,
    tid: '12345678',
    order,
    requestedBy: { requestId: 7, version: 'v1', softwareHouseId: 'SH1001', installerId: 'IN2002' },
    rules: { ...rules, ...values },
  };
}

/** The state after these commands, one second apart, and what they led to. */
export function after(
  commands: readonly JobCommand[],
  first: JobEvent = started(),
): { readonly job: Job; readonly events: readonly JobEvent[] } {
  let job = evolveJob(undefined, first);
  const events: JobEvent[] = [];
  for (const [index, command] of commands.entries()) {
    for (const event of decideJob(job, command, (index + 1) * 1000)) {
      job = evolveJob(job, event);
      events.push(event);
    }
  }
  return { job, events };
}
