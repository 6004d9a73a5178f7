import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idIn, nextId, withId, withNextIds } from './message-id.ts';

test('another id leaves every other letter as it is', () => {
  const text = '{ "jsonrpc": "2.0",\n  "id" : 7 , "params": { "id": 8 } }';
  assert.equal(withId(text, '12'), text.replace('7', '12'));
  assert.equal(withId(text, '"a"'), text.replace('7', '"a"'));
  assert.equal(idIn(text), '7');
});

test('a text without an id, or that cannot be read, stays', () => {
  for (const text of ['{"method":"x"}', '{"id":', '7']) {
    assert.equal(withId(text, '1'), text);
    assert.equal(idIn(text), undefined);
  }
});

test('ids count on and begin anew [C-3.11]', () => {
  assert.deepEqual(['7', '999999', '"a"', undefined].map(nextId), ['8', '1', '1', '1']);
});

test('the requests of a batch get ids after the greatest; answers keep theirs', () => {
  const batch =
    '[{"id":4,"method":"a"}, {"id":9,"result":{}}, {"method":"b"}, {"id":2,"method":"c"}]';
  assert.equal(
    withNextIds(batch),
    '[{"id":10,"method":"a"}, {"id":9,"result":{}}, {"method":"b"}, {"id":11,"method":"c"}]',
  );
  assert.match(withNextIds(batch, '20'), /^\[\{"id":21,.*\{"id":9,.*\{"id":22,/);
  assert.equal(withNextIds('{"id":4,"method":"a"}'), '{"id":5,"method":"a"}');
  assert.equal(withNextIds('{"id":4,"method":"a"}', '7'), '{"id":8,"method":"a"}');
  assert.equal(withNextIds('{"id":4,"result":1}'), '{"id":4,"result":1}');
  assert.equal(withNextIds('[{"id":'), '[{"id":');
});
