// Chapter 12 of PROTOCOL.md: the checker of the invariants, which all other chapters use, finds each fault.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Frame } from 'tillgate/testing';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { faultsOf } from '../support/invariants/invariants.ts';
import type { TraceEntry } from '../support/invariants/trace.ts';

describe('the checker of the invariants', () => {
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

  test('each fault in a correct trace is found', async () => {
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
