// The image of the gateway, built by buildah out of the repository with a Debian of this machine in place of the image of
// Node. Its commands run as its user in its file system (chroot), which needs no container runtime.

import assert from 'node:assert/strict';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import { freePort } from '../support/cluster/processes.ts';
import { makeDebian } from '../support/deploy/debian-system.ts';
import { succeed } from '../support/packages.ts';
import { startProgram } from '../support/scenario/program.ts';
import { atEnd, within } from '../support/wait.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-container-'));
const storage = ['--root', join(home, 'storage'), '--runroot', join(home, 'run')];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const buildah = async (command: string, ...words: readonly string[]) =>
  (await succeed(['buildah', ...storage, command, ...words], top)).trim();

/** In place of the image of Node: a Debian with the Node and the npm of this machine. */
async function makeNodeImage(name: string): Promise<void> {
  const root = join(home, 'node');
  await makeDebian(root, ['libstdc++6']);
  const folders = (process.env.PATH ?? '').split(delimiter);
  const npm = folders.map((folder) => join(folder, 'npm')).find(isThere);
  assert.ok(npm, 'npm is not in the path');
  const modules = join(root, 'usr/local/lib/node_modules');
  cpSync(join(realpathSync(npm), '../..'), join(modules, 'npm'), { recursive: true });
  cpSync(realpathSync(process.execPath), join(root, 'usr/local/bin/node'));
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  // Of a registry that only this machine knows.
  mkdirSync(join(root, 'etc/ssl/certs'), { recursive: true });
  if (isThere(CERTIFICATES)) cpSync(CERTIFICATES, join(root, CERTIFICATES));
  const container = await buildah('from', 'scratch');
  await buildah('copy', '--quiet', container, root, '/');
  const path = 'PATH=/usr/local/bin:/usr/bin:/bin';
  await buildah('config', '--env', path, '--env', `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, container);
  await buildah('commit', '--quiet', container, name);
  await buildah('rm', container);
}

function isThere(path: string): boolean {
  try {
    return realpathSync(path) !== '';
  } catch {
    return false;
  }
}

/** The last descendant of a process: what runs in the container. */
function innermost(pid: number): number {
  const children = globSync(`/proc/${pid}/task/*/children`).flatMap((file) =>
    readFileSync(file, 'utf8').split(' ').filter(Boolean),
  );
  return children.length > 0 ? innermost(Number(children[0])) : pid;
}

interface Config {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
  readonly Volumes: Readonly<Record<string, object>>;
}

describe('the image', () => {
  let config: Config;

  before(async () => {
    await makeNodeImage('localhost/node');
    const file = join(top, 'deploy/container/Containerfile');
    const options = ['--isolation=chroot', '--layers=false', '--format=docker', '--quiet'];
    const node = ['--build-arg', 'NODE=localhost/node'];
    await buildah('build', ...options, ...node, '-f', file, '-t', 'tillgate', top);
    const about = JSON.parse(await buildah('inspect', '--type', 'image', 'tillgate'));
    config = about.Docker.config;
  });
  after(async () => {
    await buildah('rm', '--all');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The words that run a command in a new container with these variables. */
  async function container(env: Readonly<Record<string, string>>) {
    const id = await buildah('from', 'tillgate');
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return ['buildah', ...storage, 'run', '--isolation=chroot', ...variables, id, '--'];
  }

  test('has no shell, and does not start before it is told how tills reach it', async () => {
    const inside = await container({});
    const shell = await startProgram([...inside, '/bin/sh', '-c', ':'], { env: process.env }).ended;
    assert.match(shell.err, /no such file/);
    const words = [...inside, ...config.Entrypoint, ...config.Cmd];
    const { code, err } = await startProgram(words, { env: process.env }).ended;
    assert.notEqual(code, 0);
    assert.match(err, /would send tokens in clear/);
  });

  test('takes payments as a user without rights, is healthy, lets a payment end, and keeps its journal', async (t) => {
    const port = await freePort();
    const inside = await container({
      TILLGATE_PORT: String(port),
      TILLGATE_BEHIND_PROXY: 'true',
      TILLGATE_TEST_SITE: 'true',
      TILLGATE_PACE: '5',
    });
    const run = (...words: readonly string[]) => succeed([...inside, ...words], top);
    const [, ...healthCheck] = config.Healthcheck.Test;
    const serve = () =>
      startProgram([...inside, ...config.Entrypoint, ...config.Cmd], { env: process.env });
    await assert.rejects(run(...healthCheck), /No gateway answers/);

    const gateway = serve();
    await within('the gateway', gateway.shown('Tillgate is ready'));
    const pid = innermost(gateway.child.pid ?? 0);
    atEnd(t, () => gateway.child.exitCode ?? process.kill(pid, 'SIGKILL'));
    const [user = ''] = config.User.split(':');
    assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), new RegExp(`^Uid:\t${user}\t`, 'm'));
    assert.match(await run(...healthCheck), /accepts payments/);
    for (const path of ['console/', 'docs/source/deploy/compose/one-node.yaml']) {
      assert.equal((await fetch(`http://127.0.0.1:${port}/${path}`)).status, 200, path);
    }

    const sites = JSON.parse(await run('tillgate', 'token', 'add', '--site', 'testhost', '--json'));
    const partner = 'api-version=v1&software-house-id=ABC123&installer-id=123ABC';
    const till = await connectTill(`ws://127.0.0.1:${port}/pac?token=${sites.token}&${partner}`);
    const id = till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });
    await till.shown('PRESENT_CARD');
    process.kill(pid, 'SIGTERM');
    assert.equal((await till.answer(id)).result.transactionResult, 'SUCCESSFUL');
    assert.equal((await within('the end', gateway.ended)).code, 0);
    assert.deepEqual(Object.keys(config.Volumes), ['/var/lib/tillgate']);
    assert.match(await run('tillgate', 'transactions'), /12\.34/);
  });
});
