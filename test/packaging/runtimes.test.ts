// The packages as they are published, used from a folder of their own as a stranger's program would.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-packages-'));
const modules = join(home, 'node_modules');
const run = promisify(execFile);
const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: home });

before(async () => {
  await node(join(top, 'scripts/packages.ts'), '--to', join(home, 'made'));
  for (const name of ['protocol', 'client', 'server']) install(join(home, 'made', name));
});
after(() => rmSync(home, { recursive: true, force: true }));

/** A package, and what its manifest says that it needs; the rest of the repository is out of reach. */
function install(made: string): void {
  const { name, dependencies } = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8'));
  cpSync(made, join(modules, name), { recursive: true });
  for (const needed of [...Object.keys(dependencies), '@types/node', '@types/ws']) {
    const path = join(modules, needed);
    if (needed.includes('tillgate') || existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(top, 'node_modules', needed), path);
  }
}

const program = `import { connect } from '@tillgate/client';
import { defaultSettings, startGateway } from 'tillgate';

const settings = { ...defaultSettings(), port: 0, data: 'memory', pace: 'instant', logLevel: 'silent' } as const;
const gateway = await startGateway(settings);
const { token = '' } = gateway.testSite ?? {};
const till = await connect({ host: gateway.url, token, softwareHouseId: 'SH1', installerId: 'I1' });
const outcome = await till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });
const page: Response = await fetch(gateway.httpUrl + '/console/');
console.log(JSON.stringify([outcome.outcome, page.status]));
till.close();
await gateway.stop();
`;

test('a program that uses the packages takes a payment, and its types fit', async () => {
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'shop.ts'), program);
  const { stdout } = await node('shop.ts');
  assert.deepEqual(JSON.parse(stdout), ['approved', 200]);
  const options = ['--module', 'nodenext', '--target', 'es2024', '--strict', '--noEmit'];
  await node(join(top, 'node_modules/typescript/bin/tsc'), ...options, 'shop.ts');
});

test('the command runs from where it is installed', async () => {
  const { version, bin } = JSON.parse(readFileSync(join(modules, 'tillgate/package.json'), 'utf8'));
  const { stdout } = await node(join(modules, 'tillgate', bin.tillgate), '--version');
  assert.ok(stdout.includes(version), stdout);
});

test('every exported path exists, with its types', () => {
  for (const name of ['@tillgate/protocol', '@tillgate/client', 'tillgate']) {
    const { exports } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
    for (const path of Object.values(exports as Record<string, string>)) {
      assert.match(path, /^\.\/dist\/.*\.js$/);
      assert.ok(existsSync(join(modules, name, path.replace(/\.js$/, '.d.ts'))), path);
    }
    assert.ok(existsSync(join(modules, name, 'LICENSE')));
  }
});
