// The contract of the terminal driver port (ports/terminal-driver.ts) as a test suite that every driver passes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContractTests, DriverBench } from './terminal-driver-contract-kit.ts';
import {
  hasEnded,
  hasReported,
  hasShown,
  openRecorded,
  saleOrder,
} from './terminal-driver-contract-kit.ts';
import { tableTests } from './terminal-driver-contract-tables.ts';

/** Defines the tests of the port; `make` is called once for each test and the bench is closed after it. */
export function terminalDriverContract(name: string, make: () => Promise<DriverBench>): void {
  describe(`${name} keeps the contract of terminal drivers`, () => {
    for (const [title, run] of Object.entries(contractTests)) {
      test(title, async () => {
        const bench = await make();
        try {
          await run(bench);
        } finally {
          await bench.close();
        }
      });
    }
  });
}

const connectionTests: ContractTests = {
  'a driver serves its machines and no others': async ({ driver, site, approving, asking }) => {
    assert.equal(driver.serves(site, approving), true);
    assert.equal(driver.serves(site, asking), true);
    assert.equal(driver.serves(site, 'no such machine'), false);
    assert.equal(driver.serves('no-such-site', approving), false);
    assert.deepEqual(driver.known('no-such-site'), []);
  },

  'the first report is connected with the profile of the machine': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    assert.ok(await bench.until(hasReported(watched, 'connected')));
    assert.equal(watched.reports[0]?.kind, 'connected');
    assert.ok(bench.driver.known(bench.site).includes(bench.approving));
  },
};

const orderTests: ContractTests = {
  'a sale ends with exactly one outcome, and every report carries its order': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const before = watched.reports.length;
    watched.terminal.start(saleOrder('a'));
    assert.equal(watched.reports.length, before, 'no report before start has returned');
    assert.ok(await bench.until(hasEnded(watched)));
    assert.equal(await bench.until(() => watched.outcomes().length > 1), false);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    const reports = watched.reports.slice(before);
    assert.ok(reports.every((report) => 'order' in report && report.order === 'a'));
    assert.equal(reports.at(-1)?.kind, 'finished');
  },

  'the next sale can be started in the report that the last one has finished': async (bench) => {
    const watched = openRecorded(bench, bench.approving, ({ kind }) => {
      if (kind === 'finished' && watched.outcomes().length === 1) {
        watched.terminal.start(saleOrder('b'));
      }
    });
    watched.terminal.start(saleOrder('a'));
    assert.ok(await bench.until(() => watched.outcomes().length === 2));
  },

  'starting a second order while one is running throws': async (bench) => {
    const { terminal } = openRecorded(bench, bench.approving);
    terminal.start(saleOrder('a'));
    assert.throws(() => terminal.start(saleOrder('b')));
    assert.throws(() => terminal.startReport({ id: 'c', reportType: 'X_BALANCE' }));
  },

  'a report is reported exactly once and is returned by lastOrder': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    assert.ok(await bench.until(hasReported(watched, 'reported')));
    const reports = watched.reports.filter(({ kind }) => kind === 'reported');
    assert.equal(reports.length, 1);
    const [report] = reports;
    assert.ok(report?.kind === 'reported' && report.order === 'x');
    const known = await watched.terminal.lastOrder('x');
    assert.deepEqual(known, { status: 'report', result: report.result });
  },

  'a closed handle reports nothing more and rejects lastOrder': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'PRESENT_CARD'));
    const before = watched.reports.length;
    watched.terminal.close();
    assert.equal(await bench.until(() => watched.reports.length > before), false);
    await assert.rejects(watched.terminal.lastOrder('a'));
  },
};

const cancelTests: ContractTests = {
  'a sale cancelled in time reports the cancel, then ends CANCELLED once': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'PRESENT_CARD'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const [decided, finished] = watched.reports.slice(-2);
    assert.deepEqual(decided, { kind: 'cancelDecided', order: 'a', cancelled: true });
    assert.equal(finished?.kind, 'finished');
    assert.deepEqual(
      watched.outcomes().map((outcome) => outcome.transactionResult),
      ['CANCELLED'],
    );
  },

  'a cancel that comes too late is reported as such, and the sale continues': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'CONNECTING'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const decided = watched.reports.filter(({ kind }) => kind === 'cancelDecided');
    assert.deepEqual(decided, [{ kind: 'cancelDecided', order: 'a', cancelled: false }]);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },

  'a cancel of an order that is not running is reported as too late': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.cancel('z');
    assert.ok(await bench.until(hasReported(watched, 'cancelDecided')));
    const decided = { kind: 'cancelDecided', order: 'z', cancelled: false } as const;
    assert.deepEqual(watched.reports.at(-1), decided);
  },
};

const signatureTests: ContractTests = {
  'a sale with an accepted signature ends SUCCESSFUL, with a rejected one VOID': async (bench) => {
    for (const [accepted, result] of [
      [true, 'SUCCESSFUL'],
      [false, 'VOID'],
    ] as const) {
      const watched = openRecorded(bench, bench.asking);
      watched.terminal.start(saleOrder(`signed ${accepted}`));
      assert.ok(await bench.until(hasReported(watched, 'signatureWanted')));
      assert.equal(await bench.until(hasEnded(watched)), false, 'it waits for the answer');
      watched.terminal.answerSignature(`signed ${accepted}`, accepted, false);
      assert.ok(await bench.until(hasEnded(watched)));
      assert.equal(watched.outcomes()[0]?.transactionResult, result);
      const requests = watched.reports.filter(({ kind }) => kind === 'signatureWanted');
      assert.equal(requests.length, 1);
      watched.terminal.close();
    }
  },

  'an answer to a signature that was not requested changes nothing': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    watched.terminal.answerSignature('a', false, false);
    watched.terminal.answerSignature('b', false, false);
    assert.ok(await bench.until(hasEnded(watched)));
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },
};

const lastOrderTests: ContractTests = {
  'lastOrder returns nothing, running, or the outcome that was reported': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'nothing' });
    watched.terminal.start(saleOrder('a'));
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'running' });
    await bench.until(hasShown(watched, 'APPROVED'));
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'running' });
    assert.deepEqual(await watched.terminal.lastOrder('b'), { status: 'nothing' });
    await bench.until(hasEnded(watched));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'lastOrder returns the outcome of a cancelled order too': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'a reported outcome survives a loss of power': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasEnded(before));
    const outcome = before.outcomes()[0];
    const after = openRecorded(await bench.powerLoss(), bench.approving);
    assert.deepEqual(await after.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'the outcome of a sale shown as approved survives a loss of power': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasShown(before, 'APPROVED'));
    const after = openRecorded(await bench.powerLoss(), bench.approving);
    const known = await after.terminal.lastOrder('a');
    assert.equal(known.status, 'outcome');
  },

  'a machine that lost power during a sale accepts the next order': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasShown(before, 'PIN_ENTRY'));
    const after = await bench.powerLoss();
    const watched = openRecorded(after, after.approving);
    const known = await watched.terminal.lastOrder('a');
    if (known.status === 'running') {
      assert.ok(await after.until(hasEnded(watched)));
    } else {
      // A machine that certainly took no money may report UNSUCCESSFUL instead of nothing.
      const result = known.status === 'outcome' && known.outcome.transactionResult;
      if (result !== 'UNSUCCESSFUL') assert.deepEqual(known, { status: 'nothing' });
      watched.terminal.start(saleOrder('b'));
      assert.ok(await after.until(hasEnded(watched)));
    }
  },
};

const contractTests: ContractTests = {
  ...connectionTests,
  ...orderTests,
  ...cancelTests,
  ...signatureTests,
  ...lastOrderTests,
  ...tableTests,
};
