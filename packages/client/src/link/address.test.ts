// How a card machine finds its gateway, gets its key, and what it must bring.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { HandMachine, linked, sale } from '../testing/link-script.ts';
import { pairTerminal, terminalUri } from './address.ts';
import { orderInMemory, orderInStorage } from './memory.ts';

describe('the address of a card machine [C-13.1]', () => {
  test('the address is built from its parts or taken whole', () => {
    const uri = 'wss://shop1.pay.example/terminal?token=key&tid=12345678';
    const parts = { host: 'shop1.pay.example', token: 'key', tid: '12345678' };
    assert.deepEqual(terminalUri(parts), { uri, tid: '12345678' });
    assert.deepEqual(terminalUri({ uri }), { uri, tid: '12345678' });
    const local = { ...parts, host: 'http://localhost:8080' };
    assert.match(terminalUri(local).uri, /^ws:\/\/localhost:8080\/terminal\?/);
  });

  test('a path before that of the gateway is kept', () => {
    const parts = { host: 'https://pay.example/shop1/', token: 'key', tid: '1' };
    const uri = 'wss://pay.example/shop1/terminal?token=key&tid=1';
    assert.equal(terminalUri(parts).uri, uri);
    assert.equal(terminalUri({ uri }).uri, uri);
    assert.throws(() => terminalUri({ uri: uri.replace('1/t', '1t') }), TypeError);
  });

  test('parameters in another spelling are taken as meant [C-2.27]', () => {
    const uri = 'wss://pay.example/terminal?token=key&tid=1';
    for (const query of ['Token=key&TID=1', 'TOKEN=key&amp;Tid=1', 'token=key&#38;tid=1']) {
      assert.deepEqual(terminalUri({ uri: `wss://pay.example/terminal?${query}` }), {
        uri,
        tid: '1',
      });
    }
  });

  test('an invalid address is refused without repeating the key', () => {
    const parts = { host: 'shop1.pay.example', token: 'secret', tid: '1' };
    for (const [wrong, names] of [
      [{ ...parts, tid: 'x'.repeat(33) }, 'tid'],
      [{ ...parts, tid: 'a/b' }, 'tid'],
      [{ ...parts, token: '' }, 'token'],
      [{ ...parts, host: 'ftp://x' }, 'host'],
      [{ uri: 'wss://x/pac?token=secret&tid=1' }, 'uri'],
      [{ uri: 'wss://x/terminal?token=secret' }, 'tid'],
    ] as const) {
      assert.throws(
        () => terminalUri(wrong),
        ({ name, message }: Error) =>
          name === 'TypeError' && message.startsWith(names) && !message.includes('secret'),
      );
    }
  });
});

describe('pairing [C-13.2]', () => {
  const shop = { site: 'shop1', tid: '12345678', code: 'K7M2-Q9XD' };

  async function gateway(t: TestContext, status: number, body: string) {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += String(part);
      asked.push(`${request.method} ${request.url} ${text}`);
      response.writeHead(status, { 'retry-after': '30' }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return { host: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  test('pairing returns the key of the machine', async (t) => {
    const { host, asked } = await gateway(t, 201, '{"token":"the key"}');
    assert.equal(await pairTerminal({ host, ...shop }), 'the key');
    await pairTerminal({ host: `${host}/a/b/`, ...shop });
    const body = JSON.stringify(shop);
    assert.deepEqual(asked, [`POST /terminal/pair ${body}`, `POST /a/b/terminal/pair ${body}`]);
  });

  test('pairing with a wrong code rejects with the reason and when to try again', async (t) => {
    const message = 'The pairing code is wrong, used or too old.';
    const body = JSON.stringify({ error: 'unauthorized', message });
    const { host } = await gateway(t, 401, body);
    const refused = { name: 'HandshakeRefused', status: 401, message, retryAfterMs: 30_000 };
    await assert.rejects(pairTerminal({ host, ...shop }), refused);
  });

  test('pairing with no gateway rejects', async (t) => {
    const { host } = await gateway(t, 201, '<html>');
    await assert.rejects(pairTerminal({ host, ...shop }), { name: 'CouldNotConnect' });
    const nobody = { host: 'ws://127.0.0.1:1', ...shop };
    await assert.rejects(pairTerminal(nobody), { name: 'CouldNotConnect' });
    await assert.rejects(pairTerminal({ host, ...shop, tid: 'a b' }), TypeError);
  });
});

describe('what a card machine must provide', () => {
  test('an incomplete card machine is refused before it is linked', async () => {
    const machine = new HandMachine();
    const { profile, memory } = machine;
    const start = machine.start.bind(machine);
    for (const [wrong, names] of [
      [{ profile: { ...profile, currency: 'USD' }, memory, start }, 'machine.profile/currency'],
      [{ profile, memory }, 'machine.start'],
      [{ profile, start }, 'machine.memory.load'],
      [{ profile, memory: { load: memory.load }, start }, 'machine.memory.save'],
      [{ profile, memory, start }, 'machine.report'],
    ] as const) {
      await assert.rejects(
        linked(wrong as never),
        ({ name, message }: Error) => name === 'TypeError' && message.startsWith(names),
      );
    }
    await assert.rejects(linked(machine, { signatureWithinMs: 0 }), TypeError);
  });

  test('a memory remembers one order, in the object or in a storage', async () => {
    const texts = new Map<string, string>();
    const storage = {
      getItem: (key: string) => texts.get(key),
      setItem: (key: string, value: string) => texts.set(key, value),
    };
    const kept = { kind: 'transaction', order: sale, state: 'taken' } as const;
    for (const memory of [orderInMemory(), orderInStorage(storage, { key: 'till 1' })]) {
      assert.equal(await memory.load(), undefined);
      await memory.save(kept);
      assert.deepEqual(await memory.load(), kept);
    }
    assert.deepEqual([...texts.keys()], ['till 1']);
    assert.equal(await orderInStorage(storage, { key: 'till 2' }).load(), undefined);
  });
});
