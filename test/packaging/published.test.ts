// The packages as they are published, judged by the tools of others: their manifests, their types in several versions
// of TypeScript, and what an editor shows. Those tools come from the registry: part of `test:long`.

import assert from 'node:assert/strict';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SaleParams } from '../../packages/protocol/src/schema/transaction.ts';
import { editor } from '../support/editor-script.ts';
import { install, pack, succeed } from '../support/packages.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-published-'));
const app = join(home, 'app');
const names = ['@tillgate/protocol', '@tillgate/client', 'tillgate'] as const;
const entries = [...names, 'tillgate/testing', 'tillgate/testing/contracts'];
const typescript = { '5.4': '5.4.5', '5.9': '5.9.3', 6: '6.0.3', 7: '7.0.2' };
let packed: readonly string[] = [];

before(async () => {
  packed = await pack(home);
  await install(app, [
    ...packed,
    'publint@0.3.25',
    '@arethetypeswrong/cli@0.18.5',
    'typedoc@0.28.20',
    '@types/node@24.19.2',
    'typescript@5.9.3',
    ...Object.entries(typescript).map(([name, version]) => `ts${name}@npm:typescript@${version}`),
  ]);
});
after(() => rmSync(home, { recursive: true, force: true }));

const folderOf = (name: string) => join(app, 'node_modules', name);
const packedOf = (name: string) => {
  const start = `/${name.replace(/^@|\//g, (sign) => (sign === '/' ? '-' : ''))}-0`;
  return packed.find((file) => file.includes(start)) ?? '';
};
const run = (script: string, ...args: readonly string[]) =>
  succeed([process.execPath, join('node_modules', script), ...args], app);

describe('the manifests', () => {
  for (const name of names) {
    test(`publint has nothing to say about ${name}`, async () => {
      const said = await run('publint/src/cli.js', 'run', packedOf(name), '--strict');
      assert.match(said, /All good!/);
    });

    test(`the types of ${name} are found wherever its code is`, async () => {
      // `require` loads ES modules, which the tool does not know. The gateway needs a Node that no old resolution fits.
      const rules = ['--ignore-rules', 'cjs-resolves-to-esm'];
      const profile = name === 'tillgate' ? ['--profile', 'node16'] : [];
      await run('@arethetypeswrong/cli/dist/index.js', packedOf(name), ...rules, ...profile);
    });

    test(`${name} names its repository, its licence and its words for a search`, () => {
      const manifest = JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'));
      const { repository, homepage, bugs, license, keywords } = manifest;
      assert.match(repository.url, /^git\+https:.*\.git$/);
      assert.ok(existsSync(join(top, repository.directory, 'README.md')));
      assert.ok(homepage.startsWith('https:') && bugs.startsWith('https:'));
      assert.equal(license, 'Apache-2.0');
      assert.ok(keywords.length > 5);
    });

    test(`the links of the README of ${name} are absolute and lead to files of the repository`, () => {
      const readme = readFileSync(join(folderOf(name), 'README.md'), 'utf8');
      const links = [...readme.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
      assert.ok(links.length > 0);
      for (const link of links) {
        assert.match(link, /^https:/);
        const [, path] = link.match(/\/tillgate\/tillgate\/blob\/v[\d.]+\/(.*)/) ?? [];
        if (path !== undefined) assert.ok(existsSync(join(top, path)), link);
      }
    });

    test(`no file of ${name} names a source map, which is not there`, () => {
      for (const file of globSync('**/*.{js,ts,css}', { cwd: folderOf(name) })) {
        const text = readFileSync(join(folderOf(name), file), 'utf8');
        assert.doesNotMatch(text, /sourceMappingURL=(?!data:)\S+\.map/, file);
      }
    });
  }

  test('the SDK is without the helpers of its tests', () => {
    assert.ok(existsSync(join(folderOf('@tillgate/client'), 'dist/index.js')));
    assert.ok(!existsSync(join(folderOf('@tillgate/client'), 'dist/testing')));
  });

  test('the licences of what is bundled are in the package', () => {
    const noticesOf = (name: string) =>
      readFileSync(join(folderOf(name), 'THIRD-PARTY-NOTICES.md'), 'utf8');
    assert.match(noticesOf('@tillgate/client'), /^## get-east-asian-width .*MIT/m);
    for (const name of ['preact', 'uplot', '@codemirror/state', 'minisearch']) {
      assert.match(noticesOf('tillgate'), new RegExp(`^## ${name} - .*MIT`, 'm'));
    }
    assert.equal(globSync('**/licenses.md', { cwd: folderOf('tillgate/console') }).length, 0);
  });
});

const till = `import { connect, type Payment } from '@tillgate/client';
const till = await connect({ host: 'ws://localhost', token: 't', softwareHouseId: 'S', installerId: 'I' });
const outcome = await till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });
export const total: number = outcome.outcome === 'unknown' ? 0 : outcome.payment.amountTotal;
export const lines = (payment: Payment): number => payment.receiptLines.CUSTOMER?.length ?? 0;
`;
const message = `import { findViolations, v1 } from '@tillgate/protocol';
export const violations: readonly { path: string }[] = findViolations(v1.messages[0]?.schema ?? {}, {});
`;
const gateway = `import { defaultSettings, startGateway } from 'tillgate';
import { startTestGateway } from 'tillgate/testing';
import { storeContract } from 'tillgate/testing/contracts';
export const url: string = (await startGateway({ ...defaultSettings(), port: 0 })).url;
export const shop = await startTestGateway();
(await shop.till()).socket.ping();
export { storeContract };
`;
const commonJs = `import { connect } from '@tillgate/client';
export const sale = connect;
`;

/** Type-checks files with all checks and ES2022; \`lib\` and \`types\` are what the runtime gives. */
async function checkTypes(version: string, files: readonly string[], options: object) {
  const strict = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022' };
  const compilerOptions = { module: 'nodenext', ...strict, ...options };
  const project = `types-${version}.json`;
  writeFileSync(join(app, project), JSON.stringify({ files, compilerOptions }));
  await run(`ts${version}/bin/tsc`, '-p', project);
}

describe('the types', () => {
  const browser = { lib: ['es2022', 'dom'], types: [] };
  const node = { lib: ['es2022'], types: ['node'] };
  before(() => {
    writeFileSync(join(app, 'till.mts'), till);
    writeFileSync(join(app, 'message.mts'), message);
    writeFileSync(join(app, 'gateway.mts'), gateway);
    writeFileSync(join(app, 'till.cts'), commonJs);
    writeFileSync(join(app, 'old.ts'), commonJs);
  });

  for (const version of Object.keys(typescript)) {
    test(`are without errors in TypeScript ${version}, in a browser and in Node`, async () => {
      await checkTypes(version, ['till.mts', 'message.mts'], browser);
      await checkTypes(version, ['till.mts', 'message.mts', 'gateway.mts'], node);
    });
  }

  for (const version of ['5.9', '6', '7']) {
    test(`are read from a CommonJS file by TypeScript ${version}`, async () => {
      await checkTypes(version, ['till.cts'], browser);
    });
  }

  for (const version of ['5.4', '5.9']) {
    test(`are found by the old resolution of TypeScript ${version}`, async () => {
      const old = { module: 'commonjs', moduleResolution: 'node10' };
      await checkTypes(version, ['old.ts'], { ...browser, ...old });
    });
  }

  test('that are written out for editors are those of the schemas', async () => {
    const same = `type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;`;
    const checks = globSync('node_modules/{@tillgate/protocol,tillgate}/dist/**/*.d.ts', {
      cwd: app,
    })
      .toSorted()
      .flatMap((file, index) => {
        const text = readFileSync(join(app, file), 'utf8');
        const types = [...text.matchAll(/^export type (\w+) = /gm)]
          .map(([, name = '']) => name)
          .filter((name) =>
            new RegExp(`^export declare const ${name}: .*\\bT[A-Z]`, 'm').test(text),
          );
        if (types.length === 0) return [];
        const path = `./${file.replace(/\.d\.ts$/, '.js')}`;
        return [
          `import type * as m${index} from '${path}';`,
          ...types.map(
            (name) =>
              `export const ${name}${index}: Same<m${index}.${name}, Static<typeof m${index}.${name}>> = true;`,
          ),
        ];
      });
    assert.ok(checks.length > 60, `${checks.length}`);
    const head = `import type { Static } from '@tillgate/protocol';\n${same}`;
    writeFileSync(join(app, 'same.mts'), [head, ...checks].join('\n'));
    await checkTypes('5.9', ['same.mts'], { ...node, exactOptionalPropertyTypes: true });
  });
});

describe('what is said about the exports', () => {
  /** Their properties serve the gateway and the SDK: what is exported itself has words. */
  const exportsAlone = [
    'Variable',
    'Function',
    'Class',
    'Interface',
    'Method',
    'TypeAlias',
    'Enum',
  ];

  for (const name of entries) {
    test(`TypeDoc finds words for every export of ${name}`, async () => {
      const [, scope = '', path = ''] =
        name.match(/^(@?[^/]+(?:\/(?:protocol|client))?)(.*)$/) ?? [];
      const manifest = JSON.parse(readFileSync(join(folderOf(scope), 'package.json'), 'utf8'));
      const entry = manifest.exports[`.${path}`];
      const code: string = typeof entry === 'string' ? entry : entry.default;
      const file = join('node_modules', scope, code.replace(/\.js$/, '.d.ts'));
      const project = `docs-${path.replaceAll('/', '-')}${scope.replace('/', '-')}`;
      const compilerOptions = {
        module: 'nodenext',
        lib: ['es2022', 'dom'],
        types: [],
        skipLibCheck: true,
      };
      writeFileSync(
        join(app, `${project}.json`),
        JSON.stringify({ files: [file], compilerOptions }),
      );
      const options = {
        entryPoints: [file],
        tsconfig: `${project}.json`,
        emit: 'none',
        validation: { notDocumented: true, notExported: false, invalidLink: false },
        treatValidationWarningsAsErrors: true,
        ...(scope === '@tillgate/protocol' && { requiredToBeDocumented: exportsAlone }),
      };
      mkdirSync(join(app, 'docs'), { recursive: true });
      writeFileSync(
        join(app, `docs/${project}.json`),
        JSON.stringify({
          ...options,
          entryPoints: [join('..', file)],
          tsconfig: `../${project}.json`,
        }),
      );
      await run('typedoc/bin/typedoc', '--options', `docs/${project}.json`);
    });
  }

  test('an editor shows a description of every property of the SDK, that of the schema where there is one', async () => {
    writeFileSync(join(app, 'editor.mjs'), editor);
    writeFileSync(join(app, 'hover.mts'), till);
    const { amount, total, described, silent } = JSON.parse(
      await succeed([process.execPath, 'editor.mjs', 'hover.mts'], app),
    );
    const { description } = SaleParams.properties.amount;
    assert.equal(amount, `${description}\n(integer 1..99999999 pence or cents)`);
    assert.match(total, /In pence or cents\./);
    assert.deepEqual(silent, []);
    assert.ok(described > 250, `${described}`);
  });
});
