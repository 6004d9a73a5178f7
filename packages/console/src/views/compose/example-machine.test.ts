import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '@tillgate/protocol';
import { machineForExamples, withMachine } from './example-machine.ts';

test('an example names a card machine that the site has', () => {
  assert.equal(machineForExamples([]), 'VCMINVLSIP0');
  assert.equal(machineForExamples(['VCMINVLUIP0', 'VCMINVLSIP0']), 'VCMINVLSIP0');
  assert.equal(machineForExamples(['87654321', '12345678']), '87654321');
});

test('only the name of the card machine changes in the text, in each version', () => {
  const text = '{"id": 7,\n "method": "sale", "params": {"amount": 1, "tid": "1234"}}';
  assert.equal(withMachine(text, 'a"b'), text.replace('"1234"', String.raw`"a\"b"`));
  for (const unchanged of ['{"params":', '{"result":{"tid":"1"}}', '{"params":{}}']) {
    assert.equal(withMachine(unchanged, 'x'), unchanged);
  }
  const requests = Object.values(dialects)
    .flatMap(({ messages }) => messages)
    .filter(({ sender, name }) => sender === 'till' && name.endsWith('.request'))
    .flatMap(({ schema }) => (schema as { examples?: readonly object[] }).examples ?? [])
    .map((example) => JSON.stringify(example))
    .filter((example) => example.includes('12345678'));
  assert.ok(requests.length > 20);
  for (const example of requests) {
    assert.ok(!withMachine(example, 'VCM').includes('12345678'), example);
  }
});
