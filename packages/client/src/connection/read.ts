// Checks both directions against the one declaration of each message: what the caller asks for before
// it is sent, what the gateway answers before it is believed.

import type {
  ErrorObject,
  PacMethodCodec,
  Response,
  SchemaViolation,
  Validator,
} from '@tillgate/protocol';
import { v1Pac } from '@tillgate/protocol';
import { BadAnswer, faultsText, TillError } from './errors.ts';
import type { Warn } from './warning.ts';

/** The row of a method of this till. */
export function rowOf(method: string): PacMethodCodec {
  const row = v1Pac.requests[method];
  if (!row) throw new Error(`There is no method ${method}.`);
  return row;
}

/**
 * The params to send, without undefined keys. Throws RangeError for a number out of its range and
 * TypeError for all else, naming each field, what was expected and what came.
 */
export function checkedParams(row: PacMethodCodec, params: object): object {
  const given = Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  );
  const message = { jsonrpc: '2.0', id: 1, method: row.method, params: given };
  const faults = row.request.violations(message).map((fault) => withParamName(fault, given));
  if (faults.length === 0) return given;
  const text = `${row.method}: ${faultsText(faults)}.`;
  const outOfRange = faults.every((fault) => isWhole(given[fault.path]));
  throw outOfRange ? new RangeError(text) : new TypeError(text);
}

const PARAMS = '/params/';

/** The caller knows `amount`, not `/params/amount`; and JSON cannot write NaN. */
function withParamName(fault: SchemaViolation, given: Record<string, unknown>): SchemaViolation {
  const path = fault.path.startsWith(PARAMS) ? fault.path.slice(PARAMS.length) : fault.path;
  const value = given[path];
  return { ...fault, path, got: typeof value === 'number' ? `number ${value}` : fault.got };
}

function isWhole(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value);
}

/** What an answer says: the result, the gateway's refusal, or nothing that can be believed. */
export type ParsedAnswer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly error: TillError }
  | { readonly kind: 'nothing'; readonly error: BadAnswer };

export function parseAnswer(row: PacMethodCodec, answer: Response, warn: Warn): ParsedAnswer {
  const { method } = row;
  if (Object.hasOwn(answer, 'error')) return readError(method, answer.error);
  const fitting = parseTolerant(row.response, answer, (faults) => {
    const message = `The answer to ${method} has unknown keys: ${faultsText(faults)}.`;
    warn({ warning: 'unknownKeys', message });
  });
  if (fitting) return { kind: 'result', result: fitting.result };
  const error = new BadAnswer(method, row.response.violations(answer));
  warn({ warning: 'badMessage', message: error.message });
  return { kind: 'nothing', error };
}

/** Unknown keys alone make no answer wrong: a newer gateway may say more than this SDK knows. */
export function parseTolerant<T>(
  check: Validator,
  value: T,
  dropped: (faults: SchemaViolation[]) => void,
): T | undefined {
  if (check.isValid(value)) return value;
  const cleaned = check.withoutUnknownKeys(value) as T;
  if (!check.isValid(cleaned)) return undefined;
  dropped(check.violations(value));
  return cleaned;
}

function readError(method: string, error: unknown): ParsedAnswer {
  const said = error as Partial<ErrorObject> | null | undefined;
  if (Number.isInteger(said?.code) && typeof said?.message === 'string') {
    return { kind: 'refused', error: new TillError(method, said as ErrorObject) };
  }
  const expected = 'an error with code and message';
  const fault = { path: '/error', expected, got: error === null ? 'null' : typeof error };
  return { kind: 'nothing', error: new BadAnswer(method, [fault]) };
}
