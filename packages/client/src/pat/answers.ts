// What a handler gave, as the answer to send: caught here is what the gateway would refuse, by the
// name of the field, so that it is found in the till's own log.

import type { Currency, SchemaViolation, TableRequest } from '@tillgate/protocol';
import { MAX_IDENTIFIER, MAX_TABLES, v1Pat } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';

type Ask = TableRequest['kind'];

/** Greatest message of a till at the table, in bytes [C-3.35]. */
const MAX_MESSAGE_BYTES = 262_144;
/** Room for the envelope with the longest id. */
const ENVELOPE_BYTES = 1_024;

export interface AnswerOptions {
  /** Of all bills, where the handler names none. */
  readonly currency: Currency | undefined;
  /** Called with what was left out because it cannot be sent. */
  readonly onOmitted: (text: string) => void;
}

/** The result to send; throws TypeError naming what is wrong with what the handler gave. */
export function resultOf(ask: Ask, given: unknown, shaping: AnswerOptions): unknown {
  const result = resultBuilders[ask](given, shaping);
  const faults =
    v1Pat.codec.requests[ask]?.response.violations({ jsonrpc: '2.0', id: 1, result }) ?? [];
  if (faults.length > 0) throw new TypeError(`${faultsText(faults.map(withHandlerPath))}.`);
  const bytes = new TextEncoder().encode(JSON.stringify(result)).length;
  if (bytes > MAX_MESSAGE_BYTES - ENVELOPE_BYTES) {
    throw new TypeError(`expected ${MAX_MESSAGE_BYTES} bytes at most, got ${bytes}.`);
  }
  return result;
}

const resultBuilders: Readonly<Record<Ask, (given: unknown, shaping: AnswerOptions) => unknown>> = {
  tables: tablesResult,
  lock: lockResult,
  bill: (given) => ({ receiptLines: given }),
  finalReceipt: (given) => ({ receiptLines: given }),
};

/** One wrong table must not hide the others. */
function tablesResult(given: unknown, shaping: AnswerOptions): unknown {
  const list = Array.isArray(given) ? { tables: given } : (given as object | null | undefined);
  const { tables, currency = shaping.currency } = Object(list) as Record<string, unknown>;
  if (!Array.isArray(tables)) return { tables };
  const named = tables.filter((table, index) => {
    if (isTableId(table)) return true;
    const expected = `expected string, 1..${MAX_IDENTIFIER} characters`;
    shaping.onOmitted(`tables/${index}: ${expected}. It was left out.`);
    return false;
  });
  if (named.length > MAX_TABLES) {
    shaping.onOmitted(
      `tables: expected ${MAX_TABLES} at most, got ${named.length}; the rest is cut.`,
    );
  }
  return {
    tables: named.slice(0, MAX_TABLES),
    ...(currency !== undefined && { currency }),
  };
}

function isTableId(table: unknown): boolean {
  if (typeof table !== 'string' || table === '') return false;
  return table.length <= 2 * MAX_IDENTIFIER && [...table].length <= MAX_IDENTIFIER;
}

function lockResult(given: unknown, shaping: AnswerOptions): unknown {
  const { refused, amount, currency = shaping.currency } = Object(given) as Record<string, unknown>;
  if (refused === undefined) return { confirmed: true, amount, currency };
  const why = typeof refused === 'string' && refused !== '';
  return { confirmed: false, ...(why && { userMessage: refused }) };
}

const RESULT = /^\/result\/(?:receiptLines\/?)?/;

/** The author of a handler knows `amount`, not `/result/amount`. */
function withHandlerPath(fault: SchemaViolation): SchemaViolation {
  return { ...fault, path: fault.path.replace(RESULT, '') };
}
