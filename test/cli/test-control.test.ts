// `tillgate serve --test-control` as a program that tests a till starts it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startProgram } from '../support/scenario/program.ts';
import { eventually, within } from '../support/wait.ts';
import { COMMAND } from './command-line.ts';

const serve = [process.execPath, COMMAND, 'serve', '--test-control', '--port', '0', '--json'];

test('the ready line names the site, the clock is moved and stays so over a restart, and the gateway ends with its stdin', async (t) => {
  const running = startProgram([...serve, '--data', 'memory'], { env: process.env });
  t.after(() => running.child.kill('SIGKILL'));
  const { stdout, stderr, stdin } = running.child;
  let starts = 0;
  createInterface(stderr).on('line', (line) => {
    if (line.includes('the gateway has started')) starts += 1;
  });
  const [line] = await within('the ready line', once(createInterface(stdout), 'line'));
  const { ready, http, site } = JSON.parse(line);
  assert.deepEqual([ready, site], [true, 'testhost']);
  const post = async (path: string, body: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await fetch(`${http}/api/v1${path}`, init)).json()) as { readonly now: string };
  };
  const moved = Date.parse((await post('/test/clock', { advance: 3_600 })).now);
  assert.ok(moved >= Date.now() + 3_500_000);
  const restart = { kind: 'gateway', how: 'restart' };
  await post(`/sites/${site}/faults`, { when: { kind: 'time', seconds: 0 }, action: restart });
  await eventually('a restart', async () => (starts === 2 ? true : undefined));
  assert.ok(Date.parse((await post('/test/clock', { advance: 0 })).now) >= moved);
  stdin.end();
  assert.equal((await within('the end', running.ended)).code, 0);
});

test('it does not start where payments are kept or other machines reach it, and says why', async (t) => {
  for (const [flags, sentence] of [
    [[], /must not touch payments that are kept: give --data memory/],
    [['--data', 'memory', '--host', '0.0.0.0', '--allow-plain'], /from this machine only/],
  ] as const) {
    const running = startProgram([...serve, ...flags], { env: process.env });
    t.after(() => running.child.kill('SIGKILL'));
    const { code, err } = await within('the end', running.ended);
    assert.notEqual(code, 0);
    assert.match(err, sentence);
  }
});
