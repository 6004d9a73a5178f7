// Texts of tills that a terminal would obey: the command line neither prints them in words nor as JSON.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill, Refused } from 'tillgate/testing';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess } from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';
import { begin, jsonLines, run } from './command-line.ts';

/** Of each kind one: C0, DEL, C1, separators of lines and paragraphs, marks, embeddings and isolates of bidi. */
const CONTROLS = '\u001b\u0007\u007f\u0085\u009b\u2028\u2029\u200e\u200f\u061c\u202e\u2066\u2069';
const TABLE = `T${CONTROLS}1`;
const SOFTWARE_HOUSE = `SH${CONTROLS}1`;
const SHOWN = `T${'\ufffd'.repeat(CONTROLS.length)}1`;
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const [TID, OTHER_TID] = ['VCMCTRLSIP0', 'VCMOTHERSIP0'];

const data = mkdtempSync(join(tmpdir(), 'tillgate-controls-'));
let gateway: GatewayProcess | undefined;
let env: Record<string, string>;

const replies: Readonly<Record<string, object>> = {
  tableListRequest: { tables: [TABLE], currency: 'GBP' },
  tableLockRequest: { confirmed: true, amount: 100, currency: 'GBP' },
  posReceiptRequest: { receiptLines: [{ value: `Tea ${CONTROLS} 1.00` }] },
};

function answerTables(till: TestTill): void {
  till.socket.on('message', (bytes: Buffer) => {
    const { id, method = '' } = JSON.parse(bytes.toString()) as Frame;
    const result = replies[method];
    if (result) till.send({ jsonrpc: '2.0', id, result });
  });
}

before(async () => {
  const flags = ['--port', '0', '--pace', 'instant', '--log-level', 'trace', '--data', data];
  gateway = await startGatewayProcess(flags);
  const { pac } = gateway;
  env = { TILLGATE_URI: pac, TILLGATE_DATA: data };
  answerTables(await connectTill(pac.replace('/pac?', '/pat?')));
  const uri = new URL(pac);
  uri.searchParams.set('software-house-id', SOFTWARE_HOUSE);
  const till = await connectTill(uri.href);
  await till.request('sale', { tid: TID, currency: 'GBP', amount: 100 });
  await till.close();
});
after(async () => {
  gateway?.kill('SIGTERM');
  await gateway?.exited;
  rmSync(data, { recursive: true, force: true });
});

/** Runs the command in words and, at another card machine, with --json; neither may print what a terminal obeys. */
async function bothWays(args: readonly string[]) {
  const words = await run(args, { env });
  const others = args.map((arg) => (arg === TID ? OTHER_TID : arg));
  const json = await run([...others, '--json'], { env });
  for (const { out, err } of [words, json]) {
    assert.doesNotMatch(out, FORBIDDEN);
    assert.doesNotMatch(err, FORBIDDEN);
  }
  return { words, objects: jsonLines(json.out) };
}

describe('C-13.20, texts of a till do not reach the terminal of an operator as they are', () => {
  test('table list replaces control characters, and escapes them in JSON', async () => {
    const { words, objects } = await bothWays(['table', 'list', '--tid', TID]);
    assert.equal(words.out, `${SHOWN}\n`);
    assert.deepEqual(objects, [{ tables: [TABLE] }]);
  });

  test('table pay and the bill that it prints', async () => {
    const args = ['table', 'pay', '--tid', TID, '--table', TABLE, '--print-bill'];
    const { words, objects } = await bothWays(args);
    assert.ok(words.out.includes(`Table ${SHOWN} at card machine`), words.out);
    assert.ok(words.out.includes('Tea'), words.out);
    assert.equal(objects.find(({ event }) => event === 'locked')?.tableId, TABLE);
  });

  test('the journal with the tables, waiters and software houses of tills', async () => {
    const list = await bothWays(['transactions']);
    const sale = list.objects.find(({ type }) => type === 'SALE');
    assert.equal(sale.softwareHouseId, SOFTWARE_HOUSE);
    const table = list.objects.find(({ type, tid }) => type === 'TABLE' && tid === TID);
    assert.equal(table.tableId, TABLE);
    for (const { id } of list.objects) await bothWays(['transaction', id]);
    const { words } = await bothWays(['transaction', table.id]);
    assert.ok(words.out.includes(`asked for table ${SHOWN} at ${TID}`), words.out);
  });

  test('the payments that tillgate logs follows', async () => {
    const { http } = gateway ?? {};
    const follow = ['logs', '--gateway', http ?? '', '--backlog', '5'];
    const [words, json] = [begin(follow), begin([...follow, '--json'])];
    for (const one of [words, json]) {
      await within('the sale', one.shown('SALE'));
      one.child.kill('SIGINT');
      const { out, err } = await one.ended;
      assert.doesNotMatch(`${out}${err}`, FORBIDDEN);
    }
  });

  test('the messages that tillgate listen shows', async () => {
    const { http } = gateway ?? {};
    const follow = ['listen', '--gateway', http ?? ''];
    const [words, json] = [begin(follow), begin([...follow, '--json'])];
    for (const one of [words, json]) {
      await within('the table', one.shown('tableLockRequest'));
      one.child.kill('SIGINT');
      const { code, out, err } = await one.ended;
      assert.equal(code, 0);
      assert.doesNotMatch(`${out}${err}`, FORBIDDEN);
    }
    const [frame] = jsonLines((await json.ended).out).filter(({ text = '' }) =>
      text.includes('tableLockRequest'),
    );
    // A message in a message: what JSON escapes in it is escaped in it.
    assert.ok(JSON.parse(frame.text).params.tableId.includes('\u001b'), frame.text);
  });

  test('the log', async () => {
    const uri = new URL(env.TILLGATE_URI ?? '');
    uri.searchParams.set('software-house-id', SOFTWARE_HOUSE);
    uri.searchParams.set('token', 'wrong');
    await assert.rejects(connectTill(uri.href), Refused);
    const log = () => gateway?.written.stderr ?? '';
    await eventually(
      'the refusal in the log',
      () => log().includes('handshake was refused') || undefined,
    );
    assert.doesNotMatch(log(), FORBIDDEN);
    assert.ok(log().includes('\\u009b'), log());
  });

  test('an error that repeats what was asked', async () => {
    const { words } = await bothWays(['sale', '1.00', '--tid', `X${CONTROLS}`]);
    assert.ok(words.err.includes(`X${'\ufffd'.repeat(CONTROLS.length)}`), words.err);
  });
});
