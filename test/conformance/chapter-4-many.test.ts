// C-4.40 for a till that missed very much: WebSocket libraries drop a line that is flooded with pings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHarness } from '../support/gateway/gateway-harness.ts';

const MISSED = 90;

test('C-4.40, C-3.49 a till that missed ninety results gets them all on one connection', async (t) => {
  const harness = await startHarness(t, { settings: { pace: 'instant' } });
  const parameters = { 'epos-id': 'till-1' };
  const deaf = await harness.till(parameters, { autoPong: false });
  const ids = Array.from({ length: MISSED }, (_, index) => index + 1);
  for (const id of ids) {
    deaf.ask('sale', { tid: `VCM${id}CCD0`, currency: 'GBP', amount: id }, id);
  }
  for (const id of ids) await harness.answer(deaf, id);
  deaf.cut();
  const back = await harness.till(parameters);
  assert.deepEqual(back.received.map(({ id }) => id).toSorted(), ids.toSorted());
  assert.equal(back.socket.readyState, back.socket.OPEN);
  await back.close();
  const again = await harness.till(parameters);
  assert.deepEqual(again.received, []);
});
