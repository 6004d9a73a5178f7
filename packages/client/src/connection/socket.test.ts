// What an HTTP answer to a handshake says, and who wrote it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from './socket.ts';

const answered = (body: string, retryAfter?: string) =>
  refusalOf({ status: 404, body, retryAfter });

test('the body of a gateway has exactly a code and a sentence [C-2.9]', () => {
  const { code, message } = answered('{"error":"not_found","message":"No such site or path."}\n');
  assert.deepEqual([code, message], ['not_found', 'No such site or path.']);
});

for (const body of [
  '',
  '404 page not found\n',
  '<html><body>404 Not Found</body></html>',
  '{"message":"no Route matched with those values"}',
  '{"error":"Not Found","message":"The page does not exist."}',
  '{"timestamp":"2026-03-14T12:00:00Z","status":404,"error":"not_found","message":"","path":"/pac"}',
  '{"error":{"code":404},"message":"No."}',
  '[]',
  'null',
]) {
  test(`the body ${JSON.stringify(body)} is not that of a gateway [C-2.9]`, () => {
    const { code, message } = answered(body);
    assert.equal(code, '');
    assert.match(message, /^The handshake was refused with HTTP status 404/);
  });
}

test('Retry-After is a number of seconds or a date, and never negative', () => {
  const refusal = '{"error":"shutting_down","message":"Wait."}';
  const asked = (value?: string) => answered(refusal, value).retryAfterMs;
  assert.equal(asked('5'), 5_000);
  assert.equal(asked('Sun, 06 Nov 1994 08:49:37 GMT'), 0);
  assert.ok((asked('Wed, 21 Oct 2099 07:28:00 GMT') ?? 0) > 0);
  for (const value of [undefined, '', 'soon', '-5', '1.5']) {
    const ms = asked(value);
    assert.ok(ms === undefined || ms === 0, `${value} is ${ms}`);
  }
});
