// A restaurant till of the SDK, in a process of its own, is killed while it books: end to end, what a
// guest has paid is in its database once, and no answer to the gateway is false.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { sqliteStore } from '../../examples/pat/sqlite-store.ts';
import { run } from '../cli/command-line.ts';
import { casesAtDepth } from '../support/depth.ts';

const program = join(import.meta.dirname, '../support/scenario/crashing-till.ts');
const moments = [
  'after the booking',
  'before the booking',
  'before the unlock',
  'after the unlock',
];

describe('a restaurant till that is killed', () => {
  let gateway: TestGateway;
  let folder: string;
  beforeEach(async () => {
    gateway = await startTestGateway();
    folder = mkdtempSync(join(tmpdir(), 'tillgate-killed-'));
  });
  afterEach(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  for (const moment of casesAtDepth(moments, 4)) {
    test(`a restaurant till killed ${moment} and restarted has booked the payment once [C-3.49]`, async () => {
      const db = join(folder, 'tables.db');
      const dying = await openTill(db, moment);
      const env = { TILLGATE_URI: gateway.uri() };
      const { code, err } = await run(['table', 'pay', '--table', '12A', '--gratuity', '3'], {
        env,
      });
      assert.equal(code, 0, err);
      assert.equal(await dying.ended, 'SIGKILL');

      const next = await openTill(db);
      await next.says('VCMINVLSIP0 has left table 12A', moment === 'after the unlock');
      next.child.kill('SIGKILL');
      await next.ended;
      const book = sqliteStore(db, []);
      const { paid, gratuity, lockedBy } = book.table('12A') ?? {};
      assert.deepEqual([paid, gratuity, lockedBy], [4820, 300, undefined]);
    });
  }

  async function openTill(db: string, moment = 'never') {
    const args = [program, db, gateway.uri('pat'), moment];
    const child: ChildProcess = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => said.push(line));
    const says = async (text: string, already = false) => {
      while (!already && !said.includes(text)) await once(lines, 'line');
    };
    const ended = once(child, 'close').then(([, signal]) => signal as string);
    await says('connected');
    return { child, ended, says };
  }
});
