import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './layout.ts';
import { logLine } from './terminal-log.ts';

const logText = (entry: Parameters<typeof logLine>[0]) => textOf(logLine(entry));
const time = '2026-03-14T12:31:07.042';
const ended = {
  ...{ level: 30, time, msg: 'a transaction ended' },
  ...{ site: 'shop1', tid: 'VCMINVLSIP0', durationMs: 8_712 },
};
const at = '2026-03-14 12:31:07  ';

test('a payment that ended is one line with the word of its outcome', () => {
  const sale = { ...ended, type: 'SALE', result: 'SUCCESSFUL' };
  assert.equal(logText(sale), `${at}Approved: SALE on VCMINVLSIP0 at shop1, 8.7 s`);
  assert.equal(
    logText({ ...sale, type: 'REFUND', amount: 1234, currency: 'GBP' }),
    `${at}Refunded: REFUND of GBP 12.34 on VCMINVLSIP0 at shop1, 8.7 s`,
  );
  assert.equal(
    logText({ ...ended, type: 'X_BALANCE', result: 'COMPLETE' }),
    `${at}Complete: X_BALANCE on VCMINVLSIP0 at shop1, 8.7 s`,
  );
});

test('of other events a warning has its details, a plain one does not', () => {
  const started = { level: 30, time, msg: 'the gateway has started', url: 'ws://127.0.0.1:8765' };
  assert.equal(logText(started), `${at}The gateway has started`);
  const refused = { level: 40, time, msg: 'a handshake was refused', status: 401, host: 'a\nb' };
  assert.equal(logText(refused), `${at}Warning: A handshake was refused (status 401, host a b)`);
  const fault = { level: 50, time, msg: 'a fault', cause: { code: 1 }, result: 'toString' };
  assert.equal(logText(fault), `${at}Error: A fault (cause {"code":1}, result toString)`);
});
