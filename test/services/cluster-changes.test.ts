// Changes of records on several nodes at once, and by the console of a node that does not run the site.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pairTerminal } from '@tillgate/client';
import { connectTill } from 'tillgate/testing';
import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { startNode } from '../support/cluster/processes.ts';
import { siteRecord } from '../support/gateway/site-records.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { atEnd } from '../support/wait.ts';

const server = postgresServer();
const TID = 'VCMINVLSIP0';
const SITE = 'testhost';

async function twoNodes(
  t: TestContext,
  { test: isTest = false } = {},
): Promise<readonly [GatewayProcess, GatewayProcess]> {
  const url = server().url(await server().createDatabase());
  const store = await openPostgresStore({ url, clock: systemClock });
  await store.write({ put: [siteRecord(SITE, { test: isTest, terminals: { [TID]: {} } })] });
  await store.close();
  const start = (name: string) => startNode({ url, name, flags: ['--no-test-site'] });
  const [one, other] = await Promise.all([start('one'), start('other')]);
  atEnd(t, () => Promise.all([one.stop(), other.stop()]));
  return [one, other];
}

/** As the console of a node asks. */
async function ask(
  { http }: GatewayProcess,
  path: string,
  { method = 'GET', body, csrf = '' }: { method?: string; body?: object; csrf?: string } = {},
) {
  const headers = {
    'content-type': 'application/json',
    'x-csrf-token': csrf,
    origin: new URL(http).origin,
  };
  const response = await fetch(new URL(`/api/v1/${path}`, http), {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function csrfOf(node: GatewayProcess): Promise<string> {
  return (await ask(node, 'session')).body.csrf;
}

test('a token made by one node opens the other at once, and one that is revoked twice is revoked once', async (t) => {
  const [one, other] = await twoNodes(t);
  const csrf = await csrfOf(one);
  const make = () => ask(one, `sites/${SITE}/tokens`, { method: 'POST', body: {}, csrf });
  const uri = new URL(other.http.replace('http', 'ws'));
  uri.pathname = '/pac';
  uri.search = '?api-version=v1&software-house-id=house&installer-id=shop';
  for (const { body } of [await make(), await make(), await make()]) {
    uri.searchParams.set('token', body.token);
    (await connectTill(uri.href)).cut();
    const revoked = await Promise.all(
      [one, other, one, other].map((node) =>
        ask(node, `sites/${SITE}/tokens/${body.id}`, { method: 'DELETE', csrf }),
      ),
    );
    assert.deepEqual(revoked.map(({ status }) => status).toSorted(), [204, 404, 404, 404]);
  }
});

test('settings of a site that two nodes change at once all hold', async (t) => {
  const nodes = await twoNodes(t);
  const csrf = await csrfOf(nodes[0]);
  const changes = [
    { title: 'The shop' },
    { currency: 'EUR' },
    { strict: false },
    { timeZone: 'Europe/Paris' },
    { patReports: true },
    { strictCashback: true },
  ];
  const answers = await Promise.all(
    changes.map((body, index) =>
      ask(nodes[index % 2 === 0 ? 0 : 1], `sites/${SITE}`, { method: 'PATCH', body, csrf }),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const { body } = await ask(nodes[0], `sites/${SITE}`);
  for (const change of changes) {
    for (const [name, value] of Object.entries(change)) assert.equal(body[name], value, name);
  }
});

test('the console of any node changes a card machine of a site that another runs', async (t) => {
  const nodes = await twoNodes(t);
  for (const node of nodes) {
    const csrf = await csrfOf(node);
    const path = `sites/${SITE}/terminals/${TID}`;
    const change = { method: 'PATCH', body: { nextOutcome: 'DIP' }, csrf };
    assert.equal((await ask(node, path, change)).status, 200);
    assert.equal((await ask(node, path, { ...change, csrf: 'made up' })).status, 403);
  }
});

test('a fault that any node takes happens at the node that runs the site', async (t) => {
  const [one, other] = await twoNodes(t, { test: true });
  const csrf = await csrfOf(one);
  const path = `sites/${SITE}/faults`;
  const { body: token } = await ask(one, `sites/${SITE}/tokens`, {
    method: 'POST',
    body: {},
    csrf,
  });
  const uri = new URL(one.http.replace('http', 'ws'));
  uri.pathname = '/pac';
  uri.search = `?api-version=v1&software-house-id=house&installer-id=shop&token=${token.token}`;
  // The site is at the first node.
  const till = await connectTill(uri.href);
  const fault = {
    when: { kind: 'message', direction: 'received', method: 'connectedTerminals' },
    action: { kind: 'cut', code: 1012 },
  };
  const added = await ask(other, path, { method: 'POST', body: fault, csrf });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  till.ask('connectedTerminals');
  assert.equal((await till.closed).code, 1012);
  for (const node of [one, other]) {
    const { body } = await ask(node, path);
    assert.deepEqual(
      body.faults.map(({ fired }: { fired: number }) => fired),
      [1],
    );
  }
});

test('a card machine gets its key from any node, and links through any [C-13.2]', async (t) => {
  const nodes = await twoNodes(t);
  const csrf = await csrfOf(nodes[0]);
  const uriAt = ({ http }: GatewayProcess, parameters: Readonly<Record<string, string>>) =>
    `${http.replace('http', 'ws')}/terminal?${new URLSearchParams(parameters)}`;
  for (const [index, node] of nodes.entries()) {
    const tid = `1234567${index}`;
    const enrolment = { method: 'POST', body: { tid }, csrf };
    const { body } = await ask(nodes[0], `sites/${SITE}/terminals`, enrolment);
    const code = body.pairingCode;
    const token = await pairTerminal({ host: node.http, site: SITE, tid, code });
    for (const each of nodes) (await connectTill(uriAt(each, { token, tid }))).cut();
  }
});

test('a wrong path gets 404 from every node [C-2.12]', async (t) => {
  const nodes = await twoNodes(t);
  for (const { http } of nodes) {
    const refusal = await connectTill(`${http.replace('http', 'ws')}/nowhere`).catch(String);
    assert.match(String(refusal), /404.*not_found/);
    assert.equal((await fetch(new URL('/nowhere', http))).status, 404);
  }
});
