// Changes of sites, tokens, card machines and operators that are made at once, as by several nodes and the command line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { enrolledTerminal, MAX_WRONG_CODES } from '../handshake/enrolled-terminal.ts';
import { pair } from '../handshake/pairing.ts';
import { commandLine } from './actor.ts';
import { listAudit } from './audit.ts';
import { enrolTerminal, pairingEntry, revokeTerminal } from './linked-terminals.ts';
import { addOperator, listOperators, removeOperator } from './operators.ts';
import { AdminRefusal } from './refusal.ts';
import { addSite, changeSite, findSite, removeSite } from './sites.ts';
import { makeTestSite } from './test-site.ts';
import { addToken, listTokens, revokeToken } from './tokens.ts';

const SITE = 'shop1';

async function opened() {
  const clock = new TestClock();
  const store = new MemoryStore();
  const deps = { store, clock };
  await addSite(deps, commandLine, { name: SITE });
  return { ...deps, deps };
}
type Deps = Awaited<ReturnType<typeof opened>>['deps'];

/** The outcome of each: `done`, or why it was refused. */
async function atOnce(...changes: readonly Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(changes);
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return 'done';
    assert.ok(outcome.reason instanceof AdminRefusal, String(outcome.reason));
    return outcome.reason.problem;
  });
}

async function actions(deps: Deps): Promise<readonly string[]> {
  const { entries } = await listAudit(deps, commandLine, { limit: 100 });
  return entries.map(({ action }) => action);
}

test('of two sites of one name that are added at once there is one', async () => {
  const { deps } = await opened();
  const add = (title: string) => addSite(deps, commandLine, { name: 'shop2', title });
  assert.deepEqual(await atOnce(add('one'), add('other')), ['done', 'alreadyThere']);
  assert.equal((await findSite(deps, commandLine, 'shop2')).title, 'one');
});

test('changes of different settings of a site at once both hold', async () => {
  const { deps } = await opened();
  await atOnce(
    changeSite(deps, commandLine, { name: SITE, title: 'The shop' }),
    changeSite(deps, commandLine, { name: SITE, currency: 'EUR' }),
    changeSite(deps, commandLine, { name: SITE, strict: false }),
  );
  const { title, currency, strict } = await findSite(deps, commandLine, SITE);
  assert.deepEqual(
    { title, currency, strict },
    { title: 'The shop', currency: 'EUR', strict: false },
  );
});

test('a token of a site that is removed at once opens nothing when the name is used again', async () => {
  const { deps } = await opened();
  await atOnce(
    removeSite(deps, commandLine, SITE),
    addToken(deps, commandLine, { site: SITE }),
    enrolTerminal(deps, commandLine, { site: SITE, tid: 'A1' }),
  );
  await addSite(deps, commandLine, { name: SITE });
  assert.deepEqual(await listTokens(deps, commandLine, SITE), []);
  assert.equal(await enrolledTerminal(deps.store, SITE, 'A1'), undefined);
});

test('a token that is revoked twice at once is revoked once', async () => {
  const { deps } = await opened();
  const { kept } = await addToken(deps, commandLine, { site: SITE });
  const revoke = () => revokeToken(deps, commandLine, { site: SITE, id: kept.hash.slice(0, 12) });
  assert.deepEqual(await atOnce(revoke(), revoke()), ['done', 'notFound']);
  const revoked = (await actions(deps)).filter((action) => action === 'token.revoke');
  assert.equal(revoked.length, 1);
});

test('an operator who is removed while his site is removed does not come back', async () => {
  const { deps } = await opened();
  await addOperator(deps, commandLine, { name: 'ann', sites: [SITE] });
  await addOperator(deps, commandLine, { name: 'bob', sites: [SITE] });
  await atOnce(removeSite(deps, commandLine, SITE), removeOperator(deps, commandLine, 'ann'));
  const operators = await listOperators(deps, commandLine);
  assert.deepEqual(
    operators.map(({ name, sites }) => [name, sites]),
    [['bob', []]],
  );
});

test('two nodes that start at once make one test site with one token', async () => {
  const deps = { store: new MemoryStore(), clock: new TestClock() };
  const made = await Promise.all([makeTestSite(deps, false), makeTestSite(deps, false)]);
  assert.equal(made.filter((site) => site !== undefined).length, 1);
  assert.equal((await listTokens(deps, commandLine, 'testhost')).length, 1);
});

test('a pairing code is good once, and wrong ones are all counted, however many come at once', async () => {
  const { deps } = await opened();
  const pairing = {
    ...deps,
    auditEntryOf: (event: Parameters<typeof pairingEntry>[0]) => pairingEntry(event, 0),
  };
  const give = (code: string) => pair(pairing, { site: SITE, tid: 'A1', code }, 'here');
  const { code } = await enrolTerminal(deps, commandLine, { site: SITE, tid: 'A1' });
  const given = await Promise.all([give(code), give(code), give(code)]);
  assert.equal(given.filter(({ kind }) => kind === 'paired').length, 1);

  await enrolTerminal(deps, commandLine, { site: SITE, tid: 'A1' });
  const wrong = Array.from({ length: MAX_WRONG_CODES + 5 }, () => give('WRONG'));
  const kinds = (await Promise.all(wrong)).map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'voided').length, 1);
  assert.equal((await enrolledTerminal(deps.store, SITE, 'A1'))?.pairing, undefined);
});

test('a card machine that is revoked while it pairs has no key', async () => {
  const { deps } = await opened();
  const pairing = {
    ...deps,
    auditEntryOf: (event: Parameters<typeof pairingEntry>[0]) => pairingEntry(event, 0),
  };
  const { code } = await enrolTerminal(deps, commandLine, { site: SITE, tid: 'A1' });
  const outcomes = await atOnce(
    pair(pairing, { site: SITE, tid: 'A1', code }, 'here'),
    revokeTerminal(deps, commandLine, { site: SITE, tid: 'A1' }),
  );
  assert.deepEqual(outcomes, ['done', 'done']);
  const kept = await enrolledTerminal(deps.store, SITE, 'A1');
  assert.equal(kept?.key, undefined);
  assert.notEqual(kept?.revokedAt, undefined);
});
