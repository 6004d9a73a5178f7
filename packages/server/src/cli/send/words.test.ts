import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completionsOf, meantBy, vocabularyOf } from './words.ts';

const vocabulary = vocabularyOf({ integration: 'pac', version: 'v1' });
const asked = { vocabulary, nextId: 7, open: undefined };
const signature = {
  kind: 'request',
  path: '',
  method: 'signatureVerificationRequest',
  id: '"a"',
  violations: [],
} as const;

describe('a line at the prompt', () => {
  test('JSON is sent just as it is, valid or not', () => {
    for (const text of ['{"a": 1', ' [1,2]', '"text"']) {
      assert.deepEqual(meantBy(text, asked), { text });
    }
  });

  test('a method with fields becomes a request; values are JSON or texts', () => {
    assert.deepEqual(meantBy('connectedTerminals', asked), {
      text: '{"jsonrpc":"2.0","id":7,"method":"connectedTerminals"}',
    });
    const line = 'sale  tid=VCM1SIP0 amount=500 note="a b" on=true list=[1, 2] empty=';
    const meant = meantBy(line, asked);
    assert.ok('text' in meant);
    assert.deepEqual(JSON.parse(meant.text).params, {
      ...{ tid: 'VCM1SIP0', amount: 500, note: 'a b', on: true },
      ...{ list: [1, 2], empty: '' },
    });
  });

  test('an answer goes to the oldest open request of the gateway, under its id', () => {
    assert.deepEqual(meantBy('answer accepted=true', { ...asked, open: signature }), {
      text: '{"jsonrpc":"2.0","id":"a","result":{"accepted":true}}',
    });
    assert.deepEqual(meantBy('answer accepted=true', asked), {
      problem: 'The gateway waits for no answer.',
    });
  });

  test('what cannot be meant is answered with what was expected', () => {
    const problem = (line: string) => {
      const meant = meantBy(line, asked);
      return 'problem' in meant ? meant.problem : '';
    };
    assert.match(problem('slae amount=5'), /^"slae" is no method here\. Did you mean "sale"\?/);
    assert.match(problem('tableUnlock'), /is no method here\. Type JSON, or METHOD FIELD=VALUE/);
    assert.match(problem('sale 500'), /^"500": expected FIELD=VALUE, such as amount=500\.$/);
    assert.match(problem('__proto__ x=1'), /is no method here/);
  });

  test('a field is a field whatever its name', () => {
    const meant = meantBy('sale __proto__=1 toString=2', asked);
    assert.ok('text' in meant);
    assert.match(meant.text, /"params":\{"__proto__":1,"toString":2\}/);
  });
});

describe('completion', () => {
  const completed = (line: string, open?: typeof signature) =>
    completionsOf(line, { vocabulary, open });

  test('methods of the till, and answer while the gateway waits for one', () => {
    assert.deepEqual(completed('refu'), [['refund '], 'refu']);
    assert.deepEqual(completed('signature'), [[], 'signature']);
    assert.deepEqual(completed('answ'), [[], 'answ']);
    assert.deepEqual(completed('answ', signature), [['answer '], 'answ']);
  });

  test('fields that are not given yet, and the values that a field may have', () => {
    assert.deepEqual(completed('sale t'), [['tid='], 't']);
    assert.deepEqual(completed('sale tid=x amount'), [['amount=', 'amountCashback='], 'amount']);
    assert.deepEqual(completed('sale amount=5 amount'), [['amountCashback='], 'amount']);
    assert.deepEqual(completed('sale currency='), [
      ['currency=GBP ', 'currency=EUR '],
      'currency=',
    ]);
    assert.deepEqual(completed('sale cardholderNotPresent=t')[0], ['cardholderNotPresent=true ']);
    assert.deepEqual(completed('answer acc', signature)[0], ['accepted=']);
    assert.deepEqual(completed('nothing tid'), [[], 'tid']);
  });

  test('nothing is known of an unknown version, and JSON is still sent', () => {
    const unknown = vocabularyOf({ integration: 'pac', version: 'v9' });
    assert.deepEqual(completionsOf('sa', { vocabulary: unknown, open: undefined })[0], []);
    assert.deepEqual(meantBy('{}', { ...asked, vocabulary: unknown }), { text: '{}' });
  });
});
