// `tillgate shell-completion`: its script for bash, tried in bash; those for zsh and fish are tried in test/deploy.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commands } from '../../packages/server/src/cli/commands.ts';
import { run } from './command-line.ts';

/** What bash offers after each of these lines, by the script. */
function offered(script: string, lines: readonly string[]): readonly (readonly string[])[] {
  const ask = `${script}
for line; do
  read -ra COMP_WORDS <<<"$line"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _tillgate
  echo "\${COMPREPLY[*]}"
done`;
  const out = execFileSync('bash', ['-c', ask, 'bash', ...lines], { encoding: 'utf8' });
  return out.split('\n').map((words) => words.split(' ').filter(Boolean));
}

test('bash completes commands, options and values by the script that the command prints', async () => {
  const { code, out: script } = await run(['shell-completion', 'bash']);
  assert.equal(code, 0);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['tillgate sa', ['sale']],
    ['tillgate token ', ['add', 'list', 'revoke']],
    ['tillgate fault ', ['add', 'list', 'remove']],
    ['tillgate fault remove --a', ['--all']],
    ['tillgate sale 5 --cur', ['--currency']],
    ['tillgate sale 5 --currency ', ['GBP', 'EUR']],
    ['tillgate sale 5 --color a', ['auto', 'always']],
    ['tillgate sale 5 --tid ', []],
    ['tillgate site show --d', ['--data']],
    ['tillgate report end', ['end-of-day']],
    ['tillgate trigger table-s', ['table-split']],
    ['tillgate report banking x', []],
    ['tillgate serve --log-level tr', ['trace']],
    ['tillgate serve --config /etc/host.con', ['/etc/host.conf']],
    ['tillgate no-command ', []],
  ];
  const [first = [], ...rest] = offered(script, ['tillgate ', ...cases.map(([line]) => line)]);
  const names = Object.keys(commands).map((name) => name.split(' ')[0]);
  assert.deepEqual(first.toSorted(), [...new Set(names), 'help'].toSorted());
  for (const [index, [line, words]] of cases.entries()) assert.deepEqual(rest[index], words, line);
});

test('an unknown shell is refused with those there are', async () => {
  for (const [args, message] of [
    [['tcsh'], /"tcsh" is no shell: expected bash, zsh, fish\./],
    [[], /bash\|zsh\|fish is missing/],
  ] as const) {
    const { code, err } = await run(['shell-completion', ...args]);
    assert.equal(code, 2);
    assert.match(err, message);
  }
});
