import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableNotification } from '@tillgate/protocol';
import type { TableConnection } from './pat-outbox.ts';
import { PatOutbox } from './pat-outbox.ts';

/** A connection whose network takes notices, and whose till has them, when the test says so. */
function connection() {
  const sent: string[] = [];
  const written: (() => void)[] = [];
  const proofs: (() => void)[] = [];
  const made = {
    wantsFinalReceipt: false,
    isSuperseded: false,
    sent,
    ask: () => Promise.resolve(undefined),
    notify: (notice, onWritten, onDelivered) => {
      sent.push(notice.kind === 'unlock' ? notice.tableId : notice.kind);
      written.push(onWritten);
      proofs.push(onDelivered);
    },
    superseded: () => {
      made.isSuperseded = true;
    },
    write: () => written.shift()?.(),
    prove: () => proofs.shift()?.(),
  } satisfies TableConnection & Record<string, unknown>;
  return made;
}

const unlock = (tableId: string): TableNotification => ({
  kind: 'unlock',
  tid: '12345678',
  tableId,
});

function keepAll(till: PatOutbox, count: number): string[] {
  const delivered: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const from = { stream: 'shop/A', activityId: 1, number: at };
    till.enqueue({
      at,
      from,
      notice: unlock(`${at}`),
      delivered: () => delivered.push(`${at}`),
    });
  }
  return delivered;
}

test('C-9.23: a new connection gets all queued notices, oldest first, until each delivery is proven', () => {
  const till = new PatOutbox();
  const delivered = keepAll(till, 3);
  const first = connection();
  till.attach(first);
  assert.deepEqual(first.sent, ['0', '1', '2']);
  first.prove();
  till.detach(first);
  const second = connection();
  till.attach(second);
  assert.deepEqual(second.sent, ['1', '2']);
  assert.deepEqual(delivered, ['0']);
});

test('C-9.23: few notices wait for the network at a time, and a request is sent after all of them', () => {
  const till = new PatOutbox();
  const delivered = keepAll(till, 250);
  const connected = connection();
  till.attach(connected);
  assert.ok(connected.sent.length < 250);
  const order: number[] = [];
  till.afterNotices(connected, () => order.push(connected.sent.length));
  const from = { stream: 'shop/A', activityId: 2, number: 0 };
  till.enqueue({
    at: 300,
    from,
    notice: unlock('new'),
    delivered: () => delivered.push('new'),
  });
  for (let count = 0; count < 251; count += 1) connected.write();
  assert.equal(connected.sent.at(-1), 'new');
  assert.deepEqual(order, [251]);
  assert.deepEqual(delivered, []);
  for (let count = 0; count < 251; count += 1) connected.prove();
  assert.equal(delivered.length, 251);
});

test('C-9.24: the newest connection supersedes the older; its late close and late proof change nothing', () => {
  const till = new PatOutbox();
  const delivered = keepAll(till, 1);
  const older = connection();
  const newer = connection();
  till.attach(older);
  till.attach(newer);
  assert.ok(older.isSuperseded);
  assert.deepEqual(newer.sent, ['0']);
  till.detach(older);
  assert.equal(till.connection, newer);
  older.prove();
  newer.prove();
  assert.deepEqual(delivered, ['0']);
});

test('C-9.23: the notices of one card machine keep their order, whatever its clock says; otherwise time decides', () => {
  const till = new PatOutbox();
  const keep = (stream: string, [activityId, number]: readonly [number, number], at: number) => {
    const from = { stream, activityId, number };
    till.enqueue({
      at,
      from,
      notice: unlock(`${stream}${activityId}${number}`),
      delivered: () => {},
    });
  };
  keep('A', [2, 0], 50);
  keep('B', [1, 0], 30);
  keep('A', [1, 1], 70);
  keep('A', [1, 0], 60);
  keep('B', [1, 1], 65);
  keep('A', [2, 1], 40);
  const connected = connection();
  till.attach(connected);
  const of = (stream: string) => connected.sent.filter((one) => one.startsWith(stream));
  assert.deepEqual(of('A'), ['A10', 'A11', 'A20', 'A21']);
  assert.deepEqual(of('B'), ['B10', 'B11']);
  assert.equal(connected.sent[0], 'B10');
});
