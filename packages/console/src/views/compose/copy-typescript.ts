// A message as a small program for @tillgate/client. Pure.

import { EXAMPLE_TOKEN, originOf } from '../../socket/gateway-address.ts';
import type { Copied, Params, Written } from './copy-as.ts';
import { requestOf } from './copy-as.ts';

export function asTypeScript(written: Written): Copied {
  const { text, where } = written;
  if (where.version !== 'v1') return { why: 'The SDK speaks v1; this connection speaks v0.' };
  const request = requestOf(text);
  if (request === 'answer')
    return where.integration === 'pat' ? table(written) : signature(written);
  if (!request) return { why: 'It needs a method, and JSON that can be read.' };
  const method = methods[request.method];
  if (!method) return { why: `The SDK has no method for ${request.method}.` };
  const [name, gives] = method;
  const params = Object.keys(request.params).length > 0 ? literal(request.params) : '';
  return program('connect', [
    `const till = await connect(${options(where)});`,
    `const ${gives} = await till.${name}(${params});`,
    `console.log(${gives});`,
    'till.close();',
  ]);
}

/** By method: what the SDK calls it, and what it gives. */
const methods: Readonly<Record<string, readonly [name: string, gives: string]>> = {
  connectedTerminals: ['terminals', 'terminals'],
  terminalDetails: ['terminal', 'terminal'],
  sale: ['sale', 'outcome'],
  refund: ['refund', 'outcome'],
  preAuth: ['preAuth', 'outcome'],
  completion: ['completion', 'outcome'],
  accountVerification: ['accountVerification', 'outcome'],
  duplicate: ['duplicate', 'payment'],
  cancelTransaction: ['cancel', 'passedOn'],
  reportEndOfDay: ['reportEndOfDay', 'report'],
  reportBanking: ['reportBanking', 'report'],
  reportXBalance: ['reportXBalance', 'report'],
  reportZBalance: ['reportZBalance', 'report'],
};

function program(name: string, lines: readonly string[]): Copied {
  return { text: [`import { ${name} } from '@tillgate/client';`, '', ...lines, ''].join('\n') };
}

function options(where: Written['where'], extra: readonly string[] = []): string {
  const { host, softwareHouseId, installerId, eposId, integration } = where;
  return block([
    `host: ${string(originOf(host))},`,
    `token: ${tokenText(where.token)},`,
    `softwareHouseId: ${string(softwareHouseId)},`,
    `installerId: ${string(installerId)},`,
    ...(integration === 'pac' && eposId ? [`eposId: ${string(eposId)},`] : []),
    ...extra,
  ]);
}

/** A secret is named, not written: the text may go anywhere. */
function tokenText(token: string): string {
  return token === EXAMPLE_TOKEN ? string(token) : "process.env.TILLGATE_TOKEN ?? ''";
}

function signature({ text, where }: Written): Copied {
  const { result } = Object(JSON.parse(text)) as { result?: { accepted?: unknown } };
  if (typeof result?.accepted !== 'boolean') {
    return { why: 'The SDK answers a signature by onSignature, with true or false.' };
  }
  const judge = `onSignature: (question) => ${result.accepted},`;
  return program('connect', [`const till = await connect(${options(where, [judge])});`]);
}

/** By method: the handler that gives this answer, and how it gives it. */
const handlers: Readonly<Record<string, (result: Params) => string>> = {
  tableListRequest: ({ tables }) => `listTables: () => ${literal(tables)},`,
  tableLockRequest: (result) => `lockTable: ({ tableId }) => (${literal(lockAnswer(result))}),`,
  posReceiptRequest: ({ receiptLines }) => `bill: ({ tableId }) => ${literal(receiptLines)},`,
  finalPosReceiptRequest: ({ receiptLines }) =>
    `finalReceipt: ({ tableId }) => ${literal(receiptLines)},`,
};

/** Handlers that the SDK asks for, while nothing better is there. */
const least = [
  'listTables: () => [],',
  "lockTable: ({ tableId }) => ({ refused: 'Not yet.' }),",
  'bill: ({ tableId }) => [],',
  'recordPayments: (paid) => console.log(paid),',
  'unlock: ({ tableId }) => console.log(tableId),',
];

function table({ text, method, where }: Written): Copied {
  const { result } = Object(JSON.parse(text)) as { result?: Params };
  const handler = handlers[method];
  if (!result || !handler) return { why: 'The SDK makes errors itself, where a handler throws.' };
  const mine = handler(result);
  const isMine = (line: string) => line.split(':')[0] === mine.split(':')[0];
  const others = least.map((line) => (isMine(line) ? mine : line));
  const all = others.includes(mine) ? others : [...others, mine];
  const call = `serveTables(${options(where)}, ${block(all)})`;
  return program('serveTables', [`const tables = await ${call};`, 'await tables.closed;']);
}

function lockAnswer({ confirmed, amount, currency, userMessage }: Params): object {
  return confirmed ? { amount, currency } : { refused: userMessage ?? 'Not possible.' };
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;
const LONGEST_LINE = 76;

/** A value as it would be written by hand. */
function literal(value: unknown): string {
  if (typeof value === 'string') return string(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const isArray = Array.isArray(value);
  const parts = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => (isArray ? literal(inner) : `${keyText(key)}: ${literal(inner)}`));
  const [first, end] = isArray ? ['[', ']'] : ['{ ', ' }'];
  if (parts.length === 0) return `${first}${end}`.replaceAll(' ', '');
  const line = `${first}${parts.join(', ')}${end}`;
  if (line.length <= LONGEST_LINE && !line.includes('\n')) return line;
  return block(
    parts.map((part) => `${part},`),
    isArray ? '[]' : '{}',
  );
}

/** Lines between two brackets, indented. */
function block(lines: readonly string[], [first, end] = '{}'): string {
  const inner = lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
  return [first, ...inner, end].join('\n');
}

function keyText(key: string): string {
  return PLAIN_KEY.test(key) ? key : string(key);
}

function string(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
