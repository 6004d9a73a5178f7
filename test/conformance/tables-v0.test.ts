// The table of C-8.1, and the last column of C-6.5, against the tables of the code: v0 has these
// differences from v1 and no others.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects, notificationValues, v0, v1 } from '@tillgate/protocol';
import { codeWords, tableOf } from '../support/protocol/protocol-document.ts';

interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly deprecated?: boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const rows = new Map(tableOf('C-8.1').map((row) => [row.Topic ?? '', row.v0 ?? '']));

/** The v0 cell of a topic. */
function cellOf(topic: string): string {
  const cell = rows.get(topic);
  assert.ok(cell !== undefined, `C-8.1 has no row "${topic}"`);
  return cell;
}

/** Words without the punctuation around them. */
const words = (list: string) => list.split(/[^A-Za-z_]+/).filter(Boolean);

function schemaOf(version: 'v1' | 'v0', path: string): Schema {
  const [integration, name] = path.split('/');
  const found = dialects[version].messages.find(
    (message) => message.integration === integration && message.name === name,
  );
  assert.ok(found, `${version} has no ${path}`);
  return found.schema as Schema;
}

const partOf = (name: string, part: string) =>
  schemaOf('v0', `pac/${name}`).properties?.[part] ?? {};
const paramsOf = (method: string) => partOf(`${method}.request`, 'params');
const resultOf = (method: string) => partOf(`${method}.response`, 'result');
/** Without the params that are accepted only because they say nothing. */
const keysOf = (schema: Schema = {}) =>
  Object.entries(schema.properties ?? {})
    .filter(([, { deprecated }]) => !deprecated)
    .map(([key]) => key);
const pathsOf = (version: 'v1' | 'v0') =>
  dialects[version].messages
    .filter(({ integration }) => integration === 'pac' || integration === 'pat')
    .map(({ integration, name }) => `${integration}/${name}`);

/** Every key of a schema, however deep. */
function* allKeys(schema: unknown): Iterable<string> {
  if (typeof schema !== 'object' || schema === null) return;
  yield* keysOf(schema as Schema);
  for (const inner of Object.values(schema)) yield* allKeys(inner);
}

describe('C-8.1, differences of v0', () => {
  test('the terminal key is tpi everywhere', () => {
    assert.deepEqual(codeWords(cellOf('Terminal key, everywhere')), ['tpi']);
    const keys = new Set(v0.messages.flatMap(({ schema }) => [...allKeys(schema)]));
    assert.ok(keys.has('tpi') && !keys.has('tid'));
    const theirs = new Set(v1.messages.flatMap(({ schema }) => [...allKeys(schema)]));
    assert.ok(theirs.has('tid') && !theirs.has('tpi'));
  });

  test('the details of terminals are another method, for 1 to 100 of them', () => {
    const cell = cellOf('Details of terminals');
    const [method = ''] = words(cell);
    assert.ok(!Object.hasOwn(v0.pac.requests, 'terminalDetails'));
    const { tpis } = paramsOf(method).properties ?? {};
    assert.match(cell, new RegExp(`\\(${tpis?.minItems}\\.\\.${tpis?.maxItems} strings\\)`));
    assert.deepEqual(resultOf(method), resultOf('connectedTerminals'));
  });

  test('connectedTerminals has the filters of v1, and capabilities', () => {
    const [added = ''] = codeWords(cellOf('connectedTerminals filters'));
    assert.deepEqual(keysOf(paramsOf('connectedTerminals')), ['status', 'currency', added]);
    assert.equal(paramsOf('connectedTerminals').required, undefined);
  });

  test('all keys of a terminal object are required', () => {
    const keys = words(cellOf('Terminal object').replace('(required)', ''));
    const terminal = resultOf('connectedTerminals').items;
    assert.deepEqual(keysOf(terminal), keys);
    assert.deepEqual(terminal?.required, keys);
  });

  test('the capability values are the same as a filter and in the terminal', () => {
    const capabilities = words(cellOf('Capability values'));
    const { capabilities: filter } = paramsOf('connectedTerminals').properties ?? {};
    const { capabilities: had } = resultOf('connectedTerminals').items?.properties ?? {};
    const [array] = filter?.anyOf ?? [];
    assert.deepEqual([array?.items?.enum, had?.items?.enum], [capabilities, capabilities]);
  });

  test('two of the five transactions exist, with three params each', () => {
    const [own = ''] = cellOf('Transactions').split(';');
    const five = ['sale', 'refund', 'preAuth', 'completion', 'accountVerification'];
    const has = five.filter((method) => Object.hasOwn(v0.pac.requests, method));
    assert.deepEqual(has, words(own));
    for (const method of has) {
      const params = words(cellOf('Transaction params'));
      assert.deepEqual([keysOf(paramsOf(method)), paramsOf(method).required], [params, params]);
    }
  });

  test('cancelTransaction has one result, or an error', () => {
    const [shown = ''] = codeWords(cellOf('cancelTransaction'));
    const [key = '', value] = words(shown);
    const result = resultOf('cancelTransaction');
    assert.deepEqual([keysOf(result), result.required], [[key], [key]]);
    assert.equal(String(result.properties?.[key]?.const), value);
  });

  const paid = ['sale', 'refund', 'duplicate'] as const;
  for (const method of paid) {
    test(`${method} has the transactionTypes and the verification methods of v0`, () => {
      const { transactionType, cardholderVerificationMethod } = resultOf(method).properties ?? {};
      assert.deepEqual(transactionType?.enum, words(cellOf('transactionType')));
      const [without = ''] = cellOf('cardholderVerificationMethod').split(';');
      const [, missing] = words(without);
      const theirs = schemaOf('v1', 'pac/sale.response').properties?.result?.properties;
      const five = theirs?.cardholderVerificationMethod?.enum ?? [];
      assert.deepEqual(
        cardholderVerificationMethod?.enum,
        five.filter((one) => one !== missing),
      );
    });
  }

  test('signatureVerificationRequest has the transactionTypes of v0', () => {
    const { transactionType } = paramsOf('signatureVerificationRequest').properties ?? {};
    assert.deepEqual(transactionType?.enum, words(cellOf('transactionType')));
  });

  test('C-9.36 pat has no request for the final receipt', () => {
    assert.equal(v0.pat.requests.finalReceipt, undefined);
    assert.ok(v1.pat.requests.finalReceipt);
  });
});

test('C-6.5: the 26 values of v0 are those that the last column names', () => {
  const marked = tableOf('C-6.5').filter((row) => row.v0 === 'yes');
  const values = marked.map((row) => row.Value);
  assert.deepEqual(partOf('terminalNotification', 'params').properties?.notificationValue?.enum, [
    ...values,
  ]);
  const sent = notificationValues.filter(
    (one) => v0.pac.encodeNotification('1', one) !== undefined,
  );
  assert.deepEqual(sent, values);
  assert.match(cellOf('Notification values'), new RegExp(`^${values.length} `));
  for (const value of notificationValues) assert.ok(v1.pac.encodeNotification('1', value), value);
});

describe('C-8.1, everything else is the same as in v1', () => {
  const lacks = [
    ...['terminalDetails', 'preAuth', 'completion', 'accountVerification'].map((m) => `pac/${m}`),
    'pat/finalPosReceiptRequest',
  ].flatMap((method) => [`${method}.request`, `${method}.response`]);
  const differs = [
    ...['connectedTerminals.request', 'connectedTerminals.response'],
    ...['sale.request', 'sale.response', 'refund.request', 'refund.response'],
    ...['duplicate.response', 'cancelTransaction.response'],
    ...['terminalNotification', 'signatureVerificationRequest.request'],
  ].map((name) => `pac/${name}`);

  test('v0 lacks these messages, and adds only the details of terminals', () => {
    const [ours, theirs] = [pathsOf('v0'), pathsOf('v1')];
    assert.deepEqual(theirs.filter((path) => !ours.includes(path)).toSorted(), lacks.toSorted());
    assert.deepEqual(
      ours.filter((path) => !theirs.includes(path)),
      ['pac/terminalsDetails.request', 'pac/terminalsDetails.response'],
    );
  });

  /** What a message asks for, without the words around it. */
  function asked(version: 'v1' | 'v0', path: string): unknown {
    const {
      examples: _,
      description: __,
      ...schema
    } = schemaOf(version, path) as object & {
      readonly examples?: unknown;
      readonly description?: unknown;
    };
    return JSON.parse(JSON.stringify(schema).replaceAll('"tid"', '"tpi"'));
  }

  for (const path of pathsOf('v0').filter((one) => pathsOf('v1').includes(one))) {
    const isSame = !differs.includes(path);
    test(`${path} is ${isSame ? 'that of v1 but for the key' : 'different from v1'}`, () => {
      if (isSame) assert.deepEqual(asked('v0', path), asked('v1', path));
      else assert.notDeepEqual(asked('v0', path), asked('v1', path));
    });
  }
});
