import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WaiterAnswer } from '@tillgate/protocol';
import { linkedPair, Peer } from '@tillgate/protocol';
import { CommandError } from '../exit-code.ts';
import { readBillSplit } from './pay.ts';
import { payTable } from './pay-table.ts';
import type { TableOutput } from './table-output.ts';
import { WaiterClient } from './waiter-client.ts';

/** What a gateway answers, by method; the last one again and again. */
type Script = Readonly<Record<string, readonly WaiterAnswer[]>>;

const locked: WaiterAnswer = { answer: 'locked', amount: 4820, currency: 'GBP' };
const left: WaiterAnswer = { answer: 'left', receiptLines: [{ value: 'PAID' }] };
const no: WaiterAnswer = { answer: 'no', message: 'Not now.' };
const payment = (paid: boolean, open: number): WaiterAnswer => ({
  answer: 'payment',
  paid,
  left: open,
});

async function visited(script: Script, values: Parameters<typeof readBillSplit>[0] = {}) {
  const asked: string[] = [];
  const shown: string[] = [];
  const [here, there] = linkedPair();
  new Peer(there, {
    onRequest: ({ message: { method, params } }) => {
      const { amount } = Object(params) as { amount?: number };
      asked.push(amount === undefined ? method : `${method} ${amount}`);
      const times = asked.filter((one) => one.split(' ')[0] === method).length;
      return script[method]?.[times - 1] ?? script[method]?.at(-1) ?? no;
    },
  });
  const note = (what: string) => () => void shown.push(what);
  const output: TableOutput = {
    locked: note('locked'),
    bill: note('bill'),
    part: note('part'),
    left: note('left'),
    progress: note('progress'),
    payment: note('payment'),
    refused: ({ answer }) => shown.push(answer),
  };
  const waiter = new WaiterClient(here);
  const split = readBillSplit(values);
  const visit = { waiter, output, split, tid: 'VCMSIP0', tableId: '12', printBill: true };
  const code = await payTable(visit).catch((cause: Error) => cause);
  return { code, asked, shown: shown.join(' ') };
}

const bill: WaiterAnswer = { answer: 'bill', receiptLines: [{ value: 'BILL' }] };
const good: Script = { lock: [locked], bill: [bill], leave: [left] };

describe('a visit to a table', () => {
  test('a visit ends with 0 when every part is paid', async () => {
    const pay = [payment(true, 3213), payment(true, 1606), payment(true, 0)];
    const { code, asked, shown } = await visited({ ...good, pay }, { split: '3' });
    assert.equal(code, 0);
    assert.deepEqual(asked, ['lock', 'bill', 'pay 1607', 'pay 1607', 'pay 1606', 'leave']);
    assert.equal(shown, 'locked bill part payment part payment part payment left');
  });

  test('a payment that was not taken ends the visit with 1, and the table is left', async () => {
    const pay = [payment(true, 2410), payment(false, 2410)];
    const { code, asked } = await visited({ ...good, pay }, { split: '2' });
    assert.equal(code, 1);
    assert.deepEqual(asked.slice(-2), ['pay 2410', 'leave']);
  });

  test('a visit continues if the till gives no bill', async () => {
    const { code, shown } = await visited({ ...good, bill: [no], pay: [payment(true, 0)] });
    assert.equal(code, 0);
    assert.equal(shown, 'locked no part payment left');
  });

  test('a payment with an unknown result ends the visit with 3, without waiting to leave', async () => {
    const pay: WaiterAnswer = { answer: 'unknown', message: 'Not known.' };
    const { code, asked, shown } = await visited({ ...good, pay: [pay] });
    assert.equal(code, 3);
    assert.equal(asked.at(-1), 'pay 4820');
    assert.match(shown, /unknown$/);
  });

  test('a visit that is refused, or finds nothing to pay, ends with 1', async () => {
    for (const script of [
      { ...good, lock: [no] },
      { ...good, lock: [{ ...locked, amount: 0 } as WaiterAnswer] },
      { ...good, pay: [no] },
    ]) {
      const { code, asked } = await visited(script);
      assert.equal(code, 1);
      assert.equal(asked.at(-1), 'leave');
    }
  });

  test('a visit that asks for more than there is to pay leaves the table before it fails', async () => {
    const { code, asked } = await visited(good, { amount: '50' });
    assert.match(String(code), /--amount: 50\.00 is more than/);
    assert.deepEqual(asked, ['lock', 'bill', 'leave']);
  });

  test('an answer that violates its schema ends the visit with 3, because money may have moved', async () => {
    const { code } = await visited({ ...good, pay: [locked] });
    assert.ok(code instanceof CommandError);
    assert.equal(code.exitCode, 3);
    assert.match(code.message, /not known what was paid\. The answer to pay does not fit/);
  });
});
