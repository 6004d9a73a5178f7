// Verdicts on a restaurant till's answers by the published schemas and chapter 9, without the gateway's own
// code.

import { findViolations, v1 } from '@tillgate/protocol';

/** What the waiter must be answered. */
export type Verdict =
  | { readonly verdict: 'tables'; readonly tables: readonly string[] }
  | { readonly verdict: 'locked'; readonly amount: number }
  | { readonly verdict: 'lines'; readonly receiptLines: unknown }
  | { readonly verdict: 'no' }
  /** The till must receive an error, since the answer cannot be used [C-9.5]. */
  | { readonly verdict: 'invalid' };

type Json = Readonly<Record<string, unknown>>;
const DEEPEST = 32;
const MOST_IN_BATCH = 16;

/** The messages in a text that count as answers to something [C-3.13, C-3.14, C-3.36]. */
export function answersIn(text: string): readonly Json[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^[\uFEFF\0]+|[\uFEFF\0]+$/g, ''));
  } catch {
    return [];
  }
  if (isTooDeep(value, DEEPEST)) return [];
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  return items.length > MOST_IN_BATCH ? [] : items.map(asMeant).filter(isAnswer);
}

/** Without the members that serializers write as null, and with the number of a request that came as text [C-3.14]. */
function asMeant(item: unknown): unknown {
  if (!isObject(item)) return item;
  const { method, params, error, ...rest } = item;
  const meant: Record<string, unknown> = { ...rest };
  if (method !== null && method !== undefined) meant.method = method;
  if (params !== null && params !== undefined) meant.params = params;
  if (error !== undefined && !(error === null && Object.hasOwn(item, 'result')))
    meant.error = error;
  if (meant.result === null && meant.error) delete meant.result;
  if (/^[1-9]\d{0,5}$/.test(typeof meant.id === 'string' ? meant.id : ''))
    meant.id = Number(meant.id);
  return meant;
}

function isAnswer(item: unknown): item is Json {
  if (!isObject(item) || item.jsonrpc !== '2.0') return false;
  const own = (key: string) => Object.hasOwn(item, key);
  return !own('method') && own('result') !== own('error');
}

export function verdictOn(method: string, answer: Json): Verdict {
  if (Object.hasOwn(answer, 'error')) {
    const { code, message } = Object(answer.error) as Json;
    const isError = Number.isInteger(code) && typeof message === 'string';
    return { verdict: isError ? 'no' : 'invalid' };
  }
  const result = method === 'tableListRequest' ? asList(answer.result) : answer.result;
  if (!isAsPublished(method, { ...answer, result })) return { verdict: 'invalid' };
  return readers[method]?.(result as Json) ?? { verdict: 'invalid' };
}

const readers: Readonly<Record<string, (result: Json) => Verdict>> = {
  tableListRequest: ({ tables, currency }) => {
    // A null is the same as an absent one [C-3.6].
    const all = (currency ?? 'GBP') === 'GBP' ? (tables as readonly string[]) : [];
    return { verdict: 'tables', tables: [...new Set(all)] };
  },
  tableLockRequest: ({ confirmed, amount, currency }) => {
    if (confirmed !== true) return { verdict: 'no' };
    if (currency !== 'GBP') return { verdict: 'invalid' };
    return amount === 0 ? { verdict: 'no' } : { verdict: 'locked', amount: amount as number };
  },
  posReceiptRequest: ({ receiptLines }) => ({ verdict: 'lines', receiptLines }),
  finalPosReceiptRequest: ({ receiptLines }) => ({ verdict: 'lines', receiptLines }),
};

/** Also a bare array, and tables that are objects with a name [C-9.11]. */
function asList(result: unknown): unknown {
  const list = Array.isArray(result) ? { tables: result } : result;
  if (!isObject(list) || !Array.isArray(list.tables)) return list;
  const named = list.tables.map((item: unknown) =>
    isObject(item) || Array.isArray(item)
      ? ((item as Json).tableId ?? (item as Json).tableName ?? item)
      : item,
  );
  return { ...list, tables: named };
}

function isAsPublished(method: string, answer: Json): boolean {
  const published = v1.messages.find(
    ({ name, integration }) => integration === 'pat' && name === `${method}.response`,
  );
  return published !== undefined && findViolations(published.schema, answer).length === 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, left - 1));
}
