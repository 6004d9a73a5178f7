// What is typed at the prompt of `tillgate send`: JSON, which is sent just as it is, or the words `METHOD FIELD=VALUE …`,
// which become a request, or `answer FIELD=VALUE …`, which answers the gateway. The words come from the schemas. Pure.

import type { Endpoint, ObservedMessage } from '@tillgate/protocol';
import { dialects, exchangesOf } from '@tillgate/protocol';
import { nearest } from '../command.ts';

export const ANSWER = 'answer';

/** The part of JSON Schema that is looked at. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly const?: unknown;
  /** Accepted without a meaning, so not offered. */
  readonly deprecated?: boolean;
}

/** A request of the partner with its fields, or of the gateway with the fields of its answer. */
type Methods = ReadonlyMap<string, Schema>;

export interface Vocabulary {
  /** By method, the parameters. */
  readonly requests: Methods;
  /** By method of the gateway, the results. */
  readonly answers: Methods;
}

/** Empty if the integration or the version is unknown. */
export function vocabularyOf({ integration, version }: Endpoint): Vocabulary {
  const dialect = version === 'v0' || version === 'v1' ? dialects[version] : undefined;
  const exchanges = dialect ? exchangesOf(dialect) : [];
  const here = exchanges.filter((one) => one.kind === 'request' && one.integration === integration);
  const fieldsOf = (schema: object, name: string): Schema =>
    (schema as Schema).properties?.[name] ?? {};
  const isGateways = ({ message }: (typeof here)[number]) => message.sender === 'gateway';
  return {
    requests: new Map(
      here
        .filter((one) => !isGateways(one))
        .map(({ name, message }) => [name, fieldsOf(message.schema, 'params')]),
    ),
    answers: new Map(
      here
        .filter(isGateways)
        .map(({ name, response }) => [name, fieldsOf(response?.schema ?? {}, 'result')]),
    ),
  };
}

export interface Asked {
  readonly vocabulary: Vocabulary;
  /** The id of the next request. */
  readonly nextId: number;
  /** The oldest request of the gateway that has no answer yet. */
  readonly open: ObservedMessage | undefined;
}

/** The text to send, or what is wrong with the words. */
export type Meant = { readonly text: string } | { readonly problem: string };

export function meantBy(line: string, { vocabulary, nextId, open }: Asked): Meant {
  if (/^\s*[[{"]/.test(line)) return { text: line };
  const [first = '', ...rest] = wordsOf(line);
  const fields = fieldsOf(rest);
  if (typeof fields === 'string') return { problem: fields };
  if (first === ANSWER) {
    if (open?.id === undefined) return { problem: 'The gateway waits for no answer.' };
    return { text: JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(open.id), result: fields }) };
  }
  if (!vocabulary.requests.has(first)) return { problem: unknown(first, vocabulary) };
  const params = rest.length > 0 ? { params: fields } : {};
  return { text: JSON.stringify({ jsonrpc: '2.0', id: nextId, method: first, ...params }) };
}

function unknown(word: string, { requests }: Vocabulary): string {
  const near = nearest(word, [...requests.keys(), ANSWER]);
  const meant = near ? ` Did you mean "${near}"?` : '';
  return `"${word}" is no method here.${meant} Type JSON, or METHOD FIELD=VALUE; Tab completes.`;
}

/** The fields, or the word that is none. */
function fieldsOf(words: readonly string[]): Record<string, unknown> | string {
  const fields: [string, unknown][] = [];
  for (const word of words) {
    const [, name, text = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined) return `"${word}": expected FIELD=VALUE, such as amount=500.`;
    fields.push([name, readValue(text)]);
  }
  return Object.fromEntries(fields);
}

/** JSON, or a text as it stands. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Words end at a space outside of quotes and brackets. */
function wordsOf(line: string): readonly string[] {
  return line.trim().match(/(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\{[^}]*\}|\S)+/g) ?? [];
}

/** What may stand in place of the last word of a line, and that word. */
export function completionsOf(
  line: string,
  { vocabulary, open }: Pick<Asked, 'vocabulary' | 'open'>,
): readonly [readonly string[], string] {
  const words = line.trimStart().split(' ');
  const last = words.at(-1) ?? '';
  const [first = ''] = words;
  const starting = (all: readonly string[]) => all.filter((one) => one.startsWith(last));
  if (words.length === 1) {
    const answer = open ? [ANSWER] : [];
    return [starting([...answer, ...vocabulary.requests.keys()]).map((one) => `${one} `), last];
  }
  const isAnswer = first === ANSWER;
  const { properties = {} } =
    (isAnswer ? vocabulary.answers.get(open?.method ?? '') : vocabulary.requests.get(first)) ?? {};
  const [, name] = /^([^=]+)=/.exec(last) ?? [];
  if (name !== undefined) {
    const offered = valuesOf(properties[name] ?? {}).map((value) => `${name}=${value} `);
    return [starting(offered), last];
  }
  const given = new Set(words.slice(1, -1).map((word) => word.split('=')[0]));
  const fields = Object.entries(properties)
    .filter(([field, { deprecated }]) => !deprecated && !given.has(field))
    .map(([field]) => field);
  return [starting(fields.map((field) => `${field}=`)), last];
}

function valuesOf(schema: Schema): readonly string[] {
  const inner = schema.anyOf?.flatMap(valuesOf) ?? [];
  const fixed = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  const truth = schema.type === 'boolean' ? ['true', 'false'] : [];
  return [...new Set([...inner, ...fixed.map(String), ...truth])];
}
