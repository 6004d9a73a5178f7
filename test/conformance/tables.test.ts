// The tables of PROTOCOL.md against the tables of the code.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorName } from '@tillgate/protocol';
import { dialects, errorTable, notificationValues, publishedSchemas } from '@tillgate/protocol';
import type { Row } from '../support/protocol/protocol-document.ts';
import { codeWords, tableOf } from '../support/protocol/protocol-document.ts';

/** Which rows of the code stand in which row of the document. */
const errorRows: Readonly<Record<string, readonly ErrorName[]>> = {
  'C-3.23': ['notJson'],
  'C-3.24': ['invalidRequest'],
  'C-3.25': ['unknownMethod'],
  'C-3.26': ['invalidParams'],
  'C-3.27': ['internal'],
  'C-3.28': ['terminalUnavailable', 'terminalSilent'],
  'C-3.29': ['terminalBusy'],
  'C-3.30': ['nothingToCancel', 'tooLateToCancel'],
  'C-3.31': ['otherCurrency', 'noCashback', 'methodNotOffered'],
  'C-3.32': ['noPreviousTransaction'],
  'C-3.33': ['discontinued'],
  'C-3.34': ['noAnswer', 'invalidAnswer'],
};

/** The sentences of a cell: alternatives stand after a slash, those of v0 in brackets. */
function sentences(cell = ''): string[] {
  const [first = '', ...others] = cell.split(/ \/ | \(v0 also: |\)$/).filter(Boolean);
  const subject = /^Card machine \{tid\}/.exec(first)?.[0] ?? '';
  return [first, ...others.map((text) => text.replace(/^…/, subject))];
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

describe('C-3.22, the codes', () => {
  const rows = tableOf('C-3.22');

  test('each row of the document is in the code, and each row of the code in it', () => {
    assert.deepEqual(
      rows.map((row) => row.Rule),
      Object.keys(errorRows),
    );
    assert.deepEqual(
      Object.values(errorRows).flat().toSorted(),
      Object.keys(errorTable).toSorted(),
    );
  });

  for (const row of rows) {
    test(`${row.Rule}: code, messages and advice are those of the code`, () => {
      const ours = (errorRows[row.Rule ?? ''] ?? []).map((name) => errorTable[name]);
      assert.deepEqual(unique(ours.map(({ code }) => String(code))), [row.Code]);
      assert.deepEqual(unique(ours.map(({ message }) => message)), sentences(row['`message`']));
      const found = unique(ours.map(({ userMessage }) => userMessage));
      assert.deepEqual(found, sentences(row['`data.userMessage`']));
      assert.deepEqual(unique(ours.map(({ retry }) => retry)), [row.Retry]);
    });
  }
});

test('C-6.5: the 31 values of v1 are in the order of the document', () => {
  assert.deepEqual(
    notificationValues,
    tableOf('C-6.5').map((row) => row.Value),
  );
  assert.equal(notificationValues.length, 31);
});

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly deprecated?: boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

function published(name: string): Schema {
  return JSON.parse(publishedSchemas(dialects).get(`v1/pac/${name}.json`) ?? '{}') as Schema;
}

const resultOf = (method: string) => published(`${method}.response`).properties?.result ?? {};
/** Params as a till uses them: without null, and without those that are accepted only because they say nothing. */
const paramsOf = (method: string): Schema =>
  usedOf(published(`${method}.request`).properties?.params ?? {});

function usedOf(schema: Schema): Schema {
  const used = Object.entries(schema.properties ?? {})
    .filter(([, inner]) => !inner.deprecated)
    .map(([key, inner]): [string, Schema] => {
      const [shape, other] = inner.anyOf ?? [];
      return [key, shape && other?.type === 'null' ? shape : inner];
    });
  return schema.properties ? { ...schema, properties: Object.fromEntries(used) } : schema;
}

/** JSON Schema leaves the type of an enumeration of strings unsaid. */
const typeOf = (schema: Schema) => (schema.enum ? 'string' : schema.type);

/** `0..99999999` at the start of a cell or alone in it. */
function rangeIn(cell = ''): readonly [number, number] | undefined {
  const [, least, most] = /(?:^|integer )(\d+)\.\.(\d+)/.exec(cell) ?? [];
  return least === undefined ? undefined : [Number(least), Number(most)];
}

function agree(row: Row, schema: Schema): void {
  assert.equal(typeOf(schema), row.Type);
  if (schema.enum) assert.deepEqual(schema.enum.toSorted(), valuesOf(row).toSorted());
  const range = rangeIn(row.Type === 'integer' ? row.Values : '');
  if (range) assert.deepEqual([schema.minimum, schema.maximum], range);
}

/** What may stand there; `duplicate` names a method, not a value. */
function valuesOf(row: Row): readonly string[] {
  if (row.Values === 'As in the payment') return payment.properties?.[row.Param ?? '']?.enum ?? [];
  return codeWords((row.Values ?? '').replaceAll('`duplicate`', ''));
}

const payment = resultOf('sale');

const objects = {
  'C-5.1': { schema: resultOf('terminalDetails'), optional: [] },
  'C-5.2': { schema: payment, optional: ['userMessage'] },
  'C-5.7': { schema: resultOf('reportEndOfDay'), optional: [] },
  'C-4.32': { schema: paramsOf('signatureVerificationRequest'), optional: [] },
} as const;

for (const [rule, { schema, optional }] of Object.entries(objects)) {
  describe(`the object of ${rule}`, () => {
    const rows = tableOf(rule).map((row) => ({ key: row.Key ?? row.Param ?? '', row }));

    test('the object has these keys and no others, required unless the document says otherwise', () => {
      const keys = rows.map(({ key }) => key).toSorted();
      assert.deepEqual(Object.keys(schema.properties ?? {}).toSorted(), keys);
      const required = keys.filter((key) => !optional.some((one) => one === key));
      assert.deepEqual(schema.required?.toSorted(), required);
    });

    for (const { key, row } of rows) {
      test(`${rule}/${key} has the type, the range and the values of the document`, () => {
        const inner = schema.properties?.[key];
        assert.ok(inner);
        // Two shapes that are both objects [C-5.8].
        if (rule === 'C-5.7' && key === 'balances') return;
        agree(row, inner);
      });
    }
  });
}

describe('C-4.5, the params of each transaction', () => {
  const methods = ['sale', 'refund', 'preAuth', 'completion', 'accountVerification'] as const;
  for (const row of tableOf('C-4.5')) {
    const param = row.Param ?? '';
    for (const method of methods) {
      test(`C-4.5/${param} is ${row[method]} for ${method}`, () => {
        const { properties = {}, required = [] } = paramsOf(method);
        const standing = required.includes(param) ? 'R' : 'O';
        assert.equal(Object.hasOwn(properties, param) ? standing : '–', row[method]);
        const parts = (row['Type and range'] ?? '').split(`${method} `);
        const range = rangeIn(parts[1] ?? parts[0]);
        const inner = properties[param];
        if (range && inner) assert.deepEqual([inner.minimum, inner.maximum], range);
      });
    }
  }
});
