// The scripts of `tillgate shell-completion` in the shells that read them: zsh and fish, which are Debian packages.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startAtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { within } from '../support/wait.ts';

const command = fileURLToPath(
  new URL('../../packages/server/src/cli/tillgate.ts', import.meta.url),
);
const { PATH } = process.env;

/** The file with the script for a shell. */
function scriptFor(shell: string, folder: string): string {
  const script = execFileSync(process.execPath, [command, 'shell-completion', shell]);
  const file = join(folder, `tillgate.${shell}`);
  writeFileSync(file, script);
  return file;
}

test('fish completes by the script for it; needs the Debian package fish', (t) => {
  const folder = temporaryFolder(t);
  const file = scriptFor('fish', folder);
  const offered = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { PATH, HOME: folder },
    })
      .split('\n')
      .filter(Boolean);
  assert.deepEqual(offered('tillgate sal'), ['sale\tTake a payment.']);
  assert.deepEqual(
    offered('tillgate token ').map((line) => line.split('\t')[0]),
    ['add', 'list', 'revoke'],
  );
  assert.deepEqual(offered('tillgate sale 5 --curr'), ["--currency\t[the card machine's]"]);
  assert.deepEqual(
    offered('tillgate sale 5 --currency ').map((line) => line.split('\t')[0]),
    ['EUR', 'GBP'],
  );
  assert.deepEqual(offered('tillgate site show --dat'), [
    '--data\tFolder of the journal [.tillgate].',
  ]);
  assert.deepEqual(offered('tillgate trigger table-s'), ['table-split']);
});

test('zsh completes by the script for it; needs the Debian package zsh', async (t) => {
  const folder = temporaryFolder(t);
  const file = scriptFor('zsh', folder);
  const shell = startAtTerminal(['zsh', '-f', '-i'], { env: { PATH, HOME: folder }, columns: 100 });
  t.after(() => shell.child.kill('SIGKILL'));
  shell.type(`PS1=; autoload -U compinit; compinit -u -D; source ${file}; echo rea''dy\r`);
  await within('the shell', shell.shown('ready'));
  // What Tab completed is run by a function of that name, which says what it got.
  shell.type('tillgate() print -r -- "got:$*:"\r');
  for (const [typed, got] of [
    ['tillgate sal\t5', 'sale 5'],
    ['tillgate tok\tre\ttill', 'token revoke till'],
    ['tillgate sale 5 --curr\tE\t', 'sale 5 --currency EUR'],
    ['tillgate site show --dat\tx', 'site show --data x'],
    ['tillgate trigger table-s\t', 'trigger table-split'],
  ] as const) {
    shell.type(`${typed}\r`);
    await within(typed, shell.shown(`got:${got}:`));
  }
});
