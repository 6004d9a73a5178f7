import assert from 'node:assert/strict';
import { test } from 'node:test';
import { siteAt } from './default-site.ts';

test('the site of a host name is its first label, and that for tests at an address and at localhost', () => {
  const names = ['shop1.pay.example', 'localhost', '127.0.0.1', '10.0.0.5', '[::1]'];
  assert.deepEqual(names.map(siteAt), ['shop1', ...Array(4).fill('testhost')]);
  const looksLocal = ['localhost-2.pay.example', '127.pay.example', '127.0.0.1.example'];
  assert.deepEqual(looksLocal.map(siteAt), ['localhost-2', '127', '127']);
});
