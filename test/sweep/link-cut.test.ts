import test from 'node:test';
import { startUnreliableGateway } from '../support/gateway/unreliable-gateway.ts';
import { linkCutRecords, linkCutSettings, linkCutSweep } from '../support/sweep/link-cut.ts';

test('wherever the line of a card machine is cut, all know the same end [C-13.10, C-13.16]', async (t) => {
  const { store, uri, stop } = await startUnreliableGateway({ settings: linkCutSettings });
  t.after(stop);
  await store.write({ put: linkCutRecords() });
  await linkCutSweep(t, { till: uri(), machine: uri(), store }, 3);
});
