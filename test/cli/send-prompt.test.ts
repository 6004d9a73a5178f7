// `tillgate send` at a terminal: a prompt.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { startTestGateway } from 'tillgate/testing';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import type { AtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { CTRL_C, startAtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { within } from '../support/wait.ts';
import { COMMAND } from './command-line.ts';

const CTRL_D = '\u0004';
const UP = '\u001b[A';
const { PATH, NODE_COMPILE_CACHE } = process.env;

async function prompted(t: TestContext, state: string, options: readonly string[] = []) {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const env = { PATH, NODE_COMPILE_CACHE, TILLGATE_URI: shop.uri(), XDG_STATE_HOME: state };
  const terminal = startAtTerminal([process.execPath, COMMAND, 'send', ...options], {
    env: { ...env, NO_COLOR: '1' },
    columns: 200,
  });
  t.after(() => terminal.child.kill('SIGKILL'));
  await within('the prompt', terminal.shown('> '));
  return terminal;
}

type Pressed = readonly [keys: string, shown: string];

/** Types keys, and waits after each for what the terminal shows then. */
async function press(terminal: AtTerminal, ...pressed: readonly Pressed[]): Promise<void> {
  for (const [keys, shown] of pressed) {
    const next = terminal.shownNext(shown);
    terminal.type(keys);
    await within(JSON.stringify(keys), next);
  }
}

test('the prompt completes methods, fields and values, folds answers, and keeps its history', async (t) => {
  const state = temporaryFolder(t);
  const first = await prompted(t, state);
  // A Tab among other keys would be a pasted one.
  await press(first, ['connectedT', 'connectedT'], ['\t', 'erminals '], ['\r', '← ']);
  await within('the card machines', first.shown('← connectedTerminals 1: 6'));
  await press(first, ['sale ti', 'sale ti'], ['\t', 'd='], ['VCMINVLSIS0 curr', 'curr']);
  await press(first, ['\t', 'ency='], ['G', 'G'], ['\t', 'BP '], ['amount=500\r', '→ ']);
  await within('the request', first.shown('"method":"sale","params":{"tid":"VCMINVLSIS0"'));
  await within('what is shown', first.shown('VCMINVLSIS0 shows: Present the card (PRESENT_CARD)'));
  await within('the question', first.shown('← signatureVerificationRequest'));
  await press(first, ['answ', 'answ'], ['\t', 'er '], ['acc', 'acc'], ['\t', 'epted=']);
  first.type('true\r');
  await within('the outcome', first.shown('Approved GBP 5.00'));
  first.type('sale amount=x\r');
  await within('the remark', first.shown('! sale.request /params/amount: expected integer'));
  await within('the refusal', first.shown('refused -32602'));
  first.type('slae\r');
  await within('a problem', first.shown('"slae" is no method here. Did you mean "sale"?'));
  first.type('x token=11111111-2222-4333-8444-555555555555\r');
  await within('another', first.shown('"x" is no method here.'));
  first.type(CTRL_D);
  const { code, out } = await within('its end', first.ended);
  assert.equal(code, 0);
  assert.ok(!stripVTControlCharacters(out).includes('MERCHANT COPY'), 'receipts are folded');
  const history = readFileSync(join(state, 'tillgate', 'send-history'), 'utf8');
  assert.match(history, /^connectedTerminals $/m);
  assert.ok(!history.includes('11111111'), history);

  const second = await prompted(t, state);
  second.type(`${UP}${UP}${UP}`);
  second.type('\r');
  await within('an earlier line', second.shown('The gateway waits for no answer.'));
  await press(second, ['never sent', 'never sent'], [CTRL_C, '> ']);
  second.type(CTRL_C);
  assert.equal((await within('its end', second.ended)).code, 0);
});

test('--raw prints what arrives whole', async (t) => {
  const terminal = await prompted(t, temporaryFolder(t), ['--raw']);
  terminal.type(
    '{"jsonrpc":"2.0","id":"a","method":"terminalDetails","params":{"tid":"VCMINVLSIP0"}}\r',
  );
  await within(
    'the answer',
    terminal.shown('← {"jsonrpc":"2.0","id":"a","result":{"tid":"VCMINVLSIP0"'),
  );
  terminal.type(CTRL_D);
  assert.equal((await within('its end', terminal.ended)).code, 0);
});
