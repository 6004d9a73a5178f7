// What operators change through the admin API, and the trail it leaves.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectTill, Refused, TestClock } from 'tillgate/testing';
import { startApiServer } from '../support/api/api-client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const shop1 = { params: { site: 'shop1' } };

describe('sites', () => {
  test('a site is added with defaults, changed in part, and removed', async (t) => {
    const { local } = await startApiServer(t);
    const added = await local.get('addSite', { body: { name: 'shop1', title: 'The Shop' } });
    assert.deepEqual(added, {
      ...{ name: 'shop1', title: 'The Shop', currency: 'GBP', strict: true, test: false },
      ...{ versions: ['v1', 'v0'], timeZone: 'Europe/London', signatureOnTimeout: 'accept' },
      ...{ patReports: false, strictCashback: false, terminals: {}, tokens: 0 },
      finalReceiptMethod: 'finalPosReceiptRequest',
    });
    const body = { currency: 'EUR', terminals: { VCM1SIP0: { cashback: 500 } } };
    const changed = await local.get('changeSite', { ...shop1, body });
    assert.deepEqual(changed, { ...added, ...body });
    assert.deepEqual(await local.get('readSite', shop1), changed);
    await local.get('removeSite', shop1);
    assert.equal(await local.problem('readSite', shop1), 'notFound');
  });

  test('a site whose title is removed shows its name as its title', async (t) => {
    const { local } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1', title: 'The Shop' } });
    const changed = await local.get('changeSite', { ...shop1, body: { title: null } });
    assert.equal(changed.title, 'shop1');
    const { entries } = await local.get('listAudit');
    assert.deepEqual(entries[0]?.changes, [{ field: 'title', before: 'The Shop', after: 'shop1' }]);
    const none = { ...shop1, body: { title: '' } };
    assert.equal(await local.problem('changeSite', none), 'unfit');
  });

  test('a name in use is refused, and the site of that name is unchanged', async (t) => {
    const { local } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1', title: 'First' } });
    const again = { body: { name: 'shop1', title: 'Second' } };
    assert.equal(await local.problem('addSite', again), 'alreadyThere');
    assert.equal((await local.get('readSite', shop1)).title, 'First');
  });

  test('one of many simultaneous requests for one name succeeds', async (t) => {
    const { local } = await startApiServer(t);
    const adding = Array.from({ length: 10 }, (_, index) =>
      local.request('addSite', { body: { name: 'shop1', title: `T${index}` } }),
    );
    const statuses = (await Promise.all(adding)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array(9).fill(409)]);
  });

  test('simultaneous changes of one site all take effect', async (t) => {
    const { local } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const bodies = [{ title: 'One' }, { currency: 'EUR' }, { strict: false }, { patReports: true }];
    await Promise.all(bodies.map((body) => local.get('changeSite', { ...shop1, body })));
    const site = await local.get('readSite', shop1);
    assert.deepEqual({ ...site, ...Object.assign({}, ...bodies) }, site);
  });

  test('removing a site closes its sockets and removes its tokens and card machines', async (t) => {
    const { local, uri } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const { token } = await local.get('addToken', { ...shop1, body: {} });
    await local.get('addTerminal', { ...shop1, body: { tid: '123' } });
    const headers = { Host: 'shop1.localhost' };
    const till = await connectTill(uri('pac', { token }), { headers });
    await local.get('removeSite', shop1);
    assert.equal((await till.closed).code, 4003);
    await local.get('addSite', { body: { name: 'shop1' } });
    assert.deepEqual((await local.get('listTokens', shop1)).tokens, []);
    assert.deepEqual((await local.get('listTerminals', shop1)).terminals, []);
  });

  test('nobody inherits what a removed site owes: not its results, its payments or its operators', async (t) => {
    const { local, uri, store } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1', terminals: { VCMINVLSIP0: {} } } });
    await local.get('addOperator', { body: { name: 'anna', sites: ['shop1', 'testhost'] } });
    const { token } = await local.get('addToken', { ...shop1, body: {} });
    const headers = { Host: 'shop1.localhost' };
    const till = await connectTill(uri('pac', { token, 'epos-id': 'T1' }), {
      headers,
      autoPong: false,
    });
    await till.request('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 100 });
    await local.get('removeSite', shop1);
    assert.deepEqual(await store.list('incomplete', 'shop1/'), []);
    const { operators } = await local.get('listOperators');
    assert.deepEqual(operators[0]?.sites, ['testhost']);
    assert.equal(await local.problem('addSite', { body: { name: 'shop1' } }), 'alreadyThere');
  });

  test('markup in a title is returned unchanged', async (t) => {
    const { local } = await startApiServer(t);
    const title = '<script>alert(1)</script> & "so"';
    await local.get('addSite', { body: { name: 'shop1', title } });
    assert.equal((await local.get('readSite', shop1)).title, title);
  });
});

describe('tokens', () => {
  test('a token is shown once, works at once, and is refused after it was revoked', async (t) => {
    const { local, uri, store } = await startApiServer(t);
    const site = { params: { site: 'testhost' } };
    const body = { label: 'till 3', scopes: ['pac'] };
    const { token, ...shown } = await local.get('addToken', { ...site, body });
    const till = await connectTill(uri('pac', { token }));
    await assert.rejects(connectTill(uri('pat', { token })), Refused);
    const listed = await local.request('listTokens', site);
    assert.ok(!listed.text.includes(token));
    const found = listed.body.tokens.find((one: { id: string }) => one.id === shown.id);
    assert.deepEqual({ ...found, lastUsedAt: undefined }, { ...shown, lastUsedAt: undefined });
    const records = await store.list('tokens', '');
    assert.ok(!JSON.stringify(records).includes(token));
    await local.get('revokeToken', { params: { site: 'testhost', id: shown.id } });
    assert.equal((await till.closed).code, 4003);
    await assert.rejects(connectTill(uri('pac', { token })), Refused);
  });

  test('a token expires at its time, and an expiry in the past is refused', async (t) => {
    const clock = new TestClock();
    const { local } = await startApiServer(t, { clock });
    const site = { params: { site: 'testhost' } };
    const expiresAt = new Date(clock.now() + MINUTE_MS).toISOString();
    const { id, expired } = await local.get('addToken', { ...site, body: { expiresAt } });
    assert.equal(expired, false);
    await clock.advance(MINUTE_MS);
    const { tokens } = await local.get('listTokens', site);
    assert.equal(tokens.find((one) => one.id === id)?.expired, true);
    const answered = await local.request('addToken', { ...site, body: { expiresAt } });
    assert.equal(answered.problem, 'unfit');
    assert.equal(answered.body.errors[0].path, '/expiresAt');
  });
});

describe('operators', () => {
  test('an operator is added, listed without the key, and removed', async (t) => {
    const { local, client } = await startApiServer(t);
    const { key } = await local.get('addOperator', { body: { name: 'anna', sites: ['testhost'] } });
    await client({ Authorization: `Bearer ${key}` }).get('readSession');
    const listed = await local.request('listOperators');
    assert.ok(!listed.text.includes(key));
    const [anna] = listed.body.operators;
    assert.deepEqual([anna.name, anna.sites], ['anna', ['testhost']]);
    assert.ok(anna.lastUsedAt);
    const again = { body: { name: 'anna' } };
    assert.equal(await local.problem('addOperator', again), 'alreadyThere');
    await local.get('removeOperator', { params: { name: 'anna' } });
    assert.deepEqual((await local.get('listOperators')).operators, []);
  });

  test('a reserved operator name and an unknown site are refused', async (t) => {
    const { local } = await startApiServer(t);
    for (const name of ['local', 'command-line', 'gateway']) {
      assert.equal(await local.problem('addOperator', { body: { name } }), 'unfit');
    }
    const answered = await local.request('addOperator', {
      body: { name: 'anna', sites: ['testhost', 'nowhere'] },
    });
    assert.equal(answered.body.errors[0].path, '/sites/1');
  });
});

describe('the audit trail', () => {
  test('the audit trail lists every change with its author, newest first, in pages', async (t) => {
    const { local, operator } = await startApiServer(t);
    const anna = await operator('anna');
    await anna.client.get('addSite', { body: { name: 'shop1' } });
    await anna.client.get('changeSite', { ...shop1, body: { title: 'New', currency: 'GBP' } });
    await local.get('addToken', { ...shop1, body: { label: 'till 3' } });
    await anna.client.get('changeSite', { ...shop1, body: { title: 'New' } });
    const { entries } = await local.get('listAudit');
    assert.deepEqual(
      entries.map(({ by, via, action, site }) => [by, via, action, site]),
      [
        ['local', 'loopback', 'token.add', 'shop1'],
        ['anna', 'key', 'site.change', 'shop1'],
        ['anna', 'key', 'site.add', 'shop1'],
        ['command-line', 'command-line', 'operator.add', undefined],
        ['gateway', 'start', 'token.add', 'testhost'],
        ['gateway', 'start', 'site.add', 'testhost'],
      ],
    );
    assert.deepEqual(entries[1]?.changes, [{ field: 'title', before: 'shop1', after: 'New' }]);
    assert.equal(entries[0]?.from, '127.0.0.1');
    const ids: string[] = [];
    let before: string | undefined;
    do {
      const query = { limit: 1, ...(before === undefined ? {} : { before }) };
      const page = await local.get('listAudit', { query });
      ids.push(...page.entries.map(({ id }) => id));
      before = page.next;
    } while (before !== undefined);
    assert.deepEqual(
      ids,
      entries.map(({ id }) => id),
    );
  });

  test('audit entries are kept as long as the setting says', async (t) => {
    const clock = new TestClock();
    const settings = { auditRetention: DAY_MS / 1000 };
    const { local } = await startApiServer(t, { clock, settings });
    await local.get('addSite', { body: { name: 'old' } });
    await clock.advance(DAY_MS - MINUTE_MS);
    await local.get('addSite', { body: { name: 'young' } });
    await clock.advance(2 * 3_600_000);
    const { entries } = await local.get('listAudit');
    assert.deepEqual(
      entries.map(({ site }) => site),
      ['young'],
    );
  });

  test('the audit trail has no entry for a change that could not be written', async (t) => {
    const { local, store } = await startApiServer(t);
    const disk = store as unknown as { breakDown(reason: string): void; mend(): void };
    const { entries } = await local.get('listAudit');
    disk.breakDown('full');
    assert.equal(await local.problem('addSite', { body: { name: 'shop1' } }), 'internal');
    disk.mend();
    assert.equal(await local.problem('readSite', shop1), 'notFound');
    assert.deepEqual((await local.get('listAudit')).entries, entries);
    assert.equal((await local.request('addSite', { body: { name: 'shop1' } })).status, 201);
  });
});
