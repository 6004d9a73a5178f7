import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Endpoint, ErrorName, ObservedMessage, Side } from '@tillgate/protocol';
import { Conversation, errorObject } from '@tillgate/protocol';

const pac: Endpoint = { integration: 'pac', version: 'v1' };
const pat: Endpoint = { integration: 'pat', version: 'v1' };
const terminal: Endpoint = { integration: 'terminal', version: 'v1' };

/** Follows a conversation of its own, a message at a time. */
function open(spoken: Endpoint = pac) {
  const talk = new Conversation(spoken);
  const follow = (side: Side) => (message: unknown) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return talk.follow(side, text);
  };
  const one = (side: Side) => (message: unknown) => follow(side)(message)[0] as ObservedMessage;
  return { talk, sent: one('partner'), came: one('gateway'), sentAll: follow('partner') };
}

const ask = (id: unknown, method = 'connectedTerminals', params?: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params && { params }),
});
const tell = (method: string, params: object) => ({ jsonrpc: '2.0', method, params });
const answer = (id: unknown, result: unknown = []) => ({ jsonrpc: '2.0', id, result });
const refuse = (name: ErrorName, id?: unknown) => {
  const values = { tid: '12345678', method: 'x', n: 10 };
  return { jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: errorObject(name, values) };
};
const sale = { tid: '12345678', currency: 'GBP', amount: 1250 };
const good = ({ violations, remark }: ObservedMessage) =>
  violations.length === 0 && remark === undefined;

describe('the kind of a message', () => {
  test('requests, notifications, answers, errors and invalid messages are recognised', () => {
    const { sent, came } = open();
    const notification = { tid: '12345678', notificationValue: 'PRESENT_CARD' };
    const kinds = [
      sent(ask(1)),
      came(tell('terminalNotification', notification)),
      came(answer(1)),
      came(refuse('terminalBusy', 2)),
      sent('7'),
    ].map(({ kind }) => kind);
    assert.deepEqual(kinds, ['request', 'notification', 'response', 'error', 'invalid']);
  });

  const rubbish: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'a text that is not JSON': ['{"jsonrpc":', /^Not JSON: /],
    'a number': ['7', /^Not a JSON object\.$/],
    'an object without anything': ['{}', /^It has no method, no result and no error\.$/],
    'an empty batch [C-3.17]': ['[]', /^An empty batch\.$/],
    'a batch of 17 [C-3.17]': [Array(17).fill(ask(1)), /^A batch of 17 messages: at most 16 /],
    'one that nests too deep [C-3.36]': [`${'['.repeat(40)}${']'.repeat(40)}`, /deeper than 32/],
  };
  for (const [name, [message, words]] of Object.entries(rubbish)) {
    test(`${name} is invalid, and refused by an error without id [C-3.19]`, () => {
      const { sent, came } = open();
      const said = sent(message);
      assert.equal(said.kind, 'invalid');
      assert.match(said.remark ?? '', words);
      const refused = came(refuse('invalidRequest'));
      assert.ok(good(refused));
      assert.equal(refused.inReplyTo, said);
    });
  }

  test('each message of a batch is assessed by itself, with its position [C-3.16]', () => {
    const { talk, sentAll } = open();
    const all = sentAll([ask(1), 7, { ...ask(2), params: { status: 'IDLE' } }]);
    assert.deepEqual(
      all.map(({ kind, path }) => [kind, path]),
      [
        ['request', '/0'],
        ['invalid', '/1'],
        ['request', '/2'],
      ],
    );
    assert.equal(all[2]?.violations[0]?.path, '/2/params/status');
    const ends = [answer(2), answer(1), refuse('invalidRequest')];
    const back = talk.follow('gateway', JSON.stringify(ends));
    assert.deepEqual(
      back.map(({ inReplyTo }) => inReplyTo),
      [all[2], all[0], all[1]],
    );
  });
});

describe('the violations of a message', () => {
  test('a violation has the path, the expected value and the value found', () => {
    const { sent } = open();
    const said = sent(ask(1, 'sale', { ...sale, amount: 0.5 }));
    assert.equal(said.message, 'sale.request');
    assert.deepEqual(said.violations, [
      { path: '/params/amount', expected: 'integer 1..99999999 pence or cents', got: 'number 0.5' },
    ]);
  });

  test('an answer is checked against the schema of its request', () => {
    const { sent, came } = open();
    sent(ask(1));
    const said = came(answer(1, [{ tid: '12345678' }]));
    assert.equal(said.message, 'connectedTerminals.response');
    assert.deepEqual(
      said.violations.map(({ path }) => path),
      ['/result/0/status', '/result/0/currency'],
    );
  });

  test('a request without its id, and a notification with one, are classified by method', () => {
    const { id: _, ...bare } = ask(1, 'sale', sale);
    assert.deepEqual(
      open()
        .sent(bare)
        .violations.map(({ path }) => path),
      ['/id'],
    );
    const { sent } = open(terminal);
    const params = { order: 'shop1/12345678/42', cancelled: true };
    assert.deepEqual(
      sent(ask(1, 'cancelDecided', params)).violations.map(({ path }) => path),
      ['/id'],
    );
  });

  test('a method that the version lacks, or that the other side sends, gets a remark', () => {
    const remarks = [
      open().sent(ask(1, 'explode')),
      open().came(ask(1, 'sale')),
      open({ ...pac, version: 'v0' }).sent(ask(1, 'preAuth')),
      open({ ...pac, integration: 'waiter' }).came(ask(1, 'lock')),
      open({ ...pac, version: 'v7' }).sent(ask(1)),
      open().sent({ ...ask(1), method: 7 }),
      open().sent(tell('error', {})),
    ].map(({ remark }) => remark);
    assert.deepEqual(remarks, [
      'v1 pac has no request explode that the till sends.',
      'v1 pac has no request sale that the gateway sends.',
      'v0 pac has no request preAuth that the till sends.',
      'v1 waiter has no request lock that the gateway sends.',
      'There are no schemas of v7 pac to hold it against.',
      'Its method is not a text.',
      'v1 pac has no notification error that the till sends.',
    ]);
  });
});

describe('matching answers to requests', () => {
  test('the ids of the two sides are independent [C-3.11]', () => {
    const { sent, came } = open(pat);
    const asked = came(ask(1, 'tableListRequest', { tid: '12345678' }));
    assert.match(came(answer(1)).remark ?? '', /nothing that is open/);
    assert.equal(sent(answer(1, { tables: ['1'], currency: 'GBP' })).inReplyTo, asked);
  });

  test('a request in its other spelling is known, and so is its answer [C-9.2]', () => {
    const { sent, came } = open(pat);
    const at = { tid: '12345678', tableId: '12A' };
    for (const method of ['finalPosReceiptRequest', 'finalPOSReceiptRequest']) {
      const asked = came(ask(1, method, at));
      assert.ok(good(asked), JSON.stringify(asked));
      const wrong = sent(answer(1, { receiptLines: 'none' }));
      assert.deepEqual([wrong.inReplyTo, wrong.violations.length], [asked, 1]);
    }
  });

  test('7 and "7" are two ids', () => {
    const { sent, came } = open();
    const [text, number] = [sent(ask('7')), sent(ask(7))];
    assert.equal(came(answer('7')).inReplyTo, text);
    assert.equal(came(answer(7)).inReplyTo, number);
  });

  test('an id too long for a number is matched exactly [C-3.9]', () => {
    const { sent, came } = open();
    const asked = sent('{"jsonrpc":"2.0","id":90071992547409931,"method":"connectedTerminals"}');
    assert.ok(good(asked), JSON.stringify(asked));
    const said = came('{"jsonrpc":"2.0","id":90071992547409931,"result":[]}');
    assert.equal(said.inReplyTo, asked);
    assert.ok(good(said), JSON.stringify(said));
  });

  test('of two requests under one id the second is refused without it, and the first is answered [C-3.15]', () => {
    const { talk, sent, came } = open();
    const [first, second] = [sent(ask(1, 'sale', sale)), sent(ask(1))];
    assert.equal(came(refuse('invalidRequest')).inReplyTo, second);
    assert.equal(came(answer(1)).inReplyTo, first);
    assert.deepEqual(talk.pending('partner'), []);
  });

  test('under an id that was sent twice, before the first answer came, the answers come in order [C-3.15]', () => {
    const { sent, came } = open();
    const [first, second] = [sent(ask(1, 'sale', sale)), sent(ask(1))];
    assert.equal(came(answer(1)).inReplyTo, first);
    assert.equal(came(refuse('terminalBusy', 1)).inReplyTo, second);
  });

  test('an error without id is valid and ends no request [C-3.19]', () => {
    const { talk, sent, came } = open(pat);
    sent(ask(1));
    assert.ok(good(came(refuse('discontinued'))));
    assert.equal(talk.pending('partner').length, 1);
    assert.match(came(refuse('terminalBusy', 9)).remark ?? '', /nothing that is open/);
  });

  test('an error is matched to an unusable message before an open request', () => {
    const { talk, sent, came } = open();
    sent(ask(1, 'sale', sale));
    const unusable = [sent('nonsense'), sent(ask(null))];
    for (const one of unusable) assert.equal(came(refuse('invalidRequest')).inReplyTo, one);
    assert.equal(talk.pending('partner').length, 1);
    came(refuse('notJson'));
    assert.equal(talk.pending('partner').length, 0);
  });

  test('a request under an id that is taken is refused without it [C-4.41]', () => {
    const { talk, sent, came } = open({ ...pac, eposId: 'till-1' });
    const [first, second] = [sent(ask(1, 'sale', sale)), sent(ask(1, 'sale', sale))];
    assert.equal(came(refuse('invalidRequest')).inReplyTo, second);
    assert.deepEqual(talk.pending('partner'), [first]);
  });

  test('with an epos-id an answer to an earlier connection is in order [C-4.40]', () => {
    assert.ok(good(open({ ...pac, eposId: 'till-1' }).came(answer(3))));
    assert.equal(open().came(answer(3)).remark, 'An answer to nothing that is open.');
  });

  test('the gateway refuses the missing answer to its own question [C-9.4]', () => {
    const { talk, sent, came } = open(pat);
    const asked = came(ask(1, 'tableListRequest', { tid: '12345678' }));
    const refused = came(refuse('noAnswer', 1));
    assert.ok(good(refused));
    assert.equal(refused.inReplyTo, asked);
    assert.deepEqual(talk.pending('gateway'), []);
    assert.match(sent(answer(1, { tables: [] })).remark ?? '', /nothing that is open/);
  });

  test('the gateway refuses an answer that does not fit [C-9.5]', () => {
    const { sent, came } = open(pat);
    const asked = came(ask(7, 'tableLockRequest', { tid: '12345678', tableId: '12A' }));
    assert.equal(sent(answer(7, { confirmed: true })).violations.length, 2);
    const refused = came(refuse('invalidAnswer', 7));
    assert.ok(good(refused));
    assert.deepEqual([refused.inReplyTo, refused.method], [asked, 'tableLockRequest']);
  });

  test('a judgement of a signature that does not count leaves it open [C-4.37]', () => {
    const { talk, sent, came } = open();
    const asked = came(ask(1, 'signatureVerificationRequest', {}));
    assert.equal(sent(answer(1, { accepted: 'yes' })).violations.length, 1);
    // Under the same id, and not answered by the error.
    const own = sent(ask(1, 'sale', sale));
    const error = errorObject('invalidAnswer', { method: 'x' }, { errors: [], request: 1 });
    const refused = came({ jsonrpc: '2.0', error });
    assert.ok(good(refused));
    assert.equal(refused.inReplyTo, asked);
    assert.deepEqual([talk.pending('gateway'), talk.pending('partner')], [[asked], [own]]);
    assert.ok(good(sent(answer(1, { accepted: true }))));
    assert.deepEqual(talk.pending('gateway'), []);
  });

  test('an answer with both result and error ends no request [C-3.14]', () => {
    const { talk, sent, came } = open();
    sent(ask(1));
    const both = came({ ...answer(1), ...refuse('terminalBusy', 1) });
    assert.deepEqual(
      both.violations.map(({ path }) => path),
      ['/result'],
    );
    assert.equal(talk.pending('partner').length, 1);
  });

  test('a bad notification of a card machine is refused without id [C-13.5]', () => {
    const { sent, came } = open(terminal);
    const said = sent(tell('cancelDecided', { order: 'shop1/12345678/42' }));
    assert.equal(came(refuse('invalidParams')).inReplyTo, said);
    assert.ok(good(sent(tell('cancelDecided', { order: 'shop1/1/4', cancelled: false }))));
    assert.equal(came(refuse('invalidParams')).inReplyTo, undefined);
  });

  test('requests that are never answered are removed eventually', () => {
    const { talk, sent } = open();
    for (let id = 1; id <= 1500; id += 1) sent(ask(id));
    assert.equal(talk.pending('partner').length, 1000);
    assert.equal(talk.pending('partner')[0]?.id, '501');
  });
});
