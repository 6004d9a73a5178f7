// Chapter 12 of PROTOCOL.md: the invariants over whole days by chance, and a proof that the checker
// of the other chapters sees what is wrong.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Payment } from '@tillgate/protocol';
import type { Frame } from 'tillgate/testing';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { RandomTillActions } from '../support/gateway/random-till-actions.ts';
import { faultsOf } from '../support/invariants/invariants.ts';
import type { TraceEntry } from '../support/invariants/trace.ts';
import { SeededRandom } from '../support/random.ts';

const DAYS = 12;
const EVENTS = 60;

interface JournalEvent {
  readonly kind: string;
  readonly result?: Payment;
}

/** What each machine took, by the journal's last word on each of its transactions. */
async function takings(harness: GatewayHarness): Promise<ReadonlyMap<string, number>> {
  const last = new Map<string, Payment>();
  for (const { stream, activityId, body } of await harness.store.entries(0, 100_000)) {
    for (const { kind, result } of JSON.parse(body) as JournalEvent[]) {
      if (!result?.transactionResult) continue;
      assert.ok(kind === 'ended' || kind === 'outcomeLearnt', kind);
      last.set(`${stream}/${activityId}`, result);
    }
  }
  const sums = new Map<string, number>();
  for (const { tid, transactionResult, transactionType, amountTotal } of last.values()) {
    const counts = ['SALE', 'COMPLETION', 'REFUND'].includes(transactionType);
    if (transactionResult !== 'SUCCESSFUL' || !counts) continue;
    const sign = transactionType === 'REFUND' ? -1 : 1;
    sums.set(tid, (sums.get(tid) ?? 0) + sign * amountTotal);
  }
  return sums;
}

describe('days by chance', () => {
  for (let seed = 1; seed <= DAYS; seed += 1) {
    test(`day ${seed}: every transaction ends once, and the machines' totals are the journal's`, async (t) => {
      const harness = await startHarness(t);
      const day = new RandomTillActions(harness, new SeededRandom(seed));
      await day.open();
      for (let event = 0; event < EVENTS; event += 1) await day.step();
      await harness.advance(300_000);
      const till = await harness.till();
      const sums = await takings(harness);
      for (const tid of day.tids) {
        const { result } = await harness.request(till, 'reportXBalance', { tid });
        assert.equal(result?.balances.totalAmount, sums.get(tid) ?? 0, tid);
      }
      const incomplete = await harness.store.list('incomplete', '');
      const open = incomplete.filter(({ key }) => !isWaiting(harness, key));
      assert.deepEqual(open, [], 'nothing is left open but results that wait for their till');
    });
  }
});

/** Whether an activity has ended, so that only its delivery is not proven. */
function isWaiting(harness: GatewayHarness, key: string): boolean {
  return harness.trace.entries.some((entry) => {
    if (entry.kind !== 'journalled') return false;
    const { stream, activityId, body } = entry.written;
    return `${stream}/${activityId}` === key && body.includes('"kind":"ended"');
  });
}

describe('the checker sees', () => {
  const on = { line: 1, version: 'v1', batch: 0, integration: 'pac', site: 'testhost' } as const;
  const received = (frame: Frame): TraceEntry => ({ kind: 'received', ...on, frame });
  const sent = (frame: Frame): TraceEntry => ({ kind: 'sent', ...on, frame });
  const toV0 = (frame: Frame): TraceEntry => ({ kind: 'received', ...on, version: 'v0', frame });
  const shown = (notificationValue: string) =>
    received({ method: 'terminalNotification', params: { tid: 'T', notificationValue } });

  /** The trace of a whole sale and a report, which is without fault. */
  async function goodTrace(): Promise<readonly TraceEntry[]> {
    let entries: readonly TraceEntry[] = [];
    await test('a good trace', async (t) => {
      const harness = await startHarness(t);
      const till = await harness.till();
      await harness.request(till, 'sale', { tid: 'VCMSIP0', currency: 'GBP', amount: 100 });
      await harness.request(till, 'reportXBalance', { tid: 'VCMSIP0' });
      entries = harness.trace.entries;
    });
    return structuredClone(entries);
  }

  const result = (entry: TraceEntry) => entry.kind === 'received' && entry.frame.result;
  const isPayment = (entry: TraceEntry) => Boolean(result(entry)?.transactionResult);
  const value = (wanted: string) => (entry: TraceEntry) =>
    entry.kind === 'received' && entry.frame.params?.notificationValue === wanted;
  const journals = (word: string) => (entry: TraceEntry) =>
    entry.kind === 'journalled' && entry.written.body.includes(`"kind":"${word}"`);
  type Fits = (entry: TraceEntry) => boolean;
  type Spoil = (entries: readonly TraceEntry[]) => readonly TraceEntry[];
  const without =
    (fits: Fits): Spoil =>
    (all) =>
      all.filter((entry) => !fits(entry));
  const twice =
    (fits: Fits): Spoil =>
    (all) =>
      all.flatMap((entry) => (fits(entry) ? [entry, entry] : [entry]));
  const after =
    (fits: Fits, more: readonly TraceEntry[]): Spoil =>
    (all) =>
      all.flatMap((entry) => (fits(entry) ? [entry, ...more] : [entry]));
  const changed =
    (more: object): Spoil =>
    (all) =>
      all.map((entry) => {
        if (!isPayment(entry) || entry.kind !== 'received') return entry;
        return { ...entry, frame: { ...entry.frame, result: { ...entry.frame.result, ...more } } };
      });
  const question = received({
    id: 1,
    method: 'signatureVerificationRequest',
    params: { tid: 'T' },
  });

  const cancelling: Frame = {
    method: 'terminalNotification',
    params: { tpi: 'T', notificationValue: 'CANCELLING' },
  };

  const spoilt: readonly (readonly [string, string, Spoil])[] = [
    ['C-12.1', 'an answer given twice', twice(isPayment)],
    ['C-12.2', 'a result that the journal does not have', without(journals('ended'))],
    ['C-12.2', 'a result other than the journal has it', changed({ authCode: 'other' })],
    ['C-12.3', 'a start that the journal does not have', without(journals('started'))],
    ['C-12.4', 'a start during a transaction', twice(journals('started'))],
    ['C-12.5', 'amounts that do not add up', changed({ amountTotal: 101 })],
    ['C-12.6', 'an end that was not shown', without(value('TRANSACTION_FINISHED'))],
    ['C-12.6', 'a beginning that was not shown', without(value('TRANSACTION_STARTED'))],
    ['C-12.6', 'a beginning shown twice', twice(value('TRANSACTION_STARTED'))],
    ['C-12.6', 'a value after the end', twice(value('TRANSACTION_FINISHED'))],
    ['C-12.9', 'APPROVED before another result', changed({ transactionResult: 'DECLINED' })],
    ['C-12.10', 'an end journalled twice', twice(journals('ended'))],
    ['C-12.11', 'a key too many', changed({ extra: 1 })],
    ['C-12.12', 'tpi on v1', changed({ tpi: 'T' })],
    ['C-12.12', 'tid on v0', after(isPayment, [toV0({ id: 9, result: [{ tid: 'T' }] })])],
    ['C-12.12', 'a value of v1 on v0', after(isPayment, [toV0(cancelling)])],
    ['C-12.13', 'a value nobody knows', after(isPayment, [shown('DANCING')])],
    ['C-12.13', 'a code nobody knows', after(isPayment, [received({ error: { code: 7 } })])],
    ['C-12.14', 'one id open twice', after(isPayment, [question, question])],
    ['C-12.15', 'a second signature', after(isPayment, [question, question])],
    ['C-12.9', 'APPROVED during a signature', after(isPayment, [question, shown('APPROVED')])],
    ['C-12.21', 'a whole card number', changed({ primaryAccountNumber: '4929123412341234' })],
    ['C-12.21', 'a token', changed({ authCode: TOKEN })],
    [
      'C-12.8',
      'a refused request that was handed over',
      (all) => [...all.map((entry) => (isPayment(entry) ? refusedNow(entry) : entry))],
    ],
    [
      'C-12.1',
      'a request without an answer',
      after(isPayment, [sent({ id: 99, method: 'connectedTerminals' })]),
    ],
  ];

  function refusedNow(entry: TraceEntry): TraceEntry {
    return received({ id: (entry as { frame: Frame }).frame.id, error: { code: -32071 } });
  }

  test('each fault that is put into a good trace', async () => {
    const good = await goodTrace();
    assert.deepEqual(faultsOf(good, [TOKEN]), []);
    for (const [rule, what, spoil] of spoilt) {
      const bad = spoil(good);
      assert.ok(!isDeepStrictEqual(bad, good), what);
      const faults = faultsOf(bad, [TOKEN]);
      assert.ok(
        faults.some((fault) => fault.startsWith(`${rule}:`)),
        `${rule} ${what}: ${faults}`,
      );
    }
  });
});
