import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '@tillgate/protocol';
import { receiptsIn } from './receipts.ts';

test('every receipt in the examples of the messages is found', () => {
  for (const { messages } of Object.values(dialects)) {
    for (const { schema, name } of messages) {
      const { examples = [] } = schema as { examples?: readonly object[] };
      for (const example of examples) {
        const copies = JSON.stringify(example).match(/"(MERCHANT|CUSTOMER)":\[\{/g)?.length ?? 0;
        const whole = /"(receiptLines|merchantReceipt|reportLines)":\[\{/g;
        const others = JSON.stringify(example).match(whole)?.length ?? 0;
        assert.equal(receiptsIn(example).length, copies + others, name);
      }
    }
  }
});

test('what is no receipt is none', () => {
  const lists = [
    7,
    'x',
    {},
    { CUSTOMER: 7 },
    { CUSTOMER: [7] },
    [],
    [{}],
    [{ value: '', format: 7 }],
  ];
  for (const receiptLines of lists) {
    assert.deepEqual(receiptsIn({ result: { receiptLines } }), []);
  }
  for (const message of [undefined, null, 7, [], {}]) assert.deepEqual(receiptsIn(message), []);
});
