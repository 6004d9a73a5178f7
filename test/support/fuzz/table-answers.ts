// Arbitraries for the answers of a restaurant till: valid, mutated, under the id of another request, twice,
// late, never; and for messages that answer no request.

import fc from 'fast-check';
import { define, nested, wild, wildKey, wildNumber } from './frames.ts';

/** What follows `jsonrpc` and `id`. */
type Body = Readonly<Record<string, unknown>>;

/** How one question is answered. */
export type FuzzedAnswer =
  | { readonly how: 'good' }
  /** Something else in place of the good answer. */
  | { readonly how: 'other'; readonly body: Body }
  /** The good answer, spoilt. */
  | { readonly how: 'spoilt'; readonly spoil: Spoil }
  /** The good answer, then this under the same id. */
  | { readonly how: 'twice'; readonly body: Body }
  /** This first, then the good answer. */
  | { readonly how: 'after'; readonly noise: Noise }
  /** A good answer under the id of another question, and none to this. */
  | { readonly how: 'elsewhere'; readonly pick: number }
  | { readonly how: 'binary' | 'batch' }
  /** A receipt of so many bytes in all. */
  | { readonly how: 'long'; readonly bytes: number }
  | { readonly how: 'never' | 'late' | 'cut' };

/** Messages that answer no request. */
export type Noise = readonly string[];
type Spoil = (message: Record<string, unknown>) => void;

export const FRAME_LIMIT = 262_144;
/** Above any id the gateway will have asked under. */
const FAR_ID = 500_000;

const longText = fc.integer({ min: 0, max: 10_000 }).map((length) => 'x'.repeat(length));
/** A card number that no waiter may be shown. */
export const CARD = '4242424242424242';
const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 4, arbitrary: longText },
  { weight: 1, arbitrary: fc.constant(`Card ${CARD}`) },
);
const currency = fc.oneof(
  { weight: 6, arbitrary: fc.constant<unknown>('GBP') },
  { weight: 2, arbitrary: fc.constantFrom<unknown>('EUR', 'USD', 'gbp', '', null) },
  { weight: 1, arbitrary: wild },
);
const amount = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(-1, -4820, 0, 99_999_999, 100_000_000, '4820') },
  { weight: 1, arbitrary: wildNumber },
);
const lock = fc.record(
  { confirmed: fc.oneof(fc.boolean(), wild), amount, currency, userMessage: oddText },
  { requiredKeys: ['confirmed'] },
);
const table = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>('1', '2', '12A', '12A', 'ÄÖÜ', 'x'.repeat(32)) },
  { weight: 2, arbitrary: oddText },
  { weight: 1, arbitrary: fc.record({ tableId: oddText, tableName: wild }) },
  { weight: 1, arbitrary: wild },
);
const tables = fc.oneof(
  fc.array(table, { maxLength: 12 }),
  fc.array(fc.constantFrom('1', '2', '12A', '7'), { maxLength: 6 }),
  fc.integer({ min: 499, max: 502 }).map((length) => Array.from({ length }, (_, id) => `T${id}`)),
);
const list = fc.oneof(fc.record({ tables, currency }, { requiredKeys: ['tables'] }), tables);
const line = fc.record(
  {
    value: oddText,
    type: fc.constantFrom('TEXT', 'IMAGE_LOGO', 'BARCODE_CODE39', 'BOX_VOID', 'text', 'PICTURE'),
    format: fc.array(fc.constantFrom('BOLD', 'DOUBLE_WIDTH', 'ITALIC'), { maxLength: 3 }),
  },
  { requiredKeys: ['value'] },
);
const receipt = fc.record({ receiptLines: fc.array(fc.oneof(line, wild), { maxLength: 8 }) });
const result = fc.oneof(lock, list, receipt, wild);
const error = fc.oneof(
  fc.record({ code: fc.integer(), message: oddText }),
  fc.record({ code: fc.integer(), message: oddText, data: fc.record({ userMessage: oddText }) }),
  fc.record({ code: wild, message: wild, data: wild }),
  wild,
);
const body: fc.Arbitrary<Body> = fc.oneof(
  { weight: 5, arbitrary: fc.record<Body>({ result }) },
  { weight: 2, arbitrary: fc.record<Body>({ error }) },
  { weight: 1, arbitrary: fc.record<Body>({ result, error }) },
);

/** Where something may be put or taken away: in the envelope, or in what it holds. */
const spoil: fc.Arbitrary<Spoil> = fc
  .tuple(
    fc.constantFrom('jsonrpc', 'result', 'confirmed', 'amount', 'currency', 'tables', 'extra'),
    fc.oneof(wildKey, fc.constant(undefined)),
    fc.oneof(amount, wild),
    fc.boolean(),
  )
  .map(([key, odd, value, takesAway]) => (message) => {
    const { result: held } = message;
    const inside = typeof held === 'object' && held !== null ? held : message;
    const target = key === 'jsonrpc' || key === 'result' ? message : inside;
    if (takesAway) Reflect.deleteProperty(target, key);
    else define(target, odd ?? key, value);
  });

/** Answers to nothing: to questions long answered, or never to be asked. */
const strayId = fc.oneof(
  fc.integer({ min: FAR_ID, max: 2 * FAR_ID }),
  fc.constantFrom<unknown>(0, -1, 1.5, '1', null, {}, [], true, 1e300),
);
const stray = fc
  .tuple(strayId, body)
  .map(([id, said]) => JSON.stringify({ jsonrpc: '2.0', id, ...said }));
/** A till at the table has no requests [C-9.1]. */
const ownRequest = fc
  .tuple(
    fc.uuid(),
    fc.oneof(
      fc.constantFrom('tableListRequest', 'sale', 'connectedTerminals', 'report', 'tables'),
      fc.string(),
    ),
    wild,
  )
  .map(([id, method, params]) => JSON.stringify({ jsonrpc: '2.0', id, method, params }));
const message = fc.oneof(
  stray,
  ownRequest,
  wild.map((value) => JSON.stringify(value) ?? ''),
);
const noise: fc.Arbitrary<Noise> = fc.oneof(
  { weight: 6, arbitrary: fc.array(message, { minLength: 1, maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.array(message, { maxLength: 18 }).map((some) => [`[${some.join(',')}]`]),
  },
  { weight: 1, arbitrary: fc.oneof(nested, oddText).map((text) => [text]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 50, max: 400 }), stray)
      .map(([count, one]) => Array.from({ length: count }, () => one)),
  },
);

export const fuzzedAnswer: fc.Arbitrary<FuzzedAnswer> = fc.oneof(
  { weight: 60, arbitrary: fc.constant<FuzzedAnswer>({ how: 'good' }) },
  { weight: 22, arbitrary: body.map((one): FuzzedAnswer => ({ how: 'other', body: one })) },
  { weight: 16, arbitrary: spoil.map((one): FuzzedAnswer => ({ how: 'spoilt', spoil: one })) },
  { weight: 5, arbitrary: body.map((one): FuzzedAnswer => ({ how: 'twice', body: one })) },
  { weight: 8, arbitrary: noise.map((one): FuzzedAnswer => ({ how: 'after', noise: one })) },
  { weight: 3, arbitrary: fc.nat().map((pick): FuzzedAnswer => ({ how: 'elsewhere', pick })) },
  { weight: 3, arbitrary: fc.constantFrom<FuzzedAnswer>({ how: 'binary' }, { how: 'batch' }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(60_000, FRAME_LIMIT - 1, FRAME_LIMIT, FRAME_LIMIT, FRAME_LIMIT + 1)
      .map((bytes): FuzzedAnswer => ({ how: 'long', bytes })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<FuzzedAnswer>({ how: 'never' }, { how: 'late' }, { how: 'cut' }),
  },
);

/** What a waiter does at one table. */
export interface Visit {
  readonly asksForTables: boolean;
  /** One of those listed, if he asked; else one of his own mind. */
  readonly table: number;
  readonly asksForBill: boolean;
  /** Each a share of what is left, in per cent; above 100 is too much. */
  readonly shares: readonly { readonly by: 'card' | 'other'; readonly percent: number }[];
  /** To pay, as the till says when it answers by the book. */
  readonly amount: number;
  /** He hangs up instead of leaving. */
  readonly hangsUp: boolean;
}

export const fuzzedVisit: fc.Arbitrary<Visit> = fc.record({
  asksForTables: fc.boolean(),
  table: fc.nat({ max: 9 }),
  asksForBill: fc.boolean(),
  shares: fc.array(
    fc.record({
      by: fc.constantFrom<'card' | 'other'>('card', 'card', 'other'),
      percent: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(100, 101)),
    }),
    { maxLength: 4 },
  ),
  amount: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(0, 1, 99_999_999)),
  hangsUp: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});
