import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableNotification } from '@tillgate/protocol';
import type { TableConnection } from './pat-outbox.ts';
import { PatOutbox } from './pat-outbox.ts';

/** A line that keeps what it is told until the test proves it delivered. */
function line() {
  const told: string[] = [];
  const proofs: (() => void)[] = [];
  const made: TableConnection & { told: string[]; prove: () => void; discontinued: boolean } = {
    wantsFinalReceipt: false,
    discontinued: false,
    told,
    ask: () => Promise.resolve(undefined),
    notify: (notice, delivered) => {
      told.push(notice.kind === 'unlock' ? notice.tableId : notice.kind);
      proofs.push(delivered);
    },
    superseded: () => {
      made.discontinued = true;
    },
    prove: () => proofs.shift()?.(),
  };
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
  const first = line();
  till.attach(first);
  assert.deepEqual(first.told, ['0', '1', '2']);
  first.prove();
  till.detach(first);
  const second = line();
  till.attach(second);
  assert.deepEqual(second.told, ['1', '2']);
  assert.deepEqual(delivered, ['0']);
});

test('C-9.23: few notices are in flight at a time, and no request is sent before all are sent', () => {
  const till = new PatOutbox();
  const delivered = keepAll(till, 250);
  const connected = line();
  till.attach(connected);
  const atFirst = connected.told.length;
  assert.ok(atFirst < 250);
  assert.equal(till.connection, undefined);
  const from = { stream: 'shop/A', activityId: 2, number: 0 };
  till.enqueue({
    at: 300,
    from,
    notice: unlock('new'),
    delivered: () => delivered.push('new'),
  });
  for (let proven = 0; proven < 251; proven += 1) connected.prove();
  assert.equal(till.connection, connected);
  assert.equal(connected.told.length, 251);
  assert.equal(connected.told.at(-1), 'new');
  assert.equal(delivered.length, 251);
});

test('C-9.24: the newest connection supersedes the older; its late close and late proof change nothing', () => {
  const till = new PatOutbox();
  const delivered = keepAll(till, 1);
  const older = line();
  const newer = line();
  till.attach(older);
  till.attach(newer);
  assert.ok(older.discontinued);
  assert.deepEqual(newer.told, ['0']);
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
  const connected = line();
  till.attach(connected);
  const of = (stream: string) => connected.told.filter((one) => one.startsWith(stream));
  assert.deepEqual(of('A'), ['A10', 'A11', 'A20', 'A21']);
  assert.deepEqual(of('B'), ['B10', 'B11']);
  assert.equal(connected.told[0], 'B10');
});
