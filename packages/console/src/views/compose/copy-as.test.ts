import assert from 'node:assert/strict';
import { stripTypeScriptTypes } from 'node:module';
import { describe, test } from 'node:test';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { EXAMPLE_TOKEN } from '../../socket/gateway-address.ts';
import type { Copied } from './copy-as.ts';
import { asJson } from './copy-as.ts';
import { asCommand } from './copy-command.ts';
import { asTypeScript } from './copy-typescript.ts';
import { groups, messageOf, messageOptionsFor, searchMessages } from './messages.ts';

const where: GatewayAddress = {
  host: 'localhost:8765',
  integration: 'pac',
  token: EXAMPLE_TOKEN,
  version: 'v1',
  softwareHouseId: 'ABC123',
  installerId: '123ABC',
  finalReceipt: false,
  eposId: '',
};
const secret = { ...where, token: 'b2f0c9aa-secret' };
const table: GatewayAddress = { ...where, integration: 'pat' };
const uri =
  '"ws://localhost:8765/pac?token=00000000-0000-0000-0000-000000000000&api-version=v1' +
  '&software-house-id=ABC123&installer-id=123ABC"';

const request = (method: string, params?: object) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
const answer = (result: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, result });
const textOf = (copied: Copied) => ('text' in copied ? copied.text : assert.fail(copied.why));
const whyOf = (copied: Copied) => ('why' in copied ? copied.why : assert.fail(copied.text));

describe('as a command line', () => {
  const command = (method: string, params?: object, at = where) =>
    textOf(
      asCommand({ text: request(method, params), method, where: at, command: 'npx tillgate' }),
    );

  test('the command that says the same, where there is one', () => {
    const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1205, amountCashback: 500 };
    assert.equal(
      command('sale', sale),
      `npx tillgate sale 12.05 --tid VCMINVLSIP0 --currency GBP --cashback 5.00 --uri ${uri}\n`,
    );
    assert.equal(command('connectedTerminals'), `npx tillgate terminals --uri ${uri}\n`);
    const check = { tid: 'A 1', currency: 'EUR', amount: 0, cardholderNotPresent: true };
    assert.match(
      command('accountVerification', check),
      /^npx tillgate verify --tid 'A 1' .*--cnp /,
    );
  });

  test('the message itself where no command takes all of it', () => {
    const odd = { tid: "it's", currency: 'GBP', amount: 1.5 };
    const line = command('sale', odd);
    assert.match(line, /^echo '\{"jsonrpc".*"tid":"it'\\''s".*\}' \| npx tillgate send "ws:/);
    assert.match(command('terminalDetails', { tid: '1' }), /npx tillgate send/);
    assert.match(command('sale', { tid: '1', amount: 1 }, { ...where, version: 'v0' }), /send/);
  });

  test('a text that is no JSON can still be sent', () => {
    const copied = asCommand({
      text: '{"id":\n',
      method: 'sale',
      where,
      command: 'npm run tillgate --',
    });
    assert.equal(textOf(copied), `echo '{"id": ' | npm run tillgate -- send ${uri}\n`);
  });

  test('a secret token is a variable, not a text', () => {
    const line = command('connectedTerminals', undefined, secret);
    assert.match(line, /token=\$TILLGATE_TOKEN&/);
    assert.doesNotMatch(line, /secret/);
  });

  test('an answer has none', () => {
    const text = answer({ accepted: true });
    assert.match(whyOf(asCommand({ text, method: 'x', where, command: '' })), /its own connection/);
  });
});

describe('as TypeScript', () => {
  const code = (text: string, { method = '', at = where } = {}) => {
    const program = textOf(asTypeScript({ text, method, where: at, command: '' }));
    stripTypeScriptTypes(program);
    return program;
  };

  test('a sale as a till developer would write it', () => {
    const params = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1205 };
    assert.equal(
      code(request('sale', params)),
      `import { connect } from '@tillgate/client';

const till = await connect({
  host: 'ws://localhost:8765',
  token: '00000000-0000-0000-0000-000000000000',
  softwareHouseId: 'ABC123',
  installerId: '123ABC',
});
const outcome = await till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1205 });
console.log(outcome);
till.close();
`,
    );
  });

  test('every request of v1 at the counter has a method of the SDK', () => {
    const choices = messageOptionsFor({ integration: 'pac', version: 'v1' });
    const requests = choices.filter(({ name }) => name.endsWith('.request'));
    assert.equal(requests.length, 13);
    for (const { method, examples } of requests) {
      for (const text of examples) assert.match(code(text, { method }), /await till\.\w+\(/);
    }
  });

  test('every answer of v1 at the table has a handler of the SDK', () => {
    const choices = messageOptionsFor({ integration: 'pat', version: 'v1' });
    const answers = choices.filter(({ name }) => name.endsWith('.response'));
    assert.equal(answers.length, 4);
    for (const { method, examples } of answers) {
      for (const text of examples) {
        assert.match(code(text, { method, at: table }), /await serveTables\(/, method);
      }
    }
    const [lock] = answers.filter(({ method }) => method === 'tableLockRequest');
    assert.match(
      code(lock?.examples[0] ?? '', { method: 'tableLockRequest', at: table }),
      /\n {2}lockTable: \(\{ tableId \}\) => \(\{ amount: 4820, currency: 'GBP' \}\),\n {2}bill: /,
    );
  });

  test('a signature is answered by onSignature', () => {
    assert.match(code(answer({ accepted: false })), /onSignature: \(question\) => false,/);
  });

  test('any letter of a text survives', () => {
    const tid = 'a\'b\\c\n"ü';
    const program = code(request('duplicate', { tid }));
    const [, found] = /duplicate\((.*)\);/.exec(program) ?? [];
    assert.equal(new Function(`return ${found}`)().tid, tid);
  });

  test('a secret token stays out, and what has no counterpart says why', () => {
    assert.doesNotMatch(code(request('connectedTerminals'), { at: secret }), /secret/);
    const v0 = { ...where, version: 'v0' } as const;
    for (const [text, at, words] of [
      [request('sale'), v0, /speaks v1/],
      [request('explode'), where, /no method for explode/],
      ['{', where, /can be read/],
      [JSON.stringify({ id: 1, error: { code: 1 } }), table, /makes errors itself/],
    ] as const) {
      assert.match(whyOf(asTypeScript({ text, method: '', where: at, command: '' })), words);
    }
  });
});

test('as JSON it is laid out, and what is no JSON stays as it is', () => {
  assert.equal(asJson({ text: '{"a":1}' }).text, '{\n  "a": 1\n}\n');
  assert.equal(asJson({ text: '{"a":' }).text, '{"a":');
});

describe('the messages to choose from', () => {
  const names = (integration: 'pac' | 'pat', version: 'v1' | 'v0') =>
    messageOptionsFor({ integration, version }).map(({ name }) => name);

  test('all that a till may send, and nothing else', () => {
    assert.ok(names('pac', 'v1').includes('signatureVerificationRequest.response'));
    assert.ok(
      !names('pac', 'v1').some((name) => /^terminalNotification|Request\.request$/.test(name)),
    );
    assert.deepEqual(names('pat', 'v1'), [
      'tableListRequest.response',
      'tableLockRequest.response',
      'posReceiptRequest.response',
      'finalPosReceiptRequest.response',
      'error',
    ]);
    assert.ok(!names('pat', 'v0').includes('finalPosReceiptRequest.response'));
  });

  test('each in the group of what it does', () => {
    const all = messageOptionsFor({ integration: 'pac', version: 'v1' });
    const count = (group: string) => all.filter((one) => one.group === group).length;
    assert.deepEqual(groups.map(count), [2, 5, 2, 4, 2]);
  });

  test('are found by any words, and by what is written', () => {
    const all = messageOptionsFor({ integration: 'pac', version: 'v1' });
    assert.deepEqual(
      searchMessages(all, 'money back').map(({ name }) => name),
      ['refund.request'],
    );
    assert.equal(searchMessages(all, ' ').length, all.length);
    const [first] = all;
    assert.ok(first);
    assert.equal(messageOf(all, '{"method": "sale"', first).name, 'sale.request');
    assert.equal(messageOf(all, '{"method": "none"', first), first);
  });
});
