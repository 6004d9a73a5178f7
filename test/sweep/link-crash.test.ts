// A card machine of the kit, in a process of its own, is killed (-9) in mid-sale and comes back with its
// memory: the sale has one end, and it is what the bank says.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import type { Outcome, PacTill } from '@tillgate/client';
import { connect } from '@tillgate/client';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { casesAtDepth } from '../support/depth.ts';
import { paymentOf, readJournal } from '../support/scenario/journal-reader.ts';
import { Bank, steps } from '../support/terminal/bank-machine.ts';
import { KEY, linkedRecord } from '../support/terminal/linked-machine.ts';
import { eventually } from '../support/wait.ts';

const program = join(import.meta.dirname, '../support/scenario/crashing-machine.ts');
const AMOUNT = 1250;

/** Where it is killed, and how the sale ends: by then the bank was asked, or it was not. */
const moments: Readonly<Record<string, Outcome['outcome']>> = {
  // It knows nothing of the order, and neither does anybody else.
  'before taken': 'unknown',
  'after taken': 'unsuccessful',
  ...Object.fromEntries(
    steps.map((step, at) => [step, at > steps.indexOf('charge') ? 'approved' : 'unsuccessful']),
  ),
  'after committed': 'unsuccessful',
  'before ended': 'approved',
  'after ended': 'approved',
};

describe('a card machine that is killed', () => {
  let gateway: TestGateway;
  let till: PacTill;
  let places: string;
  before(async () => {
    gateway = await startTestGateway();
    till = await connect({ uri: gateway.uri() });
    places = mkdtempSync(join(tmpdir(), 'tillgate-dying-'));
  });
  after(async () => {
    till.close();
    await gateway.stop();
    rmSync(places, { recursive: true });
  });

  for (const [index, [moment, end]] of casesAtDepth(Object.entries(moments), 4).entries()) {
    test(`a card machine killed at “${moment}” and restarted ends the sale: ${end} [C-13.11]`, async () => {
      const tid = `DYING-${index}`;
      await gateway.store.write({ put: [linkedRecord(tid)] });
      const place = join(places, tid);
      mkdirSync(place);
      const dying = await openMachine(place, tid, moment);
      await eventually(`${tid} to be listed`, async () =>
        (await till.terminals()).find((terminal) => terminal.tid === tid),
      );
      const sale = till.sale({ tid, currency: 'GBP', amount: AMOUNT });
      assert.equal(await dying.ended, 'SIGKILL');
      const next = await openMachine(place, tid);
      try {
        assert.equal((await sale).outcome, end);
        await agree(tid, new Bank(join(place, 'bank.jsonl')), end);
        const again = await till.sale({ tid, currency: 'GBP', amount: 100 });
        assert.equal(again.outcome, 'approved', 'it works on');
      } finally {
        next.child.kill('SIGKILL');
        await next.ended;
      }
    });
  }

  /** One end in the journal, and the money of that. */
  async function agree(tid: string, bank: Bank, end: Outcome['outcome']): Promise<void> {
    const jobs = await readJournal(gateway.store as Store);
    const [job, ...more] = jobs.filter((one) => one.tid === tid);
    assert.ok(job && more.length === 0);
    assert.equal(job.ends, 1);
    const { id } = job.job.order.order;
    assert.equal(bank.taken(id), end === 'approved' ? AMOUNT : 0);
    assert.ok((bank.charges.get(id) ?? 0) <= 1, 'the card was charged once at most');
    const paid = paymentOf(job).transactionResult === 'SUCCESSFUL';
    assert.equal(paid, end === 'approved');
  }

  async function openMachine(place: string, tid: string, moment = 'never') {
    const uri = gateway.uri('terminal', { token: KEY, tid });
    const child: ChildProcess = spawn(process.execPath, [program, place, uri, moment], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => said.push(line));
    const ended = once(child, 'close').then(([, signal]) => signal as string);
    while (!said.includes('linked')) await once(lines, 'line');
    return { child, ended };
  }
});
