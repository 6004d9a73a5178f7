// The packages as they are published, installed as a stranger does, in each runtime that the npm registry offers as a
// package. Installs hundreds of megabytes from the registry: part of `test:long`.

import assert from 'node:assert/strict';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { imported, taken, tillAtGateway } from '../support/packaged-till.ts';
import { install, pack, succeed } from '../support/packages.ts';
import { startProgram } from '../support/scenario/program.ts';
import { exampleFor } from '../support/testing-guide.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-packages-'));
const sdk = join(home, 'sdk');
const runtimes = join(home, 'runtimes');
let packed: readonly string[] = [];
/** Beside the Node that runs the tests. */
const nodeVersions = { 18: '18.20.8', 20: '20.20.2', 22: '22.23.3', 26: '26.10.0' };

before(async () => {
  packed = await pack(home);
  await install(sdk, packed);
  await install(runtimes, [
    ...Object.entries(nodeVersions).map(
      ([major, version]) => `node${major}@npm:${nodeAt(version)}`,
    ),
    'bun@1.4.5',
    'deno@2.9.6',
  ]);
});
after(() => rmSync(home, { recursive: true, force: true }));

/** The package that holds the program for this platform; `node` would install it by a script. */
function nodeAt(version: string): string {
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}@${version}`;
}

const node = (major: keyof typeof nodeVersions) => program(`node${major}/bin/node*`);

/** An installed program. */
function program(pattern: string): string {
  const [found] = globSync(join(runtimes, 'node_modules', pattern));
  assert.ok(found, `${pattern} is not installed`);
  return found;
}

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(join(sdk, 'node_modules', name, 'package.json'), 'utf8'));

describe('a till takes a sale with a signature, learns why it is refused, and ends', () => {
  const commands: Readonly<Record<string, () => readonly string[]>> = {
    'Node 20': () => [node(20)],
    'Node 22': () => [node(22)],
    'Node 24': () => [process.execPath],
    'Node 26': () => [node(26)],
    Bun: () => [program('@oven/bun-*/bin/bun*')],
    Deno: () => [program('@deno/*/deno*'), 'run', '--allow-all'],
  };
  for (const [runtime, command] of Object.entries(commands)) {
    for (const [kind, { file, head }] of Object.entries(imported)) {
      test(`on ${runtime}, from ${kind}`, async (t) => {
        writeFileSync(join(sdk, file), `${head}${await tillAtGateway(t)}`);
        assert.equal(await succeed([...command(), file], sdk), taken);
      });
    }
  }
});

describe('the examples of docs/testing.md', () => {
  test('Vitest runs its example', async () => {
    const folder = join(home, 'vitest');
    await install(folder, [...packed, 'vitest@5.1.2']);
    writeFileSync(join(folder, 'till.test.mjs'), exampleFor('vitest'));
    const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
    assert.match(await succeed([...vitest, '--reporter=tap-flat'], folder), /^ok 1 /m);
  });

  test('Jest runs its example', async () => {
    const folder = join(home, 'jest');
    await install(folder, [...packed, 'jest@30.5.2']);
    writeFileSync(join(folder, 'till.test.mjs'), exampleFor('@jest/globals'));
    const jest = [process.execPath, '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
    const out = await succeed([...jest, '--json', '--testMatch', '**/*.test.mjs'], folder);
    assert.equal(JSON.parse(out).numPassedTests, 1);
  });
});

describe('React Native', () => {
  const app = join(home, 'app');
  const installed = (path: string) => join(app, 'node_modules', path);

  before(async () => {
    const files = packed.filter((file) => /tillgate-(protocol|client)-/.test(file));
    await install(app, [...files, 'react-native@0.88.1', '@react-native/metro-config@0.88.1']);
    const config = "require('@react-native/metro-config').getDefaultConfig(__dirname)";
    writeFileSync(join(app, 'metro.config.js'), `module.exports = ${config};`);
    writeFileSync(join(app, 'globals.js'), globals);
    writeFileSync(join(app, 'engine.cjs'), engine);
  });

  test('its bundler and its compiler take the SDK, and the bundle takes a sale with what React Native has', async (t) => {
    const head = `import './globals';\n${imported['an ES module'].head}`;
    writeFileSync(join(app, 'index.js'), `${head}${await tillAtGateway(t)}`);
    const options = ['--platform', 'android', '--dev', 'false', '--out', 'bundle'];
    const metro = [process.execPath, installed('metro/src/cli.js'), 'build', 'index.js'];
    await succeed([...metro, ...options], app);
    assert.equal(await succeed([process.execPath, 'engine.cjs'], app), taken);
    const systems: Readonly<Record<string, string>> = { darwin: 'osx', win32: 'win64' };
    const system = systems[process.platform] ?? 'linux64';
    const compiler = installed(`hermes-compiler/hermesc/${system}-bin/hermesc`);
    await succeed([compiler, '-w', '-emit-binary', '-out', 'bundle.hbc', 'bundle.js'], app);
  });

  test('its file imports nothing and makes no code at run time', () => {
    const file = installed('@tillgate/client/dist/react-native.js');
    const code = /^\s*import\b|\bimport\(|\brequire\(|['"]node:|new Function\b/m;
    assert.doesNotMatch(readFileSync(file, 'utf8'), code);
  });
});

/** The classes that React Native brings itself; its sockets and requests are native code, here those of Node. */
const globals = `const { fetch, WebSocket } = globalThis;
require('react-native/Libraries/Core/setUpXHR');
for (const [name, value] of Object.entries({ fetch, WebSocket })) {
  Object.defineProperty(globalThis, name, { value });
}
`;

/** Runs the bundle with the names that React Native has, and no others. */
const engine = `const { createContext, runInContext } = require('node:vm');
const { readFileSync } = require('node:fs');
const context = createContext({
  nativeModuleProxy: {},
  console, WebSocket, TextEncoder, queueMicrotask,
  setTimeout, clearTimeout, setInterval, clearInterval,
  // Node takes no signal of another class.
  fetch: (url, { signal, ...options }) => fetch(url, options),
});
runInContext('delete Promise.withResolvers; delete Map.groupBy; globalThis.global = globalThis;', context);
runInContext(readFileSync('bundle.js', 'utf8'), context);
`;

describe('the gateway', () => {
  const shop = `import { connect } from '@tillgate/client';
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
  before(() => writeFileSync(join(sdk, 'shop.mts'), shop));

  for (const [runtime, command] of Object.entries({
    'Node 24': () => process.execPath,
    'Node 26': () => node(26),
  })) {
    test(`a program on ${runtime} starts a gateway and takes a payment`, async () => {
      assert.equal(await succeed([command(), 'shop.mts'], sdk), '["approved",200]\n');
    });
  }

  test('the types of such a program fit, also as React Native looks for them', async () => {
    mkdirSync(join(sdk, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/node', '@types/ws']) {
      symlinkSync(join(top, 'node_modules', name), join(sdk, 'node_modules', name));
    }
    const compiler = [process.execPath, join(top, 'node_modules/typescript/bin/tsc')];
    const options = ['--ignoreConfig', '--target', 'es2024', '--strict', '--noEmit', 'shop.mts'];
    const reactNative = ['--module', 'preserve', '--customConditions', 'react-native'];
    for (const modules of [['--module', 'nodenext'], reactNative]) {
      await succeed([...compiler, ...options, ...modules], sdk);
    }
  });

  test('the command runs from where it is installed', async () => {
    const { version } = manifestOf('tillgate');
    assert.ok((await succeed([process.execPath, command(), '--version'], sdk)).includes(version));
  });

  test('the command advises to call it as it was called, by npx and in the path', async () => {
    const everywhere = join(home, 'everywhere');
    const prefix = ['--global', '--prefix', everywhere, '--ignore-scripts', '--prefer-offline'];
    await succeed(['npm', 'install', ...prefix, ...packed], home);
    const folders = [join(everywhere, 'bin'), dirname(process.execPath), process.env.PATH ?? ''];
    const advice = async (command: readonly string[], path: readonly string[]) => {
      const env = { ...process.env, PATH: path.join(delimiter) };
      const { err } = await startProgram([...command, 'pay'], { cwd: sdk, env }).ended;
      return err.match(/See: .*/)?.[0];
    };
    const npx = ['npx', '--no-install', 'tillgate'];
    assert.equal(await advice(npx, folders.slice(1)), 'See: npx tillgate --help');
    assert.equal(await advice(['tillgate'], folders), 'See: tillgate --help');
  });

  for (const major of [18, 20, 22] as const) {
    test(`the command on Node ${major} says which Node it needs, before anything else`, async () => {
      const [needed] = manifestOf('tillgate').engines.node.match(/\d+/);
      const running = startProgram([node(major), command(), '--version'], { cwd: sdk, env: {} });
      assert.deepEqual(await running.ended, {
        code: 1,
        out: '',
        err: `Tillgate needs Node ${needed} or newer; this is v${nodeVersions[major]}\n`,
      });
    });
  }

  const command = () => join(sdk, 'node_modules/tillgate', manifestOf('tillgate').bin.tillgate);
});

test('every exported path exists, with its types', () => {
  for (const name of ['@tillgate/protocol', '@tillgate/client', 'tillgate']) {
    const folder = join(sdk, 'node_modules', name);
    const entries = Object.values(manifestOf(name).exports) as (string | Record<string, string>)[];
    for (const entry of entries) {
      const { types, ...code } =
        typeof entry === 'string'
          ? { types: entry.replace(/\.js$/, '.d.ts'), default: entry }
          : entry;
      for (const path of Object.values(code)) assert.match(path, /^\.\/dist\/.*\.js$/);
      for (const path of [types, ...Object.values(code)]) {
        assert.ok(existsSync(join(folder, path ?? '')), `${name}: ${path}`);
      }
    }
    assert.ok(existsSync(join(folder, 'LICENSE')));
  }
});
