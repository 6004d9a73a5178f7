// Arbitraries for the frames of a fuzzing till, well-formed and not, and the answers that each text must
// get.

import fc from 'fast-check';

/** What is sent in one go. */
export type Frame =
  | { readonly send: 'text'; readonly text: string }
  /** In pieces, which the receiver puts together. */
  | { readonly send: 'fragments'; readonly text: string }
  /** Binary frames of UTF-8 are read as text [C-3.2]. */
  | { readonly send: 'binary'; readonly text: string }
  /** Bytes after which the gateway must close. */
  | { readonly send: 'end'; readonly bytes: Uint8Array; readonly binary: boolean };

/** One answer that must come: under an id (as JSON text), or under none. */
export interface ExpectedAnswer {
  readonly id: string | undefined;
  readonly method: string | undefined;
}

export const tids = ['VCMINVLSIP0', 'VCMINVLDIP0', 'VCMINVLSCD0', 'VCMINVLUIP0', 'VCMINVLTIP0'];

const MOST_BATCH = 16;
const DEEPEST = 32;
const LONGEST_ID = 128;

/** The answers to a text [C-3.10 - C-3.17, C-12.1]. */
export function expectedAnswers(text: string): readonly ExpectedAnswer[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [nobody];
  }
  if (depth(value) > DEEPEST) return [{ ...nobody, id: requestId(value) }];
  if (!Array.isArray(value)) return dueOfOne(value);
  if (value.length === 0 || value.length > MOST_BATCH) return [nobody];
  return value.flatMap(dueOfOne);
}

const nobody: ExpectedAnswer = { id: undefined, method: undefined };

function dueOfOne(value: unknown): readonly ExpectedAnswer[] {
  if (!isObject(value)) return [nobody];
  const own = (key: string) => Object.hasOwn(value, key);
  const { jsonrpc, method } = value;
  if (own('method')) {
    const valid = jsonrpc === '2.0' && typeof method === 'string';
    // A notification has no answer [C-3.10].
    if (valid && !own('id')) return [];
    return [{ id: requestId(value), method: valid ? method : undefined }];
  }
  return jsonrpc === '2.0' && (own('result') || own('error')) ? [] : [nobody];
}

/** The id of a request as JSON text, if it can be used [C-3.9, C-3.10]. */
function requestId(value: unknown): string | undefined {
  if (!isObject(value) || !Object.hasOwn(value, 'method') || !Object.hasOwn(value, 'id')) {
    return undefined;
  }
  const { id } = value;
  const usable =
    typeof id === 'string' ? [...id].length <= LONGEST_ID : Number.isFinite(id as number);
  return usable && typeof id !== 'object' ? JSON.stringify(id) : undefined;
}

/** No deeper than it matters: some nest deeper than this program could follow. */
function depth(value: unknown, left = DEEPEST + 1): number {
  if (typeof value !== 'object' || value === null || left === 0) return 0;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depth(inner, left - 1));
  return deepest + 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const wildNumber = fc.oneof(
  fc.constantFrom(0, 1, -1, 12.5, 2 ** 53, -(2 ** 53), 1e21, 1e300, 99_999_999, 100_000_000),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
export const wild = fc.oneof(
  wildNumber,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom<unknown>(null, true, false, '', {}, [], '__proto__', '4111 1111 1111 1111'),
  fc.jsonValue({ maxDepth: 3 }),
);
export const wildKey = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'extra', ''],
);
const tid = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...tids) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('12345678', 'VCM', 'vcminvlsip0', 'VCMINVLSIP3', '../..'),
  },
);
const id = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.oneof(fc.string({ maxLength: 140 }), wildNumber, wild) },
);
const amount = fc.integer({ min: 1, max: 5_000 });
const money = fc.record({ tid, currency: fc.constantFrom('GBP', 'GBP', 'EUR'), amount });

/** Mostly well-formed, so that the deeper checks are reached too. */
const request = fc.oneof(
  fc.record({
    method: fc.constantFrom('sale', 'refund', 'preAuth', 'accountVerification'),
    params: money,
  }),
  fc.record({
    method: fc.constantFrom(
      ...['terminalDetails', 'duplicate', 'cancelTransaction', 'reportXBalance', 'reportBanking'],
    ),
    params: fc.record({ tid }),
  }),
  fc.record({ method: fc.constant('connectedTerminals') }),
  fc.record({
    method: fc.oneof(wildKey, fc.string(), fc.constantFrom('Sale', 'completion', 'rpc.x')),
    params: wild,
  }),
);
const envelope = fc
  .tuple(request, id)
  .map(([asked, number]) => ({ jsonrpc: '2.0', id: number, ...asked }) as Record<string, unknown>);

type Change = (message: Record<string, unknown>) => void;
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.constantFrom('jsonrpc', 'id', 'method', 'params'), wild).map(
    ([key, value]): Change =>
      (message) => {
        message[key] = value;
      },
  ),
  fc.constantFrom('jsonrpc', 'id', 'method', 'params').map(
    (key): Change =>
      (message) => {
        delete message[key];
      },
  ),
  fc.tuple(fc.oneof(wildKey, fc.constantFrom('tid', 'currency', 'amount')), wild).map(
    ([key, value]): Change =>
      (message) => {
        if (isObject(message.params)) define(message.params, key, value);
      },
  ),
  fc.tuple(wildKey, wild).map(
    ([key, value]): Change =>
      (message) =>
        define(message, key, value),
  ),
);

/** `__proto__` becomes a key of its own, as JSON can have it. */
export function define(target: object, key: string, value: unknown): void {
  const how = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(target, key, how);
}

const mutated = fc
  .tuple(envelope, fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([message, changes]) => {
    const copy = structuredClone(message);
    for (const apply of changes) apply(copy);
    return copy;
  });
const stray = fc.oneof(
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: wild }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, error: wild }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: wild, error: wild }),
);
const message = fc.oneof(
  { weight: 5, arbitrary: envelope },
  { weight: 5, arbitrary: mutated },
  { weight: 2, arbitrary: stray },
  { weight: 2, arbitrary: wild },
);
const batch = fc.array(message, { maxLength: 18 });
export const nested = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.integer({ min: 20, max: 9_000 }))
  .map(([open, levels]) => `${open.repeat(levels)}0${(open === '[' ? ']' : '}').repeat(levels)}`);
const json = fc.oneof({ weight: 12, arbitrary: message }, { weight: 1, arbitrary: batch });
const text = fc.oneof(
  { weight: 20, arbitrary: json.map((value) => JSON.stringify(value) ?? '') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc.tuple(envelope, fc.nat(80)).map(([it, cut]) => JSON.stringify(it).slice(0, cut)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 60_000 }).map((n) => `"${'x'.repeat(n)}"`) },
);

const end: fc.Arbitrary<Frame> = fc.oneof(
  fc.boolean().map((binary) => ({
    ...{ send: 'end' as const, binary },
    bytes: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
  })),
  fc.constant({ send: 'end' as const, binary: false, bytes: new Uint8Array(65_537).fill(0x20) }),
);

export const frame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 40, arbitrary: text.map((it) => ({ send: 'text' as const, text: it })) },
  { weight: 4, arbitrary: text.map((it) => ({ send: 'fragments' as const, text: it })) },
  { weight: 4, arbitrary: text.map((it) => ({ send: 'binary' as const, text: it })) },
  { weight: 1, arbitrary: end },
);
