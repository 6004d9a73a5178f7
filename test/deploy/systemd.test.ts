// The service of systemd: the file is valid, gives the gateway few rights, and agrees with the settings.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings, sourcesOfSettings } from '../../packages/server/src/cli/read-settings.ts';
import { succeed } from '../support/packages.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';

const folder = join(import.meta.dirname, '../../deploy/systemd');
const unit = readFileSync(join(folder, 'tillgate.service'), 'utf8');
const example = readFileSync(join(folder, 'tillgate.env'), 'utf8');
/** In tenths, as `systemd-analyze security` counts: 0 is no exposure, 100 the most. */
const EXPOSURE = 14;

/** The values of one key of the unit, in order. */
const valuesOf = (key: string) =>
  unit
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));

test('systemd accepts the service, and finds that it exposes little', async (t) => {
  const [command = ''] = valuesOf('ExecStart')[0]?.split(' ') ?? [];
  assert.equal(command, '/usr/bin/tillgate');
  const path = join(temporaryFolder(t), 'tillgate.service');
  // The program is not installed where this is tested.
  writeFileSync(path, unit.replace(command, process.execPath));
  const analyze = (...args: readonly string[]) => succeed(['systemd-analyze', ...args], folder);
  await analyze('verify', '--man=no', '--recursive-errors=yes', path);
  await analyze('security', '--offline=true', `--threshold=${EXPOSURE}`, path);
  await succeed(['systemd-sysusers', '--dry-run', join(folder, 'tillgate.sysusers')], folder);
});

test('the environment of the service is made of settings, also where the example offers others', () => {
  const variables = [
    ...(valuesOf('Environment')[0]?.split(' ') ?? []),
    ...example.split('\n').filter((line) => /^[A-Z]/.test(line)),
  ];
  const offered = example.split('\n').flatMap((line) => /^#([A-Z].*)/.exec(line)?.[1] ?? []);
  assert.ok(offered.length > 5);
  for (const lines of [variables, [...variables, ...offered]]) {
    const env = Object.fromEntries(lines.map((line) => line.split('=')));
    const all = readSettings({ flags: {}, env });
    assert.equal(all.data, `/var/lib/${valuesOf('StateDirectory')[0]}`);
    assert.equal(all.testSite, false);
    const sources = new Set(sourcesOfSettings({ flags: {}, env }).values());
    for (const name of Object.keys(env).filter((one) => !/^(PGPASSWORD$|OTEL_)/.test(one))) {
      assert.ok(sources.has(name), `${name} is no setting`);
    }
  }
});

test('systemd waits until payments may have ended, and runs the gateway as the user that it makes', () => {
  const { drain, closeTimeout } = readSettings({ flags: {}, env: {} });
  assert.ok(Number(valuesOf('TimeoutStopSec').at(-1)) > drain + closeTimeout);
  const users = readFileSync(join(folder, 'tillgate.sysusers'), 'utf8');
  assert.match(users, new RegExp(`^u ${valuesOf('User')[0]} `, 'm'));
});
