// What operators read in the log of a whole gateway.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { handshake } from '../support/gateway/handshake.ts';
import { keptLog } from '../support/gateway/log-lines.ts';

describe('a proxy that does not pass on the Host', () => {
  const advice = /proxy_set_header Host/;

  test('the advice to pass on the Host is logged once', async (t) => {
    const { log, lines } = keptLog();
    const { uri, stop } = await startTestGateway({ log, settings: { behindProxy: true } });
    t.after(stop);
    const { host, port } = new URL(uri());
    for (const own of [host, `localhost:${port}`, `LOCALHOST.:${port}`]) {
      assert.equal((await handshake(uri(), { headers: { host: own } })).status, 101);
    }
    const given = lines.filter(({ msg }) => advice.test(msg));
    assert.deepEqual(
      given.map((line) => [line.level, line.host]),
      [['warn', host]],
    );
  });

  test('no advice is logged for the Host of a client, or without a proxy', async (t) => {
    for (const behindProxy of [true, false]) {
      const { log, lines } = keptLog();
      const { uri, stop } = await startTestGateway({ log, settings: { behindProxy } });
      t.after(stop);
      const { port } = new URL(uri());
      const hosts = ['localhost', 'testhost.example', `testhost.example:${port}`, '192.0.2.1'];
      if (!behindProxy) hosts.push(`127.0.0.1:${port}`);
      for (const host of hosts) {
        assert.equal((await handshake(uri(), { headers: { host } })).status, 101);
      }
      assert.ok(!lines.some(({ msg }) => advice.test(msg)));
    }
  });
});
