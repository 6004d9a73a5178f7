// The declaration files of a package as they are published: types that come from schemas are written out, with the
// descriptions of the schemas, so that editors show them.

import { pathToFileURL } from 'node:url';
import type { TSchema } from '@tillgate/protocol';
import { describeSchema } from '@tillgate/protocol';

/** `export type SaleParams = Static<typeof SaleParams>;`, with the comment before it. */
const ALIAS =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export type (\w+) = (Static<typeof \w+>(?: \| Static<typeof \w+>)*);/g;
const OF_SCHEMA = /Static<typeof (\w+)>/g;

/** A declaration file with the types of schemas written out; `code` is the path of its built code. */
export async function withWrittenOutTypes(text: string, code: string): Promise<string> {
  if (!text.includes('= Static<typeof ')) return text;
  const schemas = (await import(pathToFileURL(code).href)) as Readonly<Record<string, TSchema>>;
  const schemaOf = (name: string): TSchema => {
    const schema = schemas[name];
    if (!schema) throw new Error(`${code} does not export the schema ${name} of a type.`);
    return schema;
  };
  return text.replace(ALIAS, (...[, comment, name = '', type = '']: string[]) => {
    const [first = ''] = type.match(/\w+(?=>)/) ?? [];
    const words = comment ?? commentOf(schemaOf(first), '');
    const written = type.replace(OF_SCHEMA, (__, schema: string) => typeOf(schemaOf(schema), ''));
    return `${words}export type ${name} = ${written};`;
  });
}

/** The static type of a schema, as `Static` gives it; `indent` is that of the line on which it stands. */
function typeOf(schema: TSchema, indent: string): string {
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (Object.hasOwn(schema, 'const')) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `(${typeOf(schema.items ?? {}, indent)})[]`;
    case 'object':
      return objectType(schema, indent);
    default:
      return 'unknown';
  }
}

function objectType(
  { properties, patternProperties, required = [] }: TSchema,
  indent: string,
): string {
  if (patternProperties) {
    const [value = {}] = Object.values(patternProperties);
    return `Record<string, ${typeOf(value, indent)}>`;
  }
  const entries = Object.entries(properties ?? {});
  if (entries.length === 0) return 'Record<string, never>';
  const inner = `${indent}    `;
  const lines = entries.map(([key, schema]) => {
    const name = `${/^\w+$/.test(key) ? key : JSON.stringify(key)}${required.includes(key) ? '' : '?'}`;
    return `${commentOf(schema, inner)}${inner}${name}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** What the schema says of its values, and which it takes. */
function commentOf(schema: TSchema, indent: string): string {
  const { description = '', deprecated = false } = schema;
  const values = isFixed(schema) ? '' : describeSchema(schema);
  const hasRange = values.startsWith(`${schema.type} `) || values.startsWith(`${schema.type},`);
  const lines = [
    ...(description === '' ? [] : [description]),
    ...(hasRange ? [`(${values})`] : []),
    ...(schema.default === undefined ? [] : [`@default ${JSON.stringify(schema.default)}`]),
    ...(deprecated ? [`@deprecated ${description}`] : []),
  ].map((line) => `${indent} * ${line.replaceAll('*/', '*\\/')}\n`);
  return lines.length === 0 ? '' : `${indent}/**\n${lines.join('')}${indent} */\n`;
}

/** Whether the type says all about its values. */
function isFixed(schema: TSchema): boolean {
  return schema.enum !== undefined || Object.hasOwn(schema, 'const');
}
