// `npm run demo`: a shop's day in one shell. It starts a gateway with a journal in memory, takes a
// chip-and-PIN sale, a signature sale and a cancelled sale, and runs the end-of-day reports.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome, PacTill, SignatureQuestion } from '@tillgate/client';
import { connect } from '@tillgate/client';
import { defaultSettings, startGateway } from 'tillgate';
import { receiptText } from './receipt-text.ts';

/** Speed relative to people; slow enough to read the output. */
const PACE = Number(process.env.TILLGATE_DEMO_PACE ?? 1.5);

const gateway = await startGateway({
  ...defaultSettings(),
  port: 0,
  data: 'memory',
  logLevel: 'silent',
  pace: String(PACE),
});
const till = await connect({
  host: gateway.url,
  token: gateway.testSite?.token ?? '',
  softwareHouseId: 'ABC123',
  installerId: '123ABC',
});
console.log(`A gateway is running at ${gateway.url}, with virtual card machines.`);

const paid = await chipAndPin(till);
const signed = await signature(till);
await cancelled(till);
await endOfDay(till, [paid, signed]);

till.close();
await gateway.stop();
console.log(
  '\nThat was it. `npm start` runs a gateway for you to try; README.md goes on from here.',
);

async function chipAndPin(at: PacTill): Promise<Outcome> {
  title('1. A sale of 12.34, chip and PIN', 'VCMINVLSIP0');
  const order = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 } as const;
  const outcome = logged(await at.sale(order, { onProgress: show }));
  assert.equal(outcome.outcome, 'approved');
  console.log(receiptText(outcome.payment.receiptLines.CUSTOMER));
  return outcome;
}

async function signature(at: PacTill): Promise<Outcome> {
  title('2. A sale of 56.78, the customer signs', 'VCMINVLSIS0');
  const order = { tid: 'VCMINVLSIS0', currency: 'GBP', amount: 5678 } as const;
  const onSignature = async (question: SignatureQuestion): Promise<boolean> => {
    console.log(receiptText(question.receiptLines.MERCHANT));
    console.log(`   till: does the signature match? ${question.timeout} seconds to answer`);
    await pause(3000 / PACE);
    console.log('  staff: yes');
    return true;
  };
  const outcome = logged(await at.sale(order, { onProgress: show, onSignature }));
  assert.equal(outcome.outcome, 'approved');
  return outcome;
}

async function cancelled(at: PacTill): Promise<void> {
  title('3. A sale of 9.99, and the customer has no card after all', 'VCMINVLSIP0');
  const order = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 999 } as const;
  const sale = at.sale(order, {
    onProgress: (value) => {
      show(value);
      if (value !== 'PRESENT_CARD') return;
      console.log('  staff: cancel');
      sale.cancel();
    },
  });
  const outcome = logged(await sale);
  assert.equal(outcome.outcome, 'cancelled');
}

/** Each card machine has its own end of day; the totals are those of its payments. */
async function endOfDay(at: PacTill, outcomes: readonly Outcome[]): Promise<void> {
  for (const { payment } of outcomes) {
    assert.ok(payment);
    const { tid, amountTotal } = payment;
    title('4. End of day', tid);
    const report = await at.reportEndOfDay({ tid });
    assert.equal(report.reportResult, 'COMPLETE');
    assert.ok('totalAmount' in report.balances);
    assert.equal(report.balances.totalAmount, amountTotal);
    console.log(receiptText(report.reportLines));
  }
}

function title(text: string, tid: string): void {
  console.log(`\n${text} (card machine ${tid})\n`);
}

/** `PRESENT_CARD` as `present card`. */
function show(value: string): void {
  console.log(`machine: ${value.toLowerCase().replaceAll('_', ' ')}`);
}

function logged(outcome: Outcome): Outcome {
  console.log(`   till: ${outcome.outcome}`);
  return outcome;
}
