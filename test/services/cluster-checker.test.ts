// The checker of a cluster's histories reports what is wrong. For one fault a node sleeps between the row of an order and
// the order, longer than its lease, while another node settles the payment: it asks for its lease before each effect, and
// without that question a card is charged.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { PacTill } from '@tillgate/client';
import { bankTotals, checkHistory, virtualTotals } from '../support/cluster/checker.ts';
import { counterAddress, keyOf, machineAddress, startCluster } from '../support/cluster/cluster.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { startLinkedTerminal } from '../support/scenario/linked-terminal.ts';
import type { SaleAttempt, SaleEnd } from '../support/scenario/pac-till.ts';
import { attemptSale, startPacTill } from '../support/scenario/pac-till.ts';
import type { Bank } from '../support/terminal/bank-machine.ts';
import { KEY, linkedRecord } from '../support/terminal/linked-machine.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const server = postgresServer();
const SITE = 'shop1';
const TID = '12345678';
const module = new URL('../support/cluster/stop-before-effect.ts', import.meta.url);

test('a node that wakes after its lease does not hand over an order that it had written', async (t) => {
  assert.deepEqual(await wakeAfterLease(t, module.href), []);
});

test('without the question for the lease a card is charged for a payment that is over, and the checker says so', async (t) => {
  const faults = await wakeAfterLease(t, `${module.href}?unguarded`);
  assert.deepEqual(
    faults.map(({ kind, text }) => `${kind}: ${text}`),
    [
      `contradiction: ${SITE}/${TID} has counted 2 sales, 1200 in all; the journal has 1, 700`,
      `contradiction: ${SITE}/${TID}/1 ended TIMED_OUT, and the bank has 500`,
    ],
  );
});

/** The faults of the history. The card machine has two connections for a while: it has missed the pings of the first. */
async function wakeAfterLease(t: TestContext, module: string) {
  const { store, sql, nodes } = await startCluster(t, {
    ...{ server: server(), size: 2, lease: 2, importsOf: (index) => (index === 0 ? [module] : []) },
    records: [
      siteRecord(SITE, { test: false }),
      tokenRecord(SITE, keyOf(SITE)),
      linkedRecord(TID, KEY, SITE),
    ],
  });
  const [owner, other] = nodes;
  assert.ok(owner && other);
  const link = async (port: number, bank?: Bank) => {
    const uri = machineAddress({ site: SITE, tid: TID, key: KEY }, port);
    const linked = await startLinkedTerminal(
      { uri, tid: TID, signs: false, stepMs: 20 },
      { retryFirst: true },
      bank,
    );
    atEnd(t, () => linked.link.close());
    return linked;
  };
  const machine = await link(owner.port);
  const first = attemptSale(await freeTill(t, owner.port), TID, 500);
  await eventually('the stop', () => owner.written.stderr.includes('stopped') || undefined);
  const again = await link(other.port, machine.bank);
  const second = await attemptSale(await freeTill(t, other.port), TID, 700);
  owner.kill('SIGCONT');
  const attempts = [await within('the outcome of the first sale', first), second];
  // The first connection has ended, and the next one takes over from the second.
  await assert.rejects(within('the end of the second connection', again.link.closed));
  machine.link.close();
  await within('the machine at rest', machine.link.closed);
  const { faults } = await checkHistory({
    ...{ store, sql, attempts, linked: [machine] },
    totals: async () => [bankTotals(SITE, machine)],
  });
  return faults;
}

/** A till whose card machine is free. */
async function freeTill(t: TestContext, port: number, tid = TID): Promise<PacTill> {
  const uri = counterAddress(SITE, port);
  const { till } = await startPacTill(uri, `till-at-${port}`, { retryFirst: true });
  atEnd(t, () => till.close());
  await eventually('a free card machine', async () => {
    const found = await till.terminal({ tid }).catch(() => undefined);
    return found?.status === 'AVAILABLE' || undefined;
  });
  return till;
}

test('the checker reports a missing row, a row of an older lease, and what only one side has', async (t) => {
  const tid = 'VCMINVLSIP0';
  const terminals = { [tid]: {} };
  const { store, sql, balancer } = await startCluster(t, {
    ...{ server: server(), size: 1, lease: 2 },
    records: [siteRecord(SITE, { test: false, terminals }), tokenRecord(SITE, keyOf(SITE))],
  });
  const till = await freeTill(t, balancer.port, tid);
  const attempts = [await attemptSale(till, tid, 500), await attemptSale(till, tid, 700)];
  const check = async (told: readonly SaleAttempt[]) => {
    const totals = async () => [await virtualTotals(store, SITE, tid)];
    const { faults } = await checkHistory({ store, sql, attempts: told, totals });
    return faults.map(({ kind, text }) => `${kind}: ${text}`);
  };
  assert.deepEqual(await check(attempts), []);

  const stream = `${SITE}/${tid}`;
  const [last] = await sql(`UPDATE entry SET version = version + 1, lease = 1
    WHERE version = (SELECT max(version) FROM entry) RETURNING version, chapter`);
  const end = attempts[0]?.end;
  assert.ok(end);
  const otherwise = [{ tid, amount: 500, end: { ...end, outcome: 'declined' } as SaleEnd }];
  assert.deepEqual(await check([...otherwise, { tid, amount: 900, end }]), [
    `contradiction: 500 on ${tid}: the till has declined, the journal SUCCESSFUL`,
    `lost: 900 on ${tid}: the till has approved, the journal has nothing`,
    `doubled: ${stream}/${last.chapter} is a sale that no till has asked for`,
    `disorder: ${stream} has a gap before ${last.version}`,
    `disorder: ${stream} ${last.version} has an older lease`,
  ]);
});
