// When a connection is opened again, and when it stops for good.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CloseCode } from '@tillgate/protocol';
import { HandMachine, linked } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import { PageEvents } from '../testing/page-events.ts';
import { ScriptedGateway } from '../testing/scripted-gateway.ts';
import type { ConnectionState } from './connection.ts';
import { CouldNotConnect, HandshakeRefused } from './errors.ts';
import type { OpenSocket } from './socket.ts';
import { HeldChannel } from './socket.ts';

function watched() {
  const gateway = new ScriptedGateway();
  const states: ConnectionState[] = [];
  const onState = (state: ConnectionState) => states.push(state);
  return { gateway, states, onState };
}

const nothing = () => undefined;
const handlers = {
  listTables: () => [],
  lockTable: () => ({ amount: 100 }),
  bill: () => [],
  recordPayments: nothing,
  unlock: nothing,
};

const refused = (status: number, retryAfterMs?: number, code = 'shutting_down') =>
  new HandshakeRefused(status, {
    code,
    message: 'A sentence.',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

test('pauses double from 1 s to 30 s, and half of each is random [C-11.22]', async () => {
  const { gateway, states, onState } = watched();
  await gateway.connect({ onState });
  gateway.refusals.push(...Array.from({ length: 7 }, () => new CouldNotConnect('no network.')));
  await gateway.connection.cut();
  await gateway.timing.advance(200_000);
  const pauses = states.flatMap((each) => (each.state === 'waiting' ? [each.retryInMs] : []));
  assert.deepEqual(pauses, [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
  assert.equal(states.at(-1)?.state, 'connected');
});

test('after a stable connection the pauses start at 1 s again; after a short one they grow on', async () => {
  const { gateway, states, onState } = watched();
  await gateway.connect({ onState });
  await gateway.connection.cut();
  await gateway.timing.advance(800);
  await gateway.connection.cut();
  assert.deepEqual(states.at(-1), { ...states.at(-1), state: 'waiting', retryInMs: 1_500 });
  await gateway.timing.advance(20_000);
  await gateway.connection.cut();
  assert.deepEqual(states.at(-1), { ...states.at(-1), state: 'waiting', retryInMs: 750 });
});

test('every refusal of the contract but 429 and 503 ends the connection for good [C-2.9]', async () => {
  const contract = readFileSync(new URL('../../../../PROTOCOL.md', import.meta.url), 'utf8');
  const rows = [...contract.matchAll(/^\| C-2\.\d+ \|.* \| (\d{3}) \| `(\w+)` \|/gm)];
  const listed = rows.map(([, status, code]) => [Number(status), String(code)] as const);
  assert.ok(listed.length > 8);
  for (const [status, code] of [...listed, [403, 'v1_closed'], [400, 'bad_handshake']] as const) {
    const cause = refused(status, undefined, code);
    const { gateway, states, onState } = watched();
    const till = await gateway.connect({ onState });
    gateway.refusals.push(cause);
    await gateway.connection.cut();
    await gateway.timing.advance(3_600_000);
    const isForGood = status !== 429 && status !== 503;
    assert.equal(gateway.connections.length, isForGood ? 1 : 2, code);
    if (!isForGood) continue;
    assert.deepEqual(states.at(-1), { state: 'stopped', cause });
    const asked = till.terminals();
    await assert.rejects(asked, (error: Error) => error.cause instanceof HandshakeRefused);
  }
});

type Owner = { retryNow(): void; readonly state: ConnectionState };
const owners: Readonly<Record<string, (gateway: ScriptedGateway) => Promise<Owner>>> = {
  'a till': (gateway) => gateway.connect(),
  'a restaurant till': (gateway) => gateway.serve(handlers),
  'a card machine': async (gateway) => (await linked(new HandMachine(), {}, gateway)).link,
};
for (const [name, open] of Object.entries(owners)) {
  test(`${name} tries again after every refusal that is not the gateway's own`, async () => {
    const { gateway } = watched();
    const owner = await open(gateway);
    const statuses = [400, 401, 403, 404, 407, 410, 422, 426, 500, 502];
    gateway.refusals.push(...statuses.map((status) => refused(status, undefined, '')));
    gateway.refusals.push(refused(403, undefined, 'forbidden'));
    await gateway.connection.cut();
    await gateway.timing.advance(600_000);
    assert.equal(owner.state.state, 'connected');
  });

  test(`${name} waits for a minute at most, and retryNow ends that pause too`, async () => {
    const { gateway } = watched();
    const owner = await open(gateway);
    gateway.refusals.push(refused(503, 9e12), refused(503, 9e12));
    await gateway.connection.cut();
    await gateway.timing.advance(750);
    await gateway.timing.advance(60_500);
    assert.equal(owner.state.state, 'waiting');
    owner.retryNow();
    await settle();
    assert.equal(owner.state.state, 'connected');
  });
}

for (const [closeCode, reason, code] of [
  [CloseCode.superseded, 'takenOver', 'taken_over'],
  [CloseCode.tokenRevoked, 'tokenRevoked', 'token_revoked'],
] as const) {
  test(`close code ${closeCode} ends the connection for good: ${reason}`, async () => {
    const { gateway, states, onState } = watched();
    await gateway.connect({ onState });
    await gateway.connection.close(closeCode);
    await gateway.timing.advance(3_600_000);
    assert.equal(gateway.connections.length, 1);
    const last = states.at(-1);
    assert(last?.state === 'stopped');
    assert.deepEqual({ ...last.cause }, { name: 'Discontinued', code, reason });
  });
}

const { normal, goingAway, abnormal, policyViolation, messageTooBig } = CloseCode;
for (const code of [normal, goingAway, abnormal, policyViolation, messageTooBig]) {
  test(`close code ${code} is followed by another try`, async () => {
    const { gateway } = watched();
    const till = await gateway.connect();
    await gateway.connection.close(code);
    assert.equal(till.state.state, 'waiting');
    await gateway.timing.advance(1_000);
    assert.equal(till.state.state, 'connected');
  });
}

for (const status of [429, 503]) {
  test(`HTTP ${status} is tried again, not before Retry-After`, async () => {
    const { gateway, states, onState } = watched();
    await gateway.connect({ onState });
    gateway.refusals.push(refused(status, 5_000));
    await gateway.connection.cut();
    await gateway.timing.advance(750);
    assert.deepEqual(states.at(-1), { ...states.at(-1), state: 'waiting', retryInMs: 5_500 });
    await gateway.timing.advance(5_500);
    assert.equal(states.at(-1)?.state, 'connected');
  });
}

test('retryNow ends the pause, and a further failure makes the next pause longer', async () => {
  const { gateway, states, onState } = watched();
  const till = await gateway.connect({ onState });
  gateway.refusals.push(new CouldNotConnect('no network.'));
  await gateway.connection.cut();
  till.retryNow();
  await settle();
  assert.deepEqual(states.at(-1), { ...states.at(-1), state: 'waiting', retryInMs: 1_500 });
  till.retryNow();
  await settle();
  assert.equal(till.state.state, 'connected');
  assert.equal(gateway.timing.waiting, 0, 'the pause is called off');
});

test('retryNow does nothing outside a pause', async () => {
  const { gateway, states, onState } = watched();
  const till = await gateway.connect({ onState });
  till.retryNow();
  gateway.refusals.push('silence');
  await gateway.connection.cut();
  till.retryNow();
  till.retryNow();
  await settle();
  assert.equal(gateway.connections.length, 1, 'one try is under way');
  till.close();
  till.retryNow();
  await settle();
  assert.deepEqual(
    states.map((each) => each.state),
    ['connecting', 'connected', 'waiting', 'connecting', 'closed'],
  );
  assert.equal(gateway.timing.waiting, 0);
});

test('retryNow also ends a pause that Retry-After asked for', async () => {
  const { gateway } = watched();
  const till = await gateway.connect();
  gateway.refusals.push(refused(503, 5_000));
  await gateway.connection.cut();
  await gateway.timing.advance(750);
  assert.equal(till.state.state, 'waiting');
  till.retryNow();
  await settle();
  assert.equal(till.state.state, 'connected');
});

test('a Retry-After of more than a minute counts as one minute', async () => {
  const { gateway, states, onState } = watched();
  await gateway.connect({ onState });
  for (const asked of [60_001, 2 ** 31, 400_000_000_000]) {
    gateway.refusals.push(refused(503, asked));
    await gateway.connection.cut();
    await gateway.timing.advance(20_000);
    assert.deepEqual(states.at(-1), { ...states.at(-1), state: 'waiting', retryInMs: 60_500 });
    await gateway.timing.advance(80_000);
    assert.equal(states.at(-1)?.state, 'connected');
  }
});

test('a page that wakes ends a pause, but not one that was asked for', async (t) => {
  const page = new PageEvents();
  t.after(() => page.restore());
  const { gateway } = watched();
  const till = await gateway.connect();
  for (const wake of [() => page.online(), () => page.show('visible')]) {
    await gateway.connection.cut();
    page.show('hidden');
    assert.equal(till.state.state, 'waiting');
    wake();
    await settle();
    assert.equal(till.state.state, 'connected');
  }
  gateway.refusals.push(refused(503, 5_000));
  await gateway.connection.cut();
  page.online();
  await settle();
  page.online();
  assert.equal(till.state.state, 'waiting');
  till.close();
  page.online();
  await settle();
  assert.equal(till.state.state, 'closed');
});

test('an opening without an answer is given up after 15 s [C-11.20]', async () => {
  const { gateway } = watched();
  gateway.refusals.push('silence');
  const connecting = assert.rejects(gateway.connect(), /no answer within 15 s/);
  await gateway.timing.advance(15_000);
  await connecting;
  assert.equal(gateway.timing.waiting, 0);
});

test('the first try decides whether connect rejects, and leaves nothing running', async () => {
  const { gateway } = watched();
  gateway.refusals.push(new CouldNotConnect('no network.'));
  await assert.rejects(gateway.connect(), { name: 'CouldNotConnect' });
  gateway.refusals.push(refused(401, undefined, 'unauthorized'));
  await assert.rejects(gateway.connect(), { name: 'HandshakeRefused', status: 401 });
  assert.equal(gateway.timing.waiting, 0);
});

test('retryFirst keeps trying until the gateway answers or refuses for good', async () => {
  const { gateway } = watched();
  gateway.refusals.push(new CouldNotConnect('no network.'));
  const connecting = gateway.connect({ retryFirst: true });
  await gateway.timing.advance(1_000);
  assert.equal((await connecting).state.state, 'connected');
  gateway.refusals.push(new CouldNotConnect('no network.'), refused(403, undefined, 'v1_closed'));
  const refusedLater = assert.rejects(gateway.connect({ retryFirst: true }), { status: 403 });
  await gateway.timing.advance(1_000);
  await refusedLater;
});

test('closing ends the connection with 1000 and opens no other', async () => {
  const { gateway, states, onState } = watched();
  const till = await gateway.connect({ onState });
  till.close();
  await settle();
  assert.equal(gateway.connection.closed, CloseCode.normal);
  await gateway.timing.advance(60_000);
  assert.equal(gateway.connections.length, 1);
  assert.deepEqual(states.at(-1), { state: 'closed' });
  assert.equal(gateway.timing.waiting, 0);
});

test('a connection that closes while it opens counts as dropped', async () => {
  const { gateway, states, onState } = watched();
  const open: OpenSocket = async () => {
    const channel = new HeldChannel({ send: () => undefined, close: () => undefined });
    channel.closed(1006, '');
    return channel;
  };
  const till = await gateway.connect({ open, onState });
  await settle();
  till.close();
  assert.deepEqual(
    states.map((each) => each.state),
    ['connecting', 'connected', 'waiting', 'closed'],
  );
});
