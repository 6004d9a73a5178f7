// `tillgate listen` against a whole gateway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { within } from '../support/wait.ts';
import { begin, jsonLines } from './command-line.ts';

test('tillgate listen shows the messages of one card machine until Ctrl-C', async (t) => {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const till = await shop.till();
  for (const tid of ['VCMINVLSIP0', 'VCMINVLDIP0']) {
    await till.request('sale', { tid, currency: 'GBP', amount: 500 });
  }
  const filter = ['--tid', 'VCMINVLDIP0', '--gateway', shop.gateway.httpUrl, '--json'];
  const { child, ended, shown } = begin(['listen', ...filter]);
  await within('the result', shown('DECLINED'));
  child.kill('SIGINT');
  const { code, out } = await within('its end', ended);
  assert.equal(code, 0);
  const frames = jsonLines(out);
  assert.ok(frames.every(({ event, text }) => event === 'frame' && text.includes('VCMINVLDIP0')));
  await till.close();
});
