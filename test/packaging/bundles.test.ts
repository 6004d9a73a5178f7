// The SDK in the bundles of four bundlers: what they weigh, and that they take a sale where no code may be made of
// texts. The bundlers come from the registry: part of `test:long`.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { imported, taken, tillAtGateway } from '../support/packaged-till.ts';
import { install, pack, succeed } from '../support/packages.ts';

const home = mkdtempSync(join(tmpdir(), 'tillgate-bundles-'));
const app = join(home, 'app');
/** Compressed bytes. What README.md of the client says is rounded. */
const limits = { sale: 25_000, error: 2_000, table: 26_500, link: 29_500, receipt: 4_000 };

const entries = {
  sale: `import { connect } from '@tillgate/client';
const till = await connect({ host: 'wss://shop1.pay.example', token: 't', softwareHouseId: 'S', installerId: 'I' });
console.log(await till.sale({ tid: '12345678', currency: 'GBP', amount: 1250 }));
`,
  error: `import { TillError } from '@tillgate/client';
console.log((error) => error instanceof TillError && error.code);
`,
  table: `import { serveTables } from '@tillgate/client';
console.log(serveTables);
`,
  link: `import { linkTerminal } from '@tillgate/client';
console.log(linkTerminal);
`,
  receipt: `import { preview, receipt } from '@tillgate/client';
console.log(preview(receipt().text('The Crown').lines));
`,
} as const satisfies Record<keyof typeof limits, string>;

/** Each bundles IN into OUT for a browser, minified, as its own manual says; `format` is that of the bundle. */
const bundlers = {
  esbuild: `import { build } from 'esbuild';
await build({ entryPoints: [IN], outfile: OUT, bundle: true, minify: true, platform: 'browser', format: 'esm', target: 'es2022', logLevel: 'error' });
`,
  rollup: `import { rollup } from 'rollup';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
const bundle = await rollup({ input: IN, plugins: [resolve({ browser: true }), terser({ module: true })], onwarn: (warning) => { throw new Error(warning.message); } });
await bundle.write({ file: OUT, format: 'es' });
`,
  webpack: `import { basename, dirname } from 'node:path';
import webpack from 'webpack';
await new Promise((resolve, reject) => {
  const output = { path: dirname(OUT), filename: basename(OUT) };
  webpack({ mode: 'production', target: 'web', entry: IN, output }, (error, stats) => {
    if (error || stats.hasErrors() || stats.hasWarnings()) reject(error ?? new Error(stats.toString()));
    else resolve();
  });
});
`,
  Vite: `import { basename, dirname } from 'node:path';
import { build } from 'vite';
const output = { entryFileNames: basename(OUT) };
await build({ configFile: false, logLevel: 'error', build: { outDir: dirname(OUT), emptyOutDir: false, modulePreload: { polyfill: false }, target: 'es2022', rolldownOptions: { input: IN, output } } });
`,
};

before(async () => {
  const packed = await pack(home);
  const sdk = packed.filter((file) => /tillgate-(protocol|client)-/.test(file));
  await install(app, [
    ...sdk,
    'esbuild@0.28.2',
    'rollup@4.68.8',
    '@rollup/plugin-node-resolve@16.0.3',
    '@rollup/plugin-terser@1.0.0',
    'webpack@5.113.0',
    'vite@8.3.8',
  ]);
  for (const [name, source] of Object.entries(entries)) {
    writeFileSync(join(app, `${name}.js`), source);
  }
  writeFileSync(join(app, 'engine.cjs'), engine);
});
after(() => rmSync(home, { recursive: true, force: true }));

async function bundled(bundler: keyof typeof bundlers, name: string): Promise<string> {
  const out = join(app, `bundles/${bundler}-${name}.js`);
  const text = bundlers[bundler]
    .replaceAll('IN', JSON.stringify(join(app, `${name}.js`)))
    .replaceAll('OUT', JSON.stringify(out));
  const script = `${bundler}-${name}.mjs`;
  writeFileSync(join(app, script), text);
  await succeed([process.execPath, script], app);
  return out;
}

for (const bundler of Object.keys(bundlers) as (keyof typeof bundlers)[]) {
  describe(`bundled by ${bundler}`, () => {
    for (const name of Object.keys(entries) as (keyof typeof entries)[]) {
      test(`${name} weighs at most ${limits[name] / 1000} kB compressed`, async (t) => {
        const size = gzipSync(readFileSync(await bundled(bundler, name))).length;
        t.diagnostic(`${bundler}, ${name}: ${size} bytes`);
        assert.ok(size <= limits[name], `${size} bytes`);
      });
    }

    test('a till takes a sale where no code may be made of texts', async (t) => {
      const source = `${imported['an ES module'].head}${await tillAtGateway(t)}`;
      writeFileSync(join(app, 'till.js'), source);
      const bundle = await bundled(bundler, 'till');
      assert.equal(await succeed([process.execPath, 'engine.cjs', bundle], app), taken);
    });
  });
}

/** Runs a bundle with what every browser has, under a policy without `unsafe-eval`. */
const engine = `const { createContext, runInContext } = require('node:vm');
const { readFileSync } = require('node:fs');
const names = { console, WebSocket, fetch, URL, URLSearchParams, AbortController, TextEncoder, queueMicrotask };
const timers = { setTimeout, clearTimeout, setInterval, clearInterval };
const codeGeneration = { strings: false, wasm: false };
const context = createContext({ ...names, ...timers }, { codeGeneration });
runInContext('(async () => {' + readFileSync(process.argv[2], 'utf8') + '})()', context);
`;
