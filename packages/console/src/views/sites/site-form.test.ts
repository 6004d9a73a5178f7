import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { emptyRow, hasValidAmounts, rowFaults, settingsOf, siteFormOf } from './site-form.ts';

const site: api.Site = {
  ...{ name: 'shop1', title: 'shop1', currency: 'GBP', strict: false, test: false, tokens: 2 },
  ...{ versions: ['v0'], timeZone: 'Europe/Dublin', signatureOnTimeout: 'reject' },
  ...{ patReports: true, strictCashback: true },
  finalReceiptMethod: 'finalPOSReceiptRequest',
  terminals: { VCM1SIP0: { currency: 'EUR', cashback: 500 }, VCM2SCD0: { gratuity: 120 } },
};

test('the form of a site sends what it was given, where nobody touches it', () => {
  const { name: _, title, test: __, tokens: ___, ...settings } = site;
  assert.deepEqual(settingsOf(siteFormOf(site)), settings);
  assert.equal(title, 'shop1');
});

test('a title that is only the name stands as none', () => {
  assert.equal(siteFormOf(site).title, '');
  assert.equal(siteFormOf({ ...site, title: 'The Corner Shop' }).title, 'The Corner Shop');
});

test('a row without a name is no card machine', () => {
  const { machines } = siteFormOf(site);
  const rows = [...machines, emptyRow(machines)];
  assert.deepEqual(rowFaults(rows), {});
  const { terminals } = settingsOf({ ...siteFormOf(site), machines: rows });
  assert.deepEqual(terminals, site.terminals);
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
});

test('the amounts of a row are sent as typed, and a text that is none stops the form', () => {
  const row = { ...emptyRow([]), tid: 'VCM1SIP0', cashback: '5.5', gratuity: '' };
  const { terminals } = settingsOf({ ...siteFormOf(site), machines: [row] });
  assert.deepEqual(terminals, { VCM1SIP0: { cashback: 550 } });
  assert.equal(hasValidAmounts([row]), true);
  for (const part of [{ cashback: '0.005' }, { cashback: '100.01' }, { gratuity: '1,234.50' }]) {
    assert.equal(hasValidAmounts([{ ...row, ...part }]), false);
  }
});

test('C-10.1: a name that is none, or there twice, is said at its row', () => {
  const rows = ['VCM1SIP0', '12345678', 'VCM1SIP0 '].map((tid, key) => ({
    ...emptyRow([]),
    ...{ key, tid },
  }));
  assert.deepEqual(Object.keys(rowFaults(rows)), ['1', '2']);
});
