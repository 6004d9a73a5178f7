// The examples of docs/faults.md: each command is run as it stands, and prints what the guide shows.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';

const top = join(import.meta.dirname, '../..');
const guide = readFileSync(join(top, 'docs/faults.md'), 'utf8');
const command = fileURLToPath(new URL('packages/server/src/cli/tillgate.ts', `file://${top}/`));
const { PATH, NODE_COMPILE_CACHE } = process.env;
const env = { PATH, NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1' };

interface Step {
  readonly command: string;
  /** What it prints; `...` stands for anything. */
  readonly shown: readonly string[];
}

/** The commands of a block, which begin with `$` and go on in lines that are indented. */
function stepsOf(block: string): readonly Step[] {
  return block.split(/^\$ /m).flatMap((text) => {
    if (text === '') return [];
    const lines = text.trimEnd().split('\n');
    const end = lines.findIndex((line, index) => index > 0 && !line.startsWith('  '));
    const size = end < 0 ? lines.length : end;
    return [{ command: lines.slice(0, size).join('\n'), shown: lines.slice(size) }];
  });
}

function patternOf(line: string): RegExp {
  const parts = line
    .split(/\.\.\.| {2,}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('.*'), 's');
}

test('the examples of the guide on faults do what it shows', async (t) => {
  const data = temporaryFolder(t);
  // Fast, but slow enough that the gateway is gone before the card is read.
  const flags = ['--data', data, '--port', '0', '--pace', '10', '--log-level', 'silent'];
  const gateway = await startGatewayProcess(flags);
  t.after(() => gateway.stop());
  const blocks = [...guide.matchAll(/```console\n(.*?)```/gs)];
  const steps = blocks.flatMap(([, block = '']) => stepsOf(block));
  assert.ok(steps.length >= 9, 'the guide has its examples');
  // The gateway of the guide is at its usual address.
  const tillgate = `tillgate() {
    local gateway=()
    [[ $1 == fault ]] && gateway=(--gateway ${gateway.http})
    "${process.execPath}" "${command}" "$@" "\${gateway[@]}" 2>&1
  }`;
  for (const { command, shown } of steps) {
    const script = `${tillgate}\n${command.replaceAll('http://localhost:8765', gateway.http)}`;
    const out = await new Promise<string>((resolve) => {
      const options = { env: { ...env, TILLGATE_URI: gateway.pac } };
      // Some of them end with another code than 0.
      execFile('bash', ['--norc', '-c', script], options, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      );
    });
    for (const line of shown.filter((one) => one !== '...')) assert.match(out, patternOf(line));
  }
});
