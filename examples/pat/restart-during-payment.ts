// A restaurant's evening with a till and a waiter. The till is killed during a payment and started again.
// Run `npm start` in one shell, and in another: npx node examples/pat/restart-during-payment.ts

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { leftToPay } from './restaurant.ts';
import { sqliteStore } from './sqlite-store.ts';

const here = import.meta.dirname;
const command = join(here, '../../packages/server/src/cli/tillgate.ts');
const folder = mkdtempSync(join(tmpdir(), 'crown-'));
const db = join(folder, 'tables.db');

let till = await openTill();
await till.says('open tables: 1, 12, Snug');
await pay('12', '--split', '2', '--gratuity', '10%').ended;
await till.says('VCMINVLSIP0 has left table 12');

console.log('\nTable 1 pays by card, and the till is killed during the payment.');
const waiter = pay('1');
await waiter.says('  Please wait');
till.child.kill('SIGKILL');
await waiter.ended;
till = await openTill();
await till.says('table 1 has paid 29.00: paid in full');
await till.says('VCMINVLSIP0 has left table 1');

console.log('\nThe till is started once more: now it has missed nothing.');
till.child.kill('SIGTERM');
await till.ended;
till = await openTill();
await till.says('open tables: Snug');
till.child.kill('SIGTERM');
await till.ended;

const store = sqliteStore(db, []);
const bills = store.tables().map((table) => [table.tableId, leftToPay(table), table.gratuity]);
assert.deepEqual(bills, [
  ['1', 0, 0],
  ['12', 0, 664],
  ['Snug', 2080, 0],
]);
rmSync(folder, { recursive: true });

function openTill(): Program {
  return start('till', [join(here, 'till.ts'), '--db', db]);
}

/** A waiter takes the virtual card machine to a table and has all of it paid by card. */
function pay(table: string, ...how: readonly string[]): Program {
  return start('waiter', [command, 'table', 'pay', '--table', table, ...how]);
}

interface Program {
  readonly child: ChildProcess;
  /** Resolves when the program has printed a line that begins with `start`. */
  readonly says: (start: string) => Promise<void>;
  readonly ended: Promise<unknown>;
}

function start(name: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    said.push(line);
    console.log(`${name}: ${line}`);
  });
  let running = true;
  const ended = once(child, 'close').then(() => {
    running = false;
  });
  const says = async (wanted: string) => {
    while (!said.some((line) => line.startsWith(wanted))) {
      assert.ok(running, `The ${name} has ended without: ${wanted}`);
      await Promise.race([once(lines, 'line'), ended]);
    }
  };
  return { child, says, ended };
}
