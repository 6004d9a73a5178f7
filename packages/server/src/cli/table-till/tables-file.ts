// The tables of `tillgate till`: read from a JSON file, each fault by its field, and written back.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Currency, Static } from '@tillgate/protocol';
import {
  findViolations,
  MAX_AMOUNT,
  MAX_IDENTIFIER,
  MAX_TABLES,
  MAX_WAITER_ID,
  Type,
} from '@tillgate/protocol';
import { UsageError } from '../exit-code.ts';
import { clean } from '../output.ts';

const closed = { additionalProperties: false } as const;
const Amount = Type.Integer({
  minimum: 0,
  maximum: MAX_AMOUNT,
  description: 'In pence or cents.',
});

const Payment = Type.Object({
  paymentId: Type.String({ minLength: 1 }),
  amountPaid: Amount,
  amountCashback: Amount,
  amountGratuity: Amount,
});

export const Table = Type.Object(
  {
    tableId: Type.String({ minLength: 1, maxLength: MAX_IDENTIFIER }),
    waiterId: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_WAITER_ID })),
    amount: Type.Optional(Amount),
    items: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            quantity: Type.Optional(Type.Integer({ minimum: 1 })),
            price: Amount,
          },
          closed,
        ),
      ),
    ),
    payments: Type.Optional(Type.Array(Payment)),
  },
  closed,
);

const TablesFile = Type.Object(
  {
    currency: Type.Optional(Type.Enum(['GBP', 'EUR'])),
    tables: Type.Array(Table, { maxItems: MAX_TABLES }),
  },
  closed,
);

export type Table = Static<typeof Table>;

export interface Tables {
  readonly currency: Currency;
  readonly tables: readonly Table[];
}

/** For the help text; amounts are minor units. */
export const fileHelp: readonly string[] = [
  'FILE is JSON; amounts are whole pence or cents:',
  '',
  '  {',
  '    "currency": "GBP",             GBP or EUR, as the card machine has it [GBP]',
  '    "tables": [',
  '      { "tableId": "7", "amount": 1250 },',
  '      {',
  `        "tableId": "12A",          1 to ${MAX_IDENTIFIER} characters`,
  `        "waiterId": "007",         shown to this waiter only, 1 to ${MAX_WAITER_ID} characters`,
  '        "items": [                 in place of "amount": what the bill lists',
  '          { "name": "Dinner", "quantity": 2, "price": 2410 }',
  '        ],',
  '        "payments": []             what was paid; written by --save',
  '      }',
  '    ]',
  '  }',
];

/** Throws `UsageError` naming the field, what was expected and what came. */
export function readTables(file: string): Tables {
  const value = parse(file);
  const [fault] = [...findViolations(TablesFile, value), ...faultsOf(value)];
  if (fault) {
    const { path, expected, got } = fault;
    throw new UsageError(`${file}: ${path || 'it'}: expected ${expected}, got ${got}.`);
  }
  const { currency = 'GBP', tables } = value as Static<typeof TablesFile>;
  return { currency, tables };
}

/** Writes the whole file or nothing, and syncs it to disk: a payment may depend on it. */
export function writeTables(file: string, tables: Tables): void {
  const next = `${file}.next`;
  const fd = openSync(next, 'w');
  try {
    writeFileSync(fd, `${JSON.stringify(tables, null, 2)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, file);
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const problem = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new UsageError(`${file} ${problem}: ${clean(cause.message)}`, { cause });
  }
}

interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Checks what a schema cannot express; for values of any shape. */
function* faultsOf(value: unknown): Generator<Fault> {
  const { tables } = Object(value) as { readonly tables?: unknown };
  const seen = new Set<unknown>();
  for (const [index, table] of (Array.isArray(tables) ? tables : []).entries()) {
    const { tableId, amount, items } = Object(table) as Partial<Table>;
    const path = `/tables/${index}`;
    if (seen.has(tableId)) {
      yield { path: `${path}/tableId`, expected: 'each table once', got: JSON.stringify(tableId) };
    }
    seen.add(tableId);
    if ((amount === undefined) === (items === undefined)) {
      const got = amount === undefined ? 'neither' : 'both';
      yield { path, expected: 'either amount or items', got };
    }
  }
}
