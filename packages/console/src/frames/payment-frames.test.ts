import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stepsOf } from '@tillgate/protocol';
import { filterFrames, NO_FILTER } from './filter.ts';
import type { ConnectionName, Direction, Frame } from './frame.ts';
import { CONNECTED } from './frame.ts';
import { FrameHistory } from './history.ts';
import { framesOfPayment, framesOfTable, isPaymentRequest } from './payment-frames.ts';
import { pictureSourceOf } from './picture-source.ts';

const pac: ConnectionName = {
  ...{ id: 'till-1', label: 'testhost · pac v1 · Till', integration: 'pac', version: 'v1' },
  scope: 'host v1 TAB',
};
const pat: ConnectionName = { ...pac, id: 'tables-1', integration: 'pat', scope: 'tables-1' };
const waiter: ConnectionName = {
  ...{ ...pac, id: 'waiter-1', integration: 'waiter', scope: 'waiter-1' },
  label: 'testhost · waiter · T1 (2)',
};

function historyOf(lines: readonly (readonly [Direction, unknown, ConnectionName?])[]) {
  const history = new FrameHistory();
  for (const [index, [direction, message, connection = pac]] of lines.entries()) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    history.add({ connection, at: 1000 + index, direction, text });
  }
  return history.all();
}

const request = (id: number, method: string, params?: object) => ({
  ...{ jsonrpc: '2.0', id, method },
  ...(params && { params }),
});
const answer = (id: number, result: unknown) => ({ jsonrpc: '2.0', id, result });
const showing = (tid: string, notificationValue: string) => ({
  ...{ jsonrpc: '2.0', method: 'terminalNotification' },
  params: { tid, notificationValue },
});
const numbers = (frames: readonly Frame[]) => frames.map(({ seq }) => seq);

describe('the frames of a payment', () => {
  const sale = request(2, 'sale', { tid: 'T1', currency: 'GBP', amount: 777 });
  const again = { ...pac, id: 'till-1' };
  const frames = historyOf([
    ['line', CONNECTED],
    ['sent', request(1, 'connectedTerminals')],
    ['received', answer(1, [{ tid: 'T1' }])],
    ['sent', sale],
    ['received', showing('T1', 'PRESENT_CARD')],
    ['received', showing('T2', 'PRESENT_CARD')],
    ['sent', request(3, 'cancelTransaction', { tid: 'T1' })],
    ['received', answer(3, {})],
    ['sent', request(4, 'connectedTerminals')],
    ['received', answer(4, [{ tid: 'T1' }])],
    ['line', 'The connection broke. (1006)'],
    ['line', CONNECTED, again],
    ['received', answer(2, { transactionResult: 'CANCELLED' }), again],
    ['received', showing('T1', 'PRESENT_CARD')],
  ]);

  test('they go from its request to its answer, over a lost connection, without what is about others', () => {
    const found = framesOfPayment(frames, { requestId: 2, tid: 'T1', at: 1003 });
    assert.deepEqual(numbers(found), [4, 5, 7, 8, 11, 12, 13]);
    assert.deepEqual(framesOfPayment(frames, { requestId: 9, tid: 'T1', at: 1003 }), []);
    assert.deepEqual(framesOfPayment(frames, { requestId: 2, tid: 'T1', at: 5000 }), []);
    assert.deepEqual(numbers(frames.filter(isPaymentRequest)), [4]);
    assert.deepEqual(
      filterFrames(frames, { ...NO_FILTER, payment: 4 }),
      framesOfPayment(frames, { requestId: 2, tid: 'T1', at: 1003 }),
    );
    assert.deepEqual(filterFrames(frames, { ...NO_FILTER, payment: 99 }), []);
  });

  test('those of a linked card machine are among them, those of another till are not', () => {
    const other = { ...pac, id: 'till-9', scope: 'host v1 OTHER' };
    const link: ConnectionName = {
      ...{ ...pac, id: 'link-1', integration: 'terminal', scope: 'link-1' },
      // The second connection of that name, from a file.
      label: 'testhost · terminal v1 · T1 (2) (file)',
    };
    const start = request(1, 'start', { order: { id: 'testhost/T1/1' } });
    const all = historyOf([
      ['sent', sale],
      ['received', start, link],
      ['sent', answer(1, {}), link],
      [
        'received',
        start,
        { ...link, id: 'link-2', scope: 'link-2', label: 'x · terminal v1 · T2' },
      ],
      ['received', showing('T1', 'PRESENT_CARD'), other],
      ['received', answer(2, { transactionResult: 'SUCCESSFUL' })],
    ]);
    const found = framesOfPayment(all, { requestId: 2, tid: 'T1', at: 1000 });
    assert.deepEqual(numbers(found), [1, 2, 3, 6]);
  });

  test('the picture has them as the gateway sees them', () => {
    const found = framesOfPayment(frames, { requestId: 2, tid: 'T1', at: 1003 });
    const drawn = stepsOf(pictureSourceOf(found)).map((step) =>
      step.kind === 'message' ? `${step.from} ${step.to} ${step.name}` : step.name,
    );
    assert.deepEqual(drawn, [
      'till gateway sale',
      'terminal till terminalNotification',
      'till gateway cancelTransaction',
      'gateway till Answer to cancelTransaction',
      'Till lost',
      'Till is back',
      'gateway till Result',
    ]);
  });
});

test('the frames of a table go from the newest lock on, of the waiter and of the till', () => {
  const at = { tid: 'T1', tableId: '4' };
  const frames = historyOf([
    ['received', request(1, 'tableLockRequest', { tid: 'T9', tableId: '1' }), pat],
    ['line', CONNECTED, waiter],
    ['sent', request(1, 'tables'), waiter],
    ['sent', request(2, 'lock', { tableId: '4' }), waiter],
    ['received', request(2, 'tableLockRequest', at), pat],
    ['sent', answer(2, { confirmed: true, amount: 5, currency: 'GBP' }), pat],
    ['received', answer(2, { answer: 'locked', amount: 5, currency: 'GBP' }), waiter],
    ['received', request(3, 'tableListRequest', { tid: 'T9' }), pat],
    ['received', { jsonrpc: '2.0', method: 'tableUnlock', params: at }, pat],
    ['line', 'Closed. (1000)', waiter],
  ]);
  assert.deepEqual(numbers(framesOfTable(frames)), [4, 5, 6, 7, 9]);
  assert.deepEqual(numbers(framesOfTable(frames.slice(0, 3))), [1]);
  assert.deepEqual(framesOfTable(frames.slice(1, 3)), []);
});
