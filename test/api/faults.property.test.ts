// Random faults, well-formed and not: each is added or refused with its field, a till's connection ends in no other way
// than they say, and the site works as usual once they are removed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { api } from '@tillgate/protocol';
import fc from 'fast-check';
import type { TestTill } from 'tillgate/testing';
import { TestClock } from 'tillgate/testing';
import type { ApiServer } from '../support/api/api-client.ts';
import { startApiServer } from '../support/api/api-client.ts';
import { depth } from '../support/depth.ts';

const site = { params: { site: 'testhost' } };
const TID = 'VCMINVLSIP0';
const sale = { tid: TID, currency: 'GBP', amount: 1250 };
/** Less than the time between two pings of the gateway, so that their pongs arrive. */
const STEP_MS = 10_000;
/** Longer than any transaction takes, in steps. */
const MOST_STEPS = 400;

const seconds = fc.constantFrom(0, 1, 30);
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

const messages = fc.constantFrom(
  { direction: 'sent', method: 'terminalNotification' },
  { direction: 'sent', method: 'terminalNotification', value: 'PRESENT_CARD' },
  { direction: 'sent', method: 'terminalNotification', value: 'CONNECTING' },
  { direction: 'sent', method: 'connectedTerminals', part: 'response' },
  { direction: 'sent', method: 'sale', part: 'response' },
  { direction: 'received', method: 'sale' },
  { direction: 'received', method: 'cancelTransaction' },
);
const triggers = fc.oneof(
  fc
    .record({ message: messages, nth: maybe(fc.constantFrom(1, 2)) })
    .map(({ message, nth }) => ({ kind: 'message', ...message, ...(nth && { nth }) })),
  fc.record({
    kind: fc.constant('terminal'),
    tid: fc.constant(TID),
    state: fc.constantFrom('started', 'ended'),
  }),
  fc.record({ kind: fc.constant('time'), seconds }),
);
const machineStates = [
  ...['busy', 'gone', 'out-of-paper', 'silent', 'slow', 'forgets', 'answers-late'],
  ...['long-receipt', 'wide-receipt'],
];
const lasting = (kinds: readonly string[]) =>
  fc.record(
    { kind: fc.constantFrom(...kinds), seconds },
    { requiredKeys: ['kind'], noNullPrototype: true },
  );
const actions = fc.oneof(
  fc.record(
    {
      kind: fc.constant('cut'),
      place: fc.constantFrom('before', 'after'),
      code: fc.constantFrom(1000, 1006, 1012, 4000),
    },
    { requiredKeys: ['kind'], noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant('hold'), seconds }),
  fc.record({ kind: fc.constantFrom('drop', 'double', 'swap', 'revoke-token') }),
  lasting(['ignore-pings', 'stop-reading']),
  fc.record(
    {
      kind: fc.constant('terminal'),
      tid: fc.constant(TID),
      state: fc.constantFrom(...machineStates),
      seconds,
    },
    { requiredKeys: ['kind', 'tid', 'state'], noNullPrototype: true },
  ),
  fc.record({
    kind: fc.constant('result'),
    tid: fc.constant(TID),
    letters: fc.constantFrom('DIP', 'TIP', 'SIS'),
  }),
);
const wellFormed = fc.record(
  { when: triggers, action: actions, standing: fc.boolean() },
  { requiredKeys: ['when', 'action'], noNullPrototype: true },
);
const malformed = fc.oneof(
  fc.jsonValue(),
  fc.record({ when: fc.jsonValue(), action: actions }),
  fc.record({ when: triggers, action: fc.jsonValue() }),
  fc
    .tuple(wellFormed, fc.constantFrom('when', 'action'), fc.string(), fc.jsonValue())
    .map(([fault, part, name, value]) => ({ ...fault, [part]: { ...fault[part], [name]: value } })),
);

interface Shop {
  readonly server: ApiServer;
  readonly clock: TestClock;
}

test('faults of any kind are added or refused, do what they say, and leave a site that works', async (t) => {
  const clock = new TestClock();
  const shop = { clock, server: await startApiServer(t, { clock }) };
  const faults = fc.array(fc.oneof({ weight: 4, arbitrary: wellFormed }, malformed), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(faults, async (bodies) => {
      for (const body of bodies) await addOrRefuse(shop, body);
      await play(shop);
      for (const { id } of await faultsOf(shop)) await remove(shop, id);
      await mustWork(shop);
    }),
    { numRuns: depth(300, 15) },
  );
});

async function addOrRefuse({ server }: Shop, body: unknown): Promise<void> {
  const answer = await server.local.request('addFault', { ...site, body });
  if (answer.status === 201) return;
  assert.ok(['unfit', 'notPossible'].includes(answer.problem ?? ''), answer.text);
  if (answer.problem === 'unfit') assert.ok(answer.body.errors.length > 0, answer.text);
}

async function faultsOf({ server }: Shop): Promise<readonly api.Fault[]> {
  return (await server.local.get('listFaults', site)).faults;
}

function remove({ server }: Shop, id: string): Promise<unknown> {
  return server.local.get('removeFault', { params: { ...site.params, id } });
}

/** A sale by a till that does not know of the faults. */
async function play(shop: Shop): Promise<void> {
  const till = await connect(shop);
  let code: number | undefined;
  void till.closed.then((closed) => {
    code = closed.code;
  });
  till.ask('connectedTerminals');
  till.ask('sale', sale);
  for (let step = 0; step < 15; step += 1) {
    await shop.clock.advance(step < 10 ? 100 : STEP_MS);
    await faultsOf(shop);
    if (step === 12 && code === undefined) till.ask('cancelTransaction', { tid: TID });
  }
  if (code !== undefined) mustBeExplained(code, await faultsOf(shop));
  till.cut();
}

function mustBeExplained(code: number, faults: readonly api.Fault[]): void {
  const codes = faults.flatMap(({ action, fired }) => (fired > 0 ? codesOf(action) : []));
  assert.ok(codes.includes(code), `closed with ${code}: ${JSON.stringify(faults)}`);
}

/** How the action may end a connection. */
function codesOf(action: api.FaultAction): readonly number[] {
  if (action.kind === 'cut') return [action.code ?? 1006];
  if (action.kind === 'revoke-token') return [4003];
  // A till whose pongs are not read seems to be gone.
  return action.kind === 'stop-reading' ? [1006] : [];
}

async function mustWork(shop: Shop): Promise<void> {
  const till = await connect(shop);
  for (let step = 0; ; step += 1) {
    const { result } = await answer(shop, till, till.ask('terminalDetails', { tid: TID }));
    if (result?.status === 'AVAILABLE') break;
    assert.ok(step < MOST_STEPS, 'the card machine is free again');
    await shop.clock.advance(STEP_MS);
  }
  const { result } = await answer(shop, till, till.ask('sale', sale));
  assert.equal(result?.transactionResult, 'SUCCESSFUL');
  await till.close();
}

async function answer(shop: Shop, till: TestTill, id: unknown) {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const found = till.received.find((frame) => frame.id === id && frame.method === undefined);
    if (found) return found;
    await shop.clock.advance(100);
    await faultsOf(shop);
  }
  throw new Error(`no answer to ${id}: ${JSON.stringify(till.received)}`);
}

/** With a token of its own, which a fault may revoke. */
async function connect({ server }: Shop): Promise<TestTill> {
  const { token } = await server.local.get('addToken', { ...site, body: {} });
  return server.till({ token });
}
