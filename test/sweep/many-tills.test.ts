// Many tills at once: each gets its own sale's notifications in order and one result, and all
// of it is in the journal.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { openJournal } from '../../packages/server/src/gateway-context.ts';
import { depth } from '../support/depth.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { paymentOf, readJournal } from '../support/scenario/journal-reader.ts';

const TILLS = depth(1_000, 100);
/** A kernel's queue of new sockets is not endless. */
const CONNECTING = 100;
const chipAndPin = [
  ...['TRANSACTION_STARTED', 'PRESENT_CARD', 'PLEASE_WAIT', 'PIN_ENTRY', 'PLEASE_WAIT'],
  ...['CONNECTING', 'CONNECTION_MADE', 'APPROVED', 'REMOVE_CARD', 'TRANSACTION_FINISHED'],
];

test(`the sales of ${TILLS} tills at once are not lost, doubled or mixed up`, async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--port', '0', '--data', data, '--pace', '10', '--log-level', 'error'];
  const gateway = await startGatewayProcess([
    ...flags,
    '--max-connections-per-site',
    String(TILLS),
  ]);
  t.after(() => gateway.stop());
  const tills = await connectAll(gateway.pac);
  t.after(() => {
    for (const till of tills) till.cut();
  });

  const began = performance.now();
  const answers = await Promise.all(tills.map((till, index) => till.request('sale', sale(index))));
  const tookS = (performance.now() - began) / 1000;

  for (const [index, till] of tills.entries()) {
    assert.deepEqual(till.values, chipAndPin, `what till ${index} was shown`);
    assert.equal(till.received.length, chipAndPin.length + 1, 'ten notifications and one result');
    const { tid, amountTotal, transactionResult } = answers[index]?.result ?? {};
    assert.deepEqual([tid, amountTotal], [sale(index).tid, sale(index).amount]);
    assert.equal(transactionResult, 'SUCCESSFUL');
  }
  const store = await openJournal({ data });
  t.after(() => store.close());
  const journal = await readJournal(store);
  assert.equal(journal.length, TILLS);
  for (const written of journal) {
    const index = Number(/\d+/.exec(written.tid)?.[0]);
    assert.equal(written.ends, 1);
    assert.deepEqual(paymentOf(written), answers[index]?.result);
  }
  t.diagnostic(`${TILLS} sales side by side in ${tookS.toFixed(1)} s`);
});

const sale = (index: number) => ({
  tid: `VCM${index}SIP0`,
  currency: 'GBP',
  amount: index + 1,
});

async function connectAll(uri: string): Promise<readonly TestTill[]> {
  const tills: TestTill[] = [];
  while (tills.length < TILLS) {
    const some = Array.from({ length: CONNECTING }, () => connectTill(uri));
    tills.push(...(await Promise.all(some)));
  }
  return tills;
}
