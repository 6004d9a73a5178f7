// Chapter 8 of PROTOCOL.md over real sockets: v0 and v1 tills at the same card machines, tills that
// come back, and who is let in as what.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { notifications, startHarness } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';

const V0 = { 'api-version': 'v0', 'software-house-id': undefined, 'installer-id': undefined };
const NAMED = { ...V0, 'epos-id': 'T1' };
const machine = 'VCMINVLSIP0';
const asked = { currency: 'GBP', amount: 1250 };
const signed = 'VCMINVLSIS0';

async function both(t: TestContext) {
  const harness = await startHarness(t);
  return { harness, v0: await harness.till(V0), v1: await harness.till() };
}

async function cut(till: TestTill): Promise<void> {
  till.cut();
  await till.closed;
}

describe('C-8.1, a v0 till and a v1 till share one card machine', () => {
  test('each till sees the terminal busy with the other, in its own version', async (t) => {
    const { harness, v0, v1 } = await both(t);
    const id = v0.ask('sale', { tpi: machine, ...asked });
    await harness.shown(v0, 'PRESENT_CARD');
    const details = { tid: machine };
    const { result } = await harness.request(v1, 'terminalDetails', details);
    assert.deepEqual(result, { tid: machine, status: 'BUSY', currency: 'GBP' });
    assert.equal(
      (await harness.request(v1, 'refund', { ...details, ...asked })).error.code,
      -32071,
    );
    assert.equal((await harness.answer(v0, id)).result.transactionResult, 'SUCCESSFUL');
    const later = v1.ask('refund', { ...details, ...asked });
    await harness.shown(v1, 'PRESENT_CARD');
    const { result: listed } = await harness.request(v0, 'terminalsDetails', { tpis: [machine] });
    assert.equal(listed[0].status, 'BUSY');
    assert.equal((await harness.answer(v1, later)).result.transactionType, 'REFUND');
    assert.deepEqual(
      v0.values,
      v1.values,
      'the same values came to both, each about its own transaction',
    );
  });

  test('duplicate returns the same sale to both', async (t) => {
    const { harness, v0, v1 } = await both(t);
    const { result } = await harness.request(v0, 'sale', { tpi: machine, ...asked });
    const { tid, ...one } = (await harness.request(v1, 'duplicate', { tid: machine })).result;
    const { tpi, ...other } = (await harness.request(v0, 'duplicate', { tpi: machine })).result;
    assert.deepEqual(one, other);
    assert.deepEqual([tid, tpi, one.transactionId], [machine, machine, result.transactionId]);
  });

  test('a v1 till cancels a sale of v0: v1 gets its answer, v0 no message of the cancel', async (t) => {
    const { harness, v0, v1 } = await both(t);
    v0.ask('sale', { tpi: machine, ...asked }, 7);
    await harness.shown(v0, 'PRESENT_CARD');
    const { result } = await harness.request(v1, 'cancelTransaction', { tid: machine });
    assert.deepEqual(result, { cancelling: true });
    await harness.answer(v0, 7);
    assert.deepEqual(await harness.summaries(v0), [
      ...notifications('TRANSACTION_STARTED, PRESENT_CARD, TRANSACTION_FINISHED'),
      'result 7',
    ]);
    assert.deepEqual(v1.values, []);
  });

  test('a v0 till cancels a sale of v1: v1 gets the messages of C-4.24, v0 {cancelled:true}', async (t) => {
    const { harness, v0, v1 } = await both(t);
    v1.ask('sale', { tid: machine, ...asked }, 7);
    await harness.shown(v1, 'PRESENT_CARD');
    const { result } = await harness.request(v0, 'cancelTransaction', { tpi: machine });
    assert.deepEqual(result, { cancelled: true });
    await harness.answer(v1, 7);
    assert.deepEqual(v1.values.slice(-3), [
      ...['ATTEMPTING_CANCEL', 'CANCELLING', 'TRANSACTION_FINISHED'],
    ]);
    assert.deepEqual(await harness.summaries(v0), ['result 1']);
  });

  test('two simultaneous cancels each get the answer of their version', async (t) => {
    const { harness, v0, v1 } = await both(t);
    v1.ask('sale', { tid: machine, ...asked }, 7);
    await harness.shown(v1, 'PIN_ENTRY');
    const [old, late] = [
      v0.ask('cancelTransaction', { tpi: machine }),
      v1.ask('cancelTransaction', { tid: machine }, 8),
    ];
    assert.deepEqual((await harness.answer(v1, late)).result, { cancelling: true });
    assert.equal((await harness.answer(v0, old)).error.code, -32072);
    assert.equal((await harness.answer(v1, 7)).result.transactionResult, 'SUCCESSFUL');
  });

  test('a method of one version is unknown to the other', async (t) => {
    const { harness, v0, v1 } = await both(t);
    const code = async (till: TestTill, method: string, params: object) =>
      (await harness.request(till, method, params)).error?.code;
    assert.equal(await code(v1, 'terminalsDetails', { tpis: [machine] }), -32601);
    assert.equal(await code(v0, 'terminalDetails', { tpi: machine }), -32601);
    assert.equal(await code(v1, 'connectedTerminals', { capabilities: ['SALE'] }), -32602);
    assert.equal(await code(v1, 'sale', { tpi: machine, ...asked }), -32602);
    assert.equal(await code(v0, 'sale', { tid: machine, ...asked }), -32602);
  });
});

describe('C-8.1, epos-id has the same effect', () => {
  test('C-4.40 an undelivered result comes again, in the keys of v0', async (t) => {
    const harness = await startHarness(t);
    const mute = await harness.till(NAMED, { autoPong: false });
    // Its verification is not known: UNKNOWN in the journal, NONE to v0.
    mute.ask('sale', { tpi: 'VCMINVLTIP0', ...asked }, 7);
    mute.ask('reportXBalance', { tpi: machine }, 8);
    const result = await harness.answer(mute, 7);
    await harness.answer(mute, 8);
    await cut(mute);
    const again = await harness.till(NAMED);
    assert.deepEqual(again.received.map(({ id }) => id).toSorted(), [7, 8]);
    const sold = again.received.find(({ id }) => id === 7);
    assert.deepEqual(sold, result);
    const { tpi, cardholderVerificationMethod } = sold?.result ?? {};
    assert.deepEqual([tpi, cardholderVerificationMethod], ['VCMINVLTIP0', 'NONE']);
  });

  test('C-4.40 an undelivered result comes again from another gateway with the same journal', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(NAMED);
    till.ask('sale', { tpi: machine, ...asked }, 7);
    await harness.shown(till, 'PIN_ENTRY');
    await harness.restart();
    const again = await harness.till(NAMED);
    const { result } = await harness.answer(again, 7);
    assert.equal(result.tpi, machine);
  });

  test('C-4.40 a v1 till with that epos-id is another till', async (t) => {
    const harness = await startHarness(t);
    const mute = await harness.till(NAMED, { autoPong: false });
    mute.ask('sale', { tpi: machine, ...asked }, 7);
    await harness.answer(mute, 7);
    const other = await harness.till({ 'epos-id': 'T1' });
    await harness.settled();
    assert.deepEqual(other.received, []);
    assert.equal(mute.socket.readyState, 1, 'and does not displace it');
    await cut(mute);
    assert.equal((await harness.till(NAMED)).received.length, 1);
  });

  test('C-4.40 the latest value and the open signature are resumed', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(NAMED);
    till.ask('sale', { tpi: signed, ...asked }, 7);
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    await cut(till);
    const again = await harness.till(NAMED);
    const question = await again.judgeSignature(true);
    assert.equal(question.params.tpi, signed);
    assert.equal(again.values[0], 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.40, C-6.2 a latest value that v0 lacks is not sent', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(NAMED);
    till.ask('sale', { tpi: machine, ...asked }, 7);
    await harness.shown(till, 'PIN_ENTRY');
    const v1 = await harness.till();
    await harness.request(v1, 'cancelTransaction', { tid: machine });
    await cut(till);
    const again = await harness.till(NAMED);
    assert.deepEqual(again.received, []);
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.41 a request under the id of one that is open is refused', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(NAMED);
    till.ask('sale', { tpi: machine, ...asked }, 7);
    await harness.shown(till, 'PRESENT_CARD');
    till.send({ jsonrpc: '2.0', id: 7, method: 'duplicate', params: { tpi: machine } });
    await harness.settled();
    assert.equal(till.received.at(-1)?.error?.code, -32600);
    await harness.answer(till, 7);
  });
});

describe('C-8.1, the handshake of v0', () => {
  test('C-2.2 an address without api-version means v0', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till({ 'api-version': undefined });
    const { result } = await harness.request(till, 'terminalsDetails', { tpis: [machine] });
    assert.equal(result[0].tpi, machine);
  });

  test('software-house-id and installer-id are not needed and not checked', async (t) => {
    const harness = await startHarness(t);
    for (const integration of ['pac', 'pat'] as const) {
      for (const id of [undefined, '', 'x'.repeat(200)]) {
        const ids = { 'software-house-id': id, 'installer-id': id };
        const uri = harness.server.uri(integration, { 'api-version': 'v0', ...ids });
        assert.equal((await handshake(uri)).status, 101, `${integration} ${id}`);
      }
    }
  });

  test('C-2.21 a site closed to v1 answers 403 v1_closed', async (t) => {
    const harness = await startHarness(t, { site: { versions: ['v0'] } });
    const answer = await handshake(harness.server.uri());
    assert.deepEqual(
      [answer.status, answer.body],
      [403, '{"error":"v1_closed","message":"This site does not accept v1."}'],
    );
    const till = await harness.till(V0);
    assert.equal((await harness.request(till, 'connectedTerminals')).result.length, 6);
  });
});
