// The counter tills of examples/languages are rehearsed, three at a time, as they wait more than they work: each passes every
// scenario at the counter, and prints each receipt whole.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { buildTill, rehearsedTills } from './languages.ts';

const TILLGATE = join(import.meta.dirname, '../../packages/server/src/cli/tillgate.ts');
/** They are not judged where a till does not tell what it has printed, and only some make it fail. */
const RECEIPT_RULES = ['prints-receipts', 'prints-no-receipt', 'prints-slip'];

interface Verdict {
  readonly rule: string;
  readonly passed: boolean;
}

// Each has a gateway of its own, at a port that the system chooses.
describe('tills in other languages', { concurrency: 3 }, () => {
  for (const till of rehearsedTills) {
    test(`the till in ${till.name} passes its rehearsal`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'tillgate-rehearsed-'));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      buildTill(till, folder);
      const command = till.command(folder).join(' ');
      const args = [TILLGATE, 'rehearse', '--at', 'counter', '--till', command, '--report', folder];
      const { code, output } = await run(args);
      assert.equal(code, 0, output);
      assert.match(output, /The till passed\./);
      const verdicts = verdictsIn(folder);
      for (const name of RECEIPT_RULES) {
        const judged = verdicts.filter(({ rule }) => rule === name);
        assert.ok(judged.length > 0, `${name} is not judged`);
        assert.ok(
          judged.every(({ passed }) => passed),
          output,
        );
      }
    });
  }
});

function verdictsIn(folder: string): readonly Verdict[] {
  const report = JSON.parse(readFileSync(join(folder, 'rehearsal.json'), 'utf8')) as {
    readonly scenarios: readonly { readonly verdicts: readonly Verdict[] }[];
  };
  return report.scenarios.flatMap(({ verdicts }) => verdicts);
}

/** In the locale that says least: what a till tells its rehearsal is UTF-8 all the same. */
function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8', env }, (failure, stdout, stderr) =>
      resolve({ code: Number(failure?.code ?? 0), output: stdout + stderr }),
    );
  });
}
