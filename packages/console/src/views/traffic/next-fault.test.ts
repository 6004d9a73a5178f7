import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionName } from '../../frames/frame.ts';
import { FrameHistory } from '../../frames/history.ts';
import type { SocketEvent } from '../../frames/serialized-frame.ts';
import { fromTrafficEvent, toFrame } from '../../frames/serialized-frame.ts';
import { nextFaults, triggerLike } from './next-fault.ts';

/** The frames of one till, as the gateway reports them. */
function frames(...messages: readonly (readonly ['received' | 'sent', object])[]) {
  const history = new FrameHistory();
  const about = { site: 'testhost', integration: 'pac', version: 'v1', eposId: 'till-1' };
  return messages.map(([direction, message]) => {
    const event: SocketEvent = {
      ...{ event: 'frame', number: 1, at: '2026-03-14T12:00:00.000Z', connection: 'c1' },
      ...{ ...about, direction, text: JSON.stringify({ jsonrpc: '2.0', ...message }) },
    };
    const frame = toFrame(fromTrafficEvent(event), 'gateway-1');
    assert.ok(frame);
    return history.add(frame);
  });
}

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const showing = (notificationValue: string) => ({
  ...{ method: 'terminalNotification', params: { tid: sale.tid, notificationValue } },
});

test('a fault waits for a message like the chosen one, as the gateway sees it, of the same till', () => {
  const result = { ...sale, transactionResult: 'DECLINED' };
  const [request, notification, response] = frames(
    ['received', { id: 1, method: 'sale', params: sale }],
    ['sent', showing('PRESENT_CARD')],
    ['sent', { id: 1, result }],
  ).map(triggerLike);
  const till = { eposId: 'till-1' };
  assert.deepEqual(request, { kind: 'message', direction: 'received', method: 'sale', till });
  const shown = { kind: 'message', direction: 'sent', method: 'terminalNotification' };
  assert.deepEqual(notification, { ...shown, value: 'PRESENT_CARD', till });
  assert.deepEqual(response, {
    ...{ kind: 'message', direction: 'sent', method: 'sale', part: 'response' },
    ...{ value: 'DECLINED', till },
  });
});

test('only what may be lost or come twice is offered for that', () => {
  const kinds = frames(
    ['received', { id: 1, method: 'sale', params: sale }],
    ['sent', showing('TRANSACTION_STARTED')],
    ['sent', showing('PRESENT_CARD')],
  ).map((frame) => {
    const when = triggerLike(frame);
    return when && nextFaults(when).map(({ action }) => action.kind);
  });
  const always = ['cut', 'hold'];
  assert.deepEqual(kinds, [always, always, [...always, 'drop', 'double']]);
});

test('a batch and what is no message have no fault', () => {
  const history = new FrameHistory();
  const connection: ConnectionName = {
    id: 'a',
    label: 'a',
    scope: 'a',
    integration: 'pac',
    version: 'v1',
  };
  for (const text of ['nonsense', '[{"jsonrpc":"2.0","id":1,"method":"sale"},{}]']) {
    const frame = history.add({ connection, at: 1, direction: 'sent', text });
    assert.equal(triggerLike(frame), undefined, text);
  }
});
