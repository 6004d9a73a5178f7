// The Debian package on a Debian system of its own, which systemd runs: installed, started, killed, upgraded while a payment
// is in progress, removed and purged.

import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DebianSystem } from '../support/deploy/debian-system.ts';
import { bootDebian, makeDebian } from '../support/deploy/debian-system.ts';
import { succeed } from '../support/packages.ts';
import { eventually } from '../support/wait.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-debian-'));
const root = join(home, 'root');
const SETTINGS = '/etc/tillgate/tillgate.env';

/** The built package, and the same as a newer version. */
async function buildPackages(): Promise<readonly [string, string]> {
  const words = [join(top, 'scripts/debian-package.ts'), '--to', home];
  const built = (await succeed([process.execPath, ...words], top)).trim().split('\n').at(-1) ?? '';
  const tree = join(home, 'tree');
  await succeed(['dpkg-deb', '--raw-extract', built, tree], home);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: /m, 'Version: 1'));
  const newer = join(home, 'newer.deb');
  await succeed(['dpkg-deb', '--root-owner-group', '-Znone', '--build', tree, newer], home);
  return [built, newer];
}

describe('the Debian package', () => {
  let system: DebianSystem;
  let packages: readonly [string, string];
  let uri = '';

  before(async () => {
    packages = await buildPackages();
    await makeDebian(root, ['systemd-sysv', 'libstdc++6']);
    for (const file of packages) cpSync(file, join(root, 'root', basename(file)));
    system = await bootDebian(root);
  });
  after(async () => {
    await system.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const install = (file: string) => system.run('dpkg', '--install', `/root/${basename(file)}`);
  const property = async (name: string) =>
    (await system.run('systemctl', 'show', 'tillgate', '--value', '--property', name)).trim();
  const tillgate = (...words: readonly string[]) =>
    system.run(
      'runuser',
      '-u',
      'tillgate',
      '--',
      'tillgate',
      ...words,
      '--data',
      '/var/lib/tillgate',
    );
  const isActive = async () => (await property('ActiveState')) === 'active' || undefined;

  test('starts the gateway, which tells systemd that it is ready, as a user without rights', async () => {
    await install(packages[0]);
    assert.equal(await property('ActiveState'), 'active');
    assert.equal(await property('Type'), 'notify');
    assert.equal((await system.run('systemctl', 'is-enabled', 'tillgate')).trim(), 'enabled');
    const status = await system.run('cat', `/proc/${await property('MainPID')}/status`);
    const user = (await system.run('id', '-u', 'tillgate')).trim();
    assert.match(status, new RegExp(`^Uid:\t${user}\t${user}\t`, 'm'));
    for (const line of [/^CapBnd:\t0+$/m, /^NoNewPrivs:\t1$/m, /^Seccomp:\t2$/m]) {
      assert.match(status, line);
    }
    assert.equal(await system.run('stat', '-c', '%a %U %G', SETTINGS), '640 root tillgate\n');
    assert.equal(await system.run('stat', '-c', '%a %U', '/var/lib/tillgate'), '700 tillgate\n');
  });

  test('takes payments for a site, with settings of its file, and starts again after a crash', async () => {
    appendFileSync(join(root, SETTINGS), 'TILLGATE_DEFAULT_SITE=shop1\nTILLGATE_PACE=5\n');
    await system.run('systemctl', 'restart', 'tillgate');
    await tillgate('site', 'add', 'shop1', '--test');
    const { token } = JSON.parse(await tillgate('token', 'add', '--site', 'shop1', '--json'));
    const partner = 'api-version=v1&software-house-id=ABC123&installer-id=123ABC';
    uri = `ws://127.0.0.1:8765/pac?token=${token}&${partner}`;
    await system.run('tillgate', 'sale', '12.34', '--tid', 'VCMINVLSIP0', '--uri', uri);
    const killed = await property('MainPID');
    await system.run('sh', '-c', `kill -KILL ${killed}`);
    await eventually('another process', async () => {
      const pid = await property('MainPID');
      return (pid !== killed && (await isActive())) || undefined;
    });
    assert.equal(await property('NRestarts'), '1');
    assert.match(await tillgate('transactions'), /12\.34/);
  });

  test('lets a payment end while it is upgraded, and keeps settings and journal', async () => {
    const before = await property('MainPID');
    const sale = system.start(
      'tillgate',
      'sale',
      '56.78',
      '--tid',
      'VCMINVLSIP0',
      '--uri',
      uri,
      '--json',
    );
    await sale.shown('PRESENT_CARD');
    await install(packages[1]);
    const { code, out, err } = await sale.ended;
    assert.equal(code, 0, `${out}${err}`);
    assert.equal(await property('ActiveState'), 'active');
    assert.notEqual(await property('MainPID'), before);
    assert.match(await system.run('cat', SETTINGS), /^TILLGATE_PACE=5$/m);
    assert.match(await tillgate('transactions'), /12\.34[\s\S]*56\.78/);
  });

  test('stays disabled after an upgrade, and without its settings file, if somebody wanted it so', async () => {
    await system.run('systemctl', 'disable', '--now', 'tillgate');
    await system.run('mv', SETTINGS, '/root/');
    await install(packages[1]);
    assert.equal(existsSync(join(root, SETTINGS)), false);
    await system.run('mv', '/root/tillgate.env', SETTINGS);
    const { out } = await system.start('systemctl', 'is-enabled', 'tillgate').ended;
    assert.equal(out.trim(), 'disabled');
  });

  test('leaves nothing when it is purged but the journal, and says so', async () => {
    await system.run('dpkg', '--remove', 'tillgate');
    assert.ok(existsSync(join(root, SETTINGS)));
    const purged = await system.start('dpkg', '--purge', 'tillgate').ended;
    assert.equal(purged.code, 0, purged.err);
    assert.match(purged.err, /The journal of payments was kept: \/var\/lib\/tillgate/);
    const words = ['-xdev', '-iname', '*tillgate*', '-not', '-path', '/var/lib/tillgate*'];
    assert.equal(await system.run('find', '/etc', '/usr', '/var', ...words), '');
    assert.ok(existsSync(join(root, 'var/lib/tillgate/tillgate.db')));
    assert.equal(await system.run('systemctl', 'list-units', '--failed', '--quiet'), '');
  });
});
