import { test } from 'node:test';
import { startUnreliableGateway } from '../support/gateway/unreliable-gateway.ts';
import { cutSettings, cutSweep } from '../support/sweep/cut.ts';
import { atEnd } from '../support/wait.ts';

test('wherever the line is cut, the till learns what the journal says [C-4.39, C-4.40]', async (t) => {
  const server = await startUnreliableGateway({ settings: cutSettings });
  atEnd(t, () => server.stop());
  await cutSweep(t, { uri: server.uri(), store: server.store });
});
