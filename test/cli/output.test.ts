// How the command line prints: colours, quiet, and lines on a narrow terminal.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { columnsOf } from '@tillgate/protocol';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { CTRL_C, startAtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { within } from '../support/wait.ts';
import { COMMAND, run } from './command-line.ts';

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const { PATH, NODE_COMPILE_CACHE } = process.env;

let gateway: TestGateway;
let env: Record<string, string>;

before(async () => {
  gateway = await startTestGateway();
  // This shell's own wish about colours is not meant.
  env = { TILLGATE_URI: gateway.uri(), NO_COLOR: '', NODE_DISABLE_COLORS: '' };
});
after(() => gateway.stop());

describe('colours', () => {
  const sale = ['sale', '5', '--tid'];

  test('--color always colours an outcome as the table of outcomes says, whatever the variables say', async () => {
    const always = { env: { ...env, NO_COLOR: '1' } };
    const good = await run([...sale, 'VCMINVLSIP0', '--color', 'always'], always);
    assert.ok(good.out.includes(`${GREEN}\u001b[1mAPPROVED`), good.out);
    const bad = await run([...sale, 'VCMINVLDIP0', '--color', 'always'], always);
    assert.ok(bad.out.includes(`${RED}\u001b[1mDECLINED`), bad.out);
    assert.equal(bad.code, 1);
  });

  test('without a terminal there are colours with FORCE_COLOR only, and none with --color never', async () => {
    const forced = { env: { ...env, FORCE_COLOR: '1' } };
    assert.ok((await run(['terminals'], forced)).out.includes(GREEN));
    for (const { out } of [
      await run(['terminals'], { env }),
      await run(['terminals', '--color', 'never'], forced),
      await run(['terminals', '--json', '--color', 'always'], forced),
    ]) {
      assert.ok(!out.includes('\u001b'), out);
    }
  });

  test('a colour that is none is refused with the choices', async () => {
    const { code, err } = await run(['terminals', '--color', 'blue'], { env });
    assert.equal(code, 2);
    assert.match(err, /--color: expected auto, always, never\./);
  });
});

test('--quiet leaves the result, and problems', async () => {
  const sale = await run(['sale', '5', '--quiet'], { env });
  assert.match(sale.out, /^\nAPPROVED\nResult/);
  assert.equal(sale.err, '');
  const refused = await run(['cancel', '--tid', 'VCMFREESIP0', '--quiet'], { env });
  assert.match(refused.err, /There is nothing to cancel/);
});

describe('on a terminal', () => {
  const atTerminal = (words: readonly string[], columns: number, more = {}) =>
    startAtTerminal([process.execPath, COMMAND, ...words], {
      columns,
      env: { PATH, NODE_COMPILE_CACHE, TILLGATE_URI: gateway.uri(), ...more },
    });

  test('no line of help, tables and receipts is wider than 40 columns', async () => {
    for (const words of [['--help'], ['sale', '--help'], ['terminals'], ['sale', '5']]) {
      const { out } = await within('its end', atTerminal(words, 40).ended);
      const lines = out.split(/\r\n|\r/).map(stripVTControlCharacters);
      assert.deepEqual(
        lines.filter((line) => columnsOf(line) > 40),
        [],
      );
      assert.ok(lines.length > 5);
    }
  });

  test('NO_COLOR is kept, and without it the outcome has its colour', async () => {
    const words = ['sale', '5', '--quiet'];
    const coloured = await within('its end', atTerminal(words, 80).ended);
    assert.ok(coloured.out.includes(`${GREEN}\u001b[1mAPPROVED`), coloured.out);
    const plain = await within('its end', atTerminal(words, 80, { NO_COLOR: '1' }).ended);
    assert.match(plain.out, /^\r\nAPPROVED\r\n/);
  });

  test('what the card machine shows now counts its seconds, and keeps its time when it is over', async () => {
    const slow = await startTestGateway({ settings: { pace: 'realistic', virtualCard: 1000 } });
    const terminal = atTerminal(['sale', '5'], 80, { TILLGATE_URI: slow.uri() });
    await within('the seconds', terminal.shown('  Present the card  2 s'));
    terminal.type(CTRL_C);
    const { code, out } = await within('its end', terminal.ended);
    assert.equal(code, 1);
    assert.match(out, / {2}Present the card {2}\d+\.\d s\r\n/);
    await slow.stop();
  });
});
