// Two tills at the tables of one site connect through two nodes within a millisecond, again and again: the one whose
// connection is the newer one at the owner stays, and gets the requests; the other one is superseded.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { EventStream } from '../api/event-stream.ts';
import { depth } from '../depth.ts';
import { atEnd, pause, within } from '../wait.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import { addressAt } from './gateway-under-test.ts';

const ROUNDS = depth(1_000, 30);
const TID = 'VCMTWOSIP0';

/** Tills connect to the one node, waiters and the stream of the traffic to the other one, which is the owner. */
export async function twoTills(t: TestContext, { till, machine }: GatewayUnderTest): Promise<void> {
  const token = new URL(machine).searchParams.get('token') ?? '';
  const waiter = await connectTill(addressAt(machine, 'waiter', { token, tid: TID }));
  atEnd(t, () => waiter.cut());
  const traffic = await EventStream.listen(new URL(machine).origin.replace('ws:', 'http:'));
  atEnd(t, () => traffic.close());
  let stayed: PatTill | undefined;
  let direct = 0;
  /** How much later the till at the owner connects: so much that now the one, now the other one is the newer one. */
  let lagMs = 0;
  for (let round = 0; round < ROUNDS && !t.signal.aborted; round += 1) {
    const tills = await Promise.all([
      pause(Math.max(0, -lagMs)).then(() => PatTill.connect(till, `passed-on-${round}`)),
      pause(Math.max(0, lagMs)).then(() => PatTill.connect(machine, `direct-${round}`)),
    ]);
    const open = [...(stayed ? [stayed] : []), ...tills];
    await within('the end of all but one', untilClosed(open, open.length - 1));
    // Only a till that is there answers.
    const { result } = await waiter.request('tables', { waiterId: '007' });
    stayed = tills.find(({ name }) => name === result.tables[0]);
    assert.ok(stayed, `a till of round ${round} has stayed`);
    assert.equal(await connectionOf(stayed, traffic), newestOf(traffic), stayed.name);
    for (const one of open) if (one !== stayed) await one.assertSuperseded();
    if (stayed === tills[1]) direct += 1;
    lagMs += stayed === tills[1] ? -1 : 1;
  }
  stayed?.till.cut();
  assert.ok(direct > 0 && direct < ROUNDS, 'now the one, now the other till was the newer one');
  t.diagnostic(`${ROUNDS} pairs of tills; the one at the owner was the newer one in ${direct}`);
}

/** The connection over which the till has answered. */
async function connectionOf({ name }: PatTill, traffic: EventStream): Promise<string | undefined> {
  const find = () =>
    traffic.frames.findLast(
      ({ text, direction }) => direction === 'received' && text.includes(name),
    );
  await traffic.until(() => find() !== undefined);
  return find()?.connection;
}

function newestOf({ events }: EventStream): string | undefined {
  const opened = events.findLast((one) => one.event === 'opened' && one.integration === 'pat');
  return opened && 'connection' in opened ? opened.connection : undefined;
}

/** Answers with its name as the only table. */
class PatTill {
  readonly name: string;
  readonly till: TestTill;

  static async connect(pac: string, name: string): Promise<PatTill> {
    return new PatTill(name, await connectTill(addressAt(pac, 'pat')));
  }

  private constructor(name: string, till: TestTill) {
    this.name = name;
    this.till = till;
    till.socket.on('message', (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as Frame;
      const result = { tables: [name], currency: 'GBP' };
      if (method === 'tableListRequest') till.send({ jsonrpc: '2.0', id, result });
    });
  }

  async assertSuperseded(): Promise<void> {
    const { code } = await within('the end of a till', this.till.closed);
    const { error, id } = this.till.received.at(-1) ?? {};
    assert.deepEqual([code, error?.code, id], [4001, -32075, undefined], this.name);
  }
}

function untilClosed(tills: readonly PatTill[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let closed = 0;
    for (const { till } of tills) {
      void till.closed.then(() => {
        closed += 1;
        if (closed === count) resolve();
      });
    }
  });
}
