// Models that code generators make of the published documents: every type has its name, and the results in Java, Go
// and Python read and write the examples of PROTOCOL.md. Takes the generators from the npm registry; needs Debian's
// compilers and its Jackson.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { dialects, forms, publishedSchemas } from '@tillgate/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isWrong, schemaFileOf, shown } from '../support/protocol/shown-messages.ts';
import { needTools, PYTHON, run } from './languages.ts';
import type { ModelLanguage } from './schemas/generators.ts';
import { bundleOf, installGenerators, modelLanguages } from './schemas/generators.ts';

const programs = join(import.meta.dirname, 'schemas');
const folder = mkdtempSync(join(tmpdir(), 'tillgate-models-'));
after(() => rmSync(folder, { recursive: true }));
const installed = installGenerators(folder);

/** A message of an example, and the name of its type. */
interface Example {
  readonly name: string;
  readonly value: unknown;
}

const files = publishedSchemas(dialects);
const examples: readonly Example[] = shown.flatMap((one) => {
  const text = files.get(schemaFileOf(one) ?? '');
  return text === undefined || isWrong(one)
    ? []
    : [{ name: (JSON.parse(text) as { readonly title: string }).title, value: one.message }];
});

/** How an object begins in what quicktype writes; its Java has a class for a text or number too. */
const quicktypeObjects: Readonly<Record<ModelLanguage, RegExp>> = {
  Java: /^public class (?!Converter|RequestIDUnion)(\w+)/gm,
  Go: /^type (\w+) struct/gm,
  CSharp: /^ {4}public partial class (\w+)/gm,
  Python: /^class (\w+):/gm,
  TypeScript: /^export interface (\w+)/gm,
};

for (const form of forms) {
  describe(`the ${form} form`, () => {
    const { $defs, title } = bundleOf(form);

    for (const language of modelLanguages) {
      test(`modelina names every type in ${language} as the document does`, async () => {
        const { modelina } = await installed;
        const names = await modelina(language, form, join(folder, form, language));
        assertNames(names, [...Object.keys($defs), ...channelTypes]);
      });

      test(`quicktype names every object in ${language} as the schema does`, async () => {
        const { quicktype } = await installed;
        const text = await quicktype(language, form);
        const names = [...text.matchAll(quicktypeObjects[language])].map(([, name = '']) => name);
        assertNames(names, Object.keys($defs));
      });
    }

    test('json-schema-to-typescript names every type, and the examples fit them', async () => {
      const { typeScript } = await installed;
      const text = await typeScript(form);
      const names = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, one]) => one);
      assert.deepEqual(names.toSorted(), [title, ...Object.keys($defs)].toSorted());
      const values = examples.map(
        ({ name, value }, index) => `export const e${index}: ${name} = ${JSON.stringify(value)};`,
      );
      const file = join(folder, `${form}.ts`);
      writeFileSync(file, [text, ...values].join('\n'));
      const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
      run([tsc, '--noEmit', '--strict', '--target', 'es2024', file], { cwd: folder });
    });
  });
}

/** Modelina makes a union of the messages of each channel. */
const channelTypes = ['PacV1', 'PatV1', 'WaiterV1', 'TerminalV1', 'PacV0', 'PatV0'];

/** All names are known; generators may write some of them in other case, such as `RequestID`. */
function assertNames(names: readonly string[], known: readonly string[]): void {
  for (const name of ['SaleRequest', 'SaleParams', 'ReceiptLine', 'PaymentV0']) {
    assert.ok(names.includes(name), name);
  }
  const all = new Set(known.map((name) => name.toLowerCase()));
  assert.deepEqual(
    names.filter((name) => !all.has(name.toLowerCase())),
    [],
  );
}

describe('the generated models', () => {
  test('the examples are of many messages', () => {
    assert.ok(new Set(examples.map(({ name }) => name)).size > 50);
  });

  test('Java reads and writes every example with the classes of modelina', async () => {
    const jars = ['databind', 'core', 'annotations'].map(
      (one) => `/usr/share/java/jackson-${one}.jar`,
    );
    needTools('Java', {
      packages: ['default-jdk-headless', 'libjackson2-databind-java'],
      probe: ['sh', '-c', `javac --version && ls ${jars.join(' ')}`],
    });
    const into = join(folder, 'java');
    const classes = join(folder, 'classes');
    await (await installed).modelina('Java', 'open', into);
    const sources = globSync(join(into, '*.java'));
    const path = jars.join(':');
    run(['javac', '-d', classes, '-cp', path, join(programs, 'ReadAndWrite.java'), ...sources]);
    const command = [
      'java',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${classes}:${path}`,
      'ReadAndWrite',
    ];
    assertWritten(command);
  });

  test('Python reads and writes every example with the classes of quicktype', async () => {
    needTools('Python', { packages: ['python3'], probe: [PYTHON, '--version'] });
    const text = await (await installed).quicktype('Python', 'open');
    writeFileSync(join(folder, 'models.py'), text);
    assertWritten([PYTHON, '-B', join(programs, 'read_and_write.py'), folder]);
  });

  test('Go reads and writes every example with the types of modelina', async () => {
    const program = goProgram('modelina');
    await (await installed).modelina('Go', 'open', program.models);
    assertWrittenByGo(program);
  });

  test('Go reads and writes every example with the types of quicktype', async () => {
    const program = goProgram('quicktype');
    mkdirSync(program.models, { recursive: true });
    writeFileSync(
      join(program.models, 'models.go'),
      await (await installed).quicktype('Go', 'open'),
    );
    assertWrittenByGo(program);
  });
});

function assertWritten(command: readonly string[]): void {
  assert.deepEqual(
    writtenBy(command),
    examples.map(({ value }) => value),
  );
}

/** What a program writes that is given all examples, each with the name of its type. */
function writtenBy([command = '', ...args]: readonly string[]): readonly unknown[] {
  const input = examples.map(({ name, value }) => `${name}\t${JSON.stringify(value)}\n`).join('');
  const lines = execFileSync(command, args, { input, encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

interface GoProgram {
  readonly path: string;
  /** Where the generated package belongs. */
  readonly models: string;
}

function goProgram(tool: string): GoProgram {
  needTools('Go', { packages: ['golang-go'], probe: ['go', 'version'] });
  const path = join(folder, `go-${tool}`);
  return { path, models: join(path, 'src/tillgate') };
}

/** Go omits an optional key whose value is empty, or writes null for it; all else is written as it was read. */
function assertWrittenByGo({ path }: GoProgram): void {
  const main = join(path, 'src/main');
  mkdirSync(main, { recursive: true });
  copyFileSync(join(programs, 'read_and_write.go'), join(main, 'read_and_write.go'));
  const names = [...new Set(examples.map(({ name }) => name))];
  const rows = names.map((name) => `\t"${name}": func() any { return new(tillgate.${name}) },\n`);
  const types = `var types = map[string]func() any{\n${rows.join('')}}\n`;
  writeFileSync(join(main, 'types.go'), `package main\n\nimport "tillgate"\n\n${types}`);
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: path };
  run(['go', 'build', '-o', join(path, 'messages'), '.'], { cwd: main, env });
  const written = writtenBy([join(path, 'messages')]);
  const ajv = new Ajv2020({ strict: false }).addSchema(bundleOf('open'), 'open');
  for (const [index, { name, value }] of examples.entries()) {
    assert.deepEqual(withoutEmpty(written[index]), withoutEmpty(value));
    assert.ok(ajv.validate({ $ref: `open#/$defs/${name}` }, written[index]), ajv.errorsText());
  }
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutEmpty(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => !isEmpty(one)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  return Object.keys(value).length === 0;
}
