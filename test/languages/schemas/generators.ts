// Code generators of the npm registry, each given the published document that docs/schemas.md names for it.

import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Form } from '@tillgate/protocol';
import { asyncApi, dialects, schemaBundle } from '@tillgate/protocol';
import { install } from '../../support/packages.ts';

export type ModelLanguage = 'Java' | 'Go' | 'CSharp' | 'Python' | 'TypeScript';
export const modelLanguages: readonly ModelLanguage[] = [
  'Java',
  'Go',
  'CSharp',
  'Python',
  'TypeScript',
];

/** All schemas in one, as far as tests look at it. */
export interface Bundle {
  readonly title: string;
  readonly $defs: Readonly<Record<string, object>>;
}

export function bundleOf(form: Form): Bundle {
  return JSON.parse(schemaBundle(versions, form)) as Bundle;
}

export interface Generators {
  /** Writes the models of modelina into a folder; gives the names of the types. */
  readonly modelina: (language: ModelLanguage, form: Form, into: string) => Promise<string[]>;
  /** What json-schema-to-typescript makes. */
  readonly typeScript: (form: Form) => Promise<string>;
  /** What quicktype makes. */
  readonly quicktype: (language: ModelLanguage, form: Form) => Promise<string>;
}

const versions = Object.values(dialects);

/** Installs the generators into `folder`. */
export async function installGenerators(folder: string): Promise<Generators> {
  await install(folder, [
    '@asyncapi/modelina@5.10.1',
    'json-schema-to-typescript@16.0.0',
    'quicktype-core@26.0.0',
  ]);
  const tool = createRequire(join(folder, 'package.json'));
  return {
    modelina: (language, form, into) =>
      withModelina(tool('@asyncapi/modelina') as Modelina, { language, form, into }),
    typeScript: (form) => {
      const { compile } = tool('json-schema-to-typescript') as JsonSchemaToTypeScript;
      return compile(bundleOf(form), bundleOf(form).title, { bannerComment: '' });
    },
    quicktype: (language, form) =>
      withQuicktype(tool('quicktype-core') as QuickType, language, form),
  };
}

interface Modelina extends Readonly<Record<string, unknown>> {
  readonly [generator: `${string}FileGenerator`]: new (options: object) => ModelinaGenerator;
}

interface ModelinaGenerator {
  generateToFiles(document: object, folder: string, options: object): Promise<readonly Model[]>;
}

interface Model {
  readonly modelName: string;
}

interface ModelinaTask {
  readonly language: ModelLanguage;
  readonly form: Form;
  readonly into: string;
}

async function withModelina(tool: Modelina, { language, form, into }: ModelinaTask) {
  const Generator = tool[`${language}FileGenerator`];
  if (!Generator) throw new Error(`modelina has no generator for ${language}.`);
  const generator = new Generator(modelinaOptions(tool)[language] ?? {});
  const document = JSON.parse(asyncApi(versions, form)) as object;
  mkdirSync(into, { recursive: true });
  const names = { packageName: 'tillgate', namespace: 'Tillgate' };
  const models = await generator.generateToFiles(document, into, names);
  return models.map(({ modelName }) => modelName);
}

/** What a developer would choose, where it is not the default. */
function modelinaOptions(tool: Modelina): Readonly<Partial<Record<ModelLanguage, object>>> {
  const tags = { preset: tool.GO_COMMON_PRESET, options: { addJsonTag: true } };
  return {
    Java: { presets: [tool.JAVA_JACKSON_PRESET], collectionType: 'List' },
    Go: { presets: [tags] },
    TypeScript: { modelType: 'interface' },
  };
}

interface JsonSchemaToTypeScript {
  compile(schema: object, name: string, options: object): Promise<string>;
}

interface QuickType {
  readonly JSONSchemaInput: new (store: undefined) => { addSource(source: object): Promise<void> };
  readonly InputData: new () => { addInput(input: object): void };
  quicktype(options: object): Promise<{ readonly lines: readonly string[] }>;
}

async function withQuicktype(tool: QuickType, language: ModelLanguage, form: Form) {
  const input = new tool.JSONSchemaInput(undefined);
  const schema = schemaBundle(versions, form);
  await input.addSource({ name: 'tillgate', schema, uris: ['bundle.json#/$defs/'] });
  const inputData = new tool.InputData();
  inputData.addInput(input);
  const { lines } = await tool.quicktype({
    inputData,
    lang: language.toLowerCase(),
    rendererOptions: { package: 'tillgate', namespace: 'Tillgate' },
  });
  return lines.join('\n');
}
