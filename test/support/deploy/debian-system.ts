// A Debian system in a folder, which its own systemd runs in namespaces: packages are installed as on a server, and nothing
// of this machine is touched. Needs root, mmdebstrap, and the rights to make namespaces and to mount.

import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '../packages.ts';
import type { Ran } from '../scenario/program.ts';
import { startProgram } from '../scenario/program.ts';
import { eventually, within } from '../wait.ts';

const BOOT = join(import.meta.dirname, 'boot.sh');
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Makes the release of this machine in `folder`, from where this machine takes its packages. */
export async function makeDebian(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [, release = ''] =
    /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  const files = ['/etc/apt/sources.list', ...globSync('/etc/apt/sources.list.d/*.{list,sources}')];
  const sources = files.filter((file) => existsSync(file) && readFileSync(file, 'utf8').trim());
  const options = ['--variant=minbase', `--include=${packages.join(',')}`];
  await succeed(['mmdebstrap', '--quiet', ...options, release, folder, ...sources], '/');
}

export interface DebianSystem {
  /** Runs a program in it to its end; gives stdout, and rejects if it fails. */
  readonly run: (...words: readonly string[]) => Promise<string>;
  /** Runs a program in it, and says how it ended. */
  readonly start: (...words: readonly string[]) => ReturnType<typeof startProgram>;
  /** Ends all that runs in it. */
  readonly stop: () => Promise<void>;
}

/** Boots the system of `folder`. */
export async function bootDebian(folder: string): Promise<DebianSystem> {
  const namespaces = ['--pid', '--mount', '--uts', '--ipc', '--cgroup', '--net'];
  const words = ['unshare', '--fork', '--kill-child', ...namespaces, 'sh', BOOT, folder];
  const booted = startProgram(words, { env: { PATH } });
  const stop = async () => {
    booted.child.kill('SIGKILL');
    await within('the end of the system', booted.ended);
  };
  const { pid = 0 } = booted.child;
  const first = await eventually(
    'the first process',
    () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() || undefined,
  );
  const enter = ['nsenter', `--target=${first}`, ...namespaces, '--root', '--wd'];
  const start = (...program: readonly string[]) =>
    startProgram([...enter, ...program], { env: { PATH, COLUMNS: '100' } });
  await eventually('a system that has booted', async () => {
    const { out }: Ran = await start('systemctl', 'is-system-running').ended;
    return out.trim() === 'running' || undefined;
  });
  const run = async (...program: readonly string[]) => {
    const { code, out, err } = await within(program.join(' '), start(...program).ended);
    if (code !== 0) throw new Error(`${program.join(' ')} ended with ${code}:\n${out}${err}`);
    return out;
  };
  return { run, start, stop };
}
