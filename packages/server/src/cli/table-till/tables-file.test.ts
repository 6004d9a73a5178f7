import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readTables, writeTables } from './tables-file.ts';

describe('the file of tables', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tillgate-tables-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function fileOf(text: string): string {
    const file = join(folder, 'tables.json');
    writeFileSync(file, text);
    return file;
  }

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['x', /tables\.json is not JSON: /],
    ['[]', /tables\.json: it: expected object, got array/],
    ['{}', /\/tables: expected array of 0\.\.500 items, got nothing/],
    ['{"tables":[],"currency":"USD"}', /\/currency: expected GBP or EUR, got string "USD"/],
    ['{"tables":[{"tableId":"","amount":1}]}', /\/tables\/0\/tableId: expected string, 1\.\.32/],
    ['{"tables":[{"tableId":"7","amount":12.5}]}', /\/tables\/0\/amount: .* got number 12\.5/],
    ['{"tables":[{"tableId":"7"}]}', /\/tables\/0: expected either amount or items, got neither/],
    ['{"tables":[{"tableId":"7","amount":1,"items":[]}]}', /expected either .*, got both/],
    ['{"tables":[{"tableId":"7","amuont":1}]}', /\/tables\/0\/amuont: expected no such key/],
    [
      '{"tables":[{"tableId":"7","amount":1},{"tableId":"7","amount":2}]}',
      /\/tables\/1\/tableId: expected each table once, got "7"/,
    ],
    [
      '{"tables":[{"tableId":"7","items":[{"name":"Tea","price":-1}]}]}',
      /\/tables\/0\/items\/0\/price: expected integer 0\.\.99999999 pence or cents, got number -1/,
    ],
  ];
  for (const [text, message] of wrong) {
    test(`${text} is refused by its field`, () => {
      assert.throws(() => readTables(fileOf(text)), { name: 'UsageError', message });
    });
  }

  test('a file that is not there is named', () => {
    assert.throws(() => readTables(join(folder, 'none')), /none cannot be read: ENOENT/);
  });

  test('what is written can be read again, and leaves no other file behind', () => {
    const file = fileOf('{"tables":[{"tableId":"7","amount":1250}]}');
    const { currency, tables } = readTables(file);
    assert.equal(currency, 'GBP');
    const paid = {
      paymentId: 'p1',
      amountPaid: 250,
      amountCashback: 0,
      amountGratuity: 0,
      cardSchemeName: 'VISA',
    };
    writeTables(file, { currency: 'EUR', tables: [{ ...tables[0]!, payments: [paid] }] });
    assert.deepEqual(readTables(file), {
      currency: 'EUR',
      tables: [{ tableId: '7', amount: 1250, payments: [paid] }],
    });
    assert.deepEqual(readdirSync(folder), ['tables.json']);
  });
});
