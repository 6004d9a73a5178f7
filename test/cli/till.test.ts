// A till on the command line against a whole gateway.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { casesAtDepth } from '../support/depth.ts';
import { begin, jsonLines, run } from './command-line.ts';

let gateway: TestGateway;
let env: Record<string, string>;

before(async () => {
  gateway = await startTestGateway();
  env = { TILLGATE_URI: gateway.uri() };
});
after(() => gateway.stop());

describe('a till on the command line', () => {
  test('an approved sale shows its progress, prints both receipts and ends with 0', async () => {
    const { code, out } = await run(['sale', '12.34', '--cashback', '5'], { env });
    assert.equal(code, 0);
    const places = ['Present the card', 'APPROVED', 'GBP 17.34', 'MERCHANT COPY', 'CUSTOMER COPY'];
    const found = places.map((text) => out.indexOf(text));
    assert.ok(!found.includes(-1), out);
    assert.deepEqual(
      found,
      [...found].sort((one, other) => one - other),
    );
    assert.ok(!out.includes('\u001b'), 'no ANSI codes where there is no terminal');
  });

  test('a declined sale ends with 1 and prints its box', async () => {
    const { code, out } = await run(['sale', '5', '--tid', 'VCMINVLDIP0'], { env });
    assert.equal(code, 1);
    assert.match(out, /\| {7}DECLINED {7}\|/);
  });

  test('--json prints progress, signature and outcome as JSON lines', async () => {
    const args = ['sale', '5', '--tid', 'VCMINVLSIS0', '--json', '--reject-signature'];
    const { code, out } = await run(args, { env });
    const lines = jsonLines(out);
    assert.equal(code, 1);
    assert.equal(lines[0].notificationValue, 'TRANSACTION_STARTED');
    const question = lines.find(({ event }) => event === 'signature')?.question;
    assert.equal(question.cardholderVerificationMethod, 'SIGNATURE');
    const last = lines.at(-1);
    assert.deepEqual([last.event, last.outcome], ['outcome', 'void']);
    assert.equal(last.payment.amountBase, 500);
  });

  test('a signature without a terminal and a flag is not answered, and a message says so', async () => {
    const { child, ended, shown } = begin(['sale', '5', '--tid', 'VCMINVLSIS0'], { env });
    await shown('There is nobody to ask about the signature');
    child.kill('SIGINT');
    await shown('Asking the card machine to cancel');
    child.kill('SIGINT');
    const { code, err } = await ended;
    assert.equal(code, 3);
    assert.match(err, /may still be at work/);
  });

  test('a pre-auth is completed by its auth code', async () => {
    const tid = ['--tid', 'VCMCLISIP0'];
    const reserved = await run(['pre-auth', '200', '--json', ...tid], { env });
    const { authCode } = jsonLines(reserved.out).at(-1).payment;
    const args = ['completion', '173.50', '--auth-code', authCode, '--pre-auth-total', '200'];
    const { code, out } = await run([...args, ...tid], { env });
    assert.equal(code, 0);
    assert.match(out, /COMPLETION SUCCESSFUL/);
  });

  test('the last payment and a report can be requested', async () => {
    const tid = ['--tid', 'VCMCLIBSIP0'];
    await run(['refund', '4.99', ...tid], { env });
    const [duplicate, report] = await Promise.all([
      run(['duplicate', ...tid], { env }),
      run(['terminals', '--json'], { env }),
    ]);
    assert.match(duplicate.out, /REFUND SUCCESSFUL[\s\S]*CUSTOMER COPY/);
    assert.ok(jsonLines(report.out).some((terminal) => terminal.tid === 'VCMCLIBSIP0'));
    const { code, out } = await run(['report', 'x-balance', ...tid], { env });
    assert.equal(code, 0);
    assert.match(out, /REPORT COMPLETE/);
  });

  test('a refused request ends with 1 and prints its message for staff', async () => {
    const { code, err } = await run(['cancel', '--tid', 'VCMFREESIP0'], { env });
    assert.equal(code, 1);
    assert.match(err, /-32072[\s\S]*There is nothing to cancel on card machine VCMFREESIP0\./);
  });
});

describe('a till on the command line with a wrong address or wrong arguments', () => {
  const stranger = '11111111-2222-4333-8444-555555555555';

  test('a refused handshake ends with 4, the reason, and no token', async () => {
    const uri = gateway.uri('pac', { token: stranger });
    const all = await Promise.all([run(['sale', '1', '--uri', uri]), run(['send', uri])]);
    for (const { code, out, err } of all) {
      assert.equal(code, 4);
      assert.match(err, /401 unauthorized\. The token is missing or wrong\./);
      assert.ok(!`${out}${err}`.includes(stranger));
    }
  });

  test('a missing gateway ends with 4', async () => {
    const uri = `ws://127.0.0.1:9/pac?token=${stranger}`;
    const { code, err } = await run(['terminals', '--uri', uri]);
    assert.equal(code, 4);
    assert.ok(!err.includes(stranger));
  });

  const wrong: readonly (readonly string[])[] = [
    ['sale', '1,234.50'],
    ['sale'],
    ['sale', '1', '--tip', '2'],
    ['sale', '1', '--accept-signature', '--reject-signature'],
    ['report', 'yearly'],
    ['terminals', '--uri', 'not an address'],
    ['slae', '1'],
  ];
  test('wrong arguments end with 2 and a usage text', async () => {
    const cases = casesAtDepth(wrong, 4);
    const all = await Promise.all(cases.map((args) => run(args, { env })));
    for (const [index, { code, out, err }] of all.entries()) {
      assert.equal(code, 2, `${cases[index]}: ${err}`);
      assert.equal(out, '');
      assert.notEqual(err, '');
    }
  });
});

describe('tillgate send', () => {
  test('tillgate send shows both directions and explains errors', async () => {
    const input = [
      '{"jsonrpc":"2.0","id":1,"method":"sale","params":{"tid":"VCMSENDSIP0","currency":"GBP","amount":"5"}}',
      '{"jsonrpc":"2.0","id":2,"method":"terminalDetails","params":{"tid":"VCMSENDSIP0"}}',
      'nonsense',
    ].join('\n');
    const { code, out } = await run(['send', '--wait', '0.3'], { env, input });
    assert.equal(code, 0);
    assert.match(out, /^→ .*\n {2}! sale\.request \/params\/amount: expected integer/);
    assert.match(out, /^← .*"id":1,"error":\{"code":-32602/m);
    assert.match(out, /^← .*"id":2,"result":\{"tid":"VCMSENDSIP0"/m);
    assert.match(out, /^← .*-32700/m);
  });

  test('tillgate send shows the address without its token', async () => {
    const { err } = await run(['send', '--wait', '0'], { env, input: '' });
    assert.match(err, /Connected to .*token=\*{8}/);
    assert.ok(!err.includes('00000000-0000'));
  });

  test('tillgate send accepts waiter messages and names the faulty item of a batch [C-10.15]', async () => {
    const input = ['[{"jsonrpc":"2.0","id":1,"method":"lock","params":{}},7]', '[]'].join('\n');
    const uri = `${gateway.uri('pat').replace('/pat?', '/waiter?')}&tid=VCMSENDSIP0`;
    const { code, out } = await run(['send', uri, '--wait', '0.3'], { input });
    assert.equal(code, 0);
    assert.deepEqual(out.match(/^ {2}! .*$/gm), [
      '  ! lock.request /0/params/tableId: expected string, 1..32 characters, got nothing',
      '  ! /1: Not a JSON object.',
      '  ! An empty batch.',
    ]);
  });

  test('tillgate send waits for the outstanding answer before it closes the connection', async () => {
    const input =
      '{"jsonrpc":"2.0","id":1,"method":"sale","params":{"tid":"VCMSENDSCD0","currency":"GBP","amount":5}}\n';
    const { code, out } = await run(['send', '--json'], { env, input });
    assert.equal(code, 0);
    const lines = jsonLines(out);
    assert.match(lines.at(-1).text, /"transactionResult":"SUCCESSFUL"/);
    assert.ok(lines.every(({ remarks }) => remarks.length === 0));
  });

  test('tillgate send ends when the gateway closes the connection, though stdin is still open', async () => {
    const { child, ended, shown } = begin(['send'], { env });
    await shown('Connected');
    child.stdin?.write(`"${'x'.repeat(70_000)}"\n`);
    const { code, err } = await ended;
    assert.equal(code, 0);
    assert.match(err, /Closed by the gateway: 1009/);
  });
});
