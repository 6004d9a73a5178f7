// Tokens, card numbers, bills and final receipts are planted wherever a till at the table, a waiter or a
// card can put them: none may come out in a log line, a metric, a refusal or a file [C-2.4, C-12.21].

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { Answerer, TableRequest } from '../support/gateway/table-till.ts';
import { TableBook, TableTill } from '../support/gateway/table-till.ts';
import { startOtlpReceiver } from '../support/open-telemetry/otlp-receiver.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import {
  assertAbsent,
  assertNothingLogged,
  assertNothingWritten,
  CARDS,
  contentOf,
  distinctiveLines,
  refusalBody,
  secrets,
  TOKEN,
  unspeakable,
} from '../support/scenario/secrets.ts';
import { within } from '../support/wait.ts';

const TID = 'VCMCANARYSIP0';
/** Whole card numbers by their check digit: no table or waiter has such a name. */
const NUMBERS = ['374245455400126', '4929123456734821'];
const forbidden = [...secrets, ...NUMBERS];
const lines = (text: string) => [{ value: text }, ...forbidden.map((value) => ({ value }))];
const BILL = lines('Two dinners and a canary');
const RECEIPT = lines('Thank you for the canary');
const paper = distinctiveLines([BILL[0], RECEIPT[0]] as { value: string }[]);

test('no token, card number, bill or receipt of a table appears in any output', async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--pace', 'instant', '--log-level', 'trace', '--failed-attempts', '1000'];
  const collector = await startOtlpReceiver(t);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const gateway = await startGatewayProcess(['--port', '0', '--data', data, ...flags], { env });
  t.after(() => gateway.stop());

  const bodies = await knockWithSecrets(gateway);
  const table = await Restaurant.open(gateway);
  const receipts = await table.visit(gateway);
  await table.plantInAnswers();
  await table.plantInWishes();
  await table.close();
  const metrics = await (await fetch(`${gateway.http}/metrics`)).text();
  gateway.kill('SIGTERM');
  await within('the end', gateway.exited);

  assertNothingLogged(gateway, metrics, [...forbidden, ...paper, ...receipts]);
  assert.ok(collector.metrics.length > 0);
  const parts = ['TABLE', 'lock question', 'card machine', 'table closing', 'delivery'];
  const names = new Set(collector.spans.map(({ name }) => name));
  assert.deepEqual(
    parts.filter((part) => !names.has(part)),
    [],
  );
  assertAbsent('a trace or metric', collector.bodies.join('\n'), [
    ...forbidden,
    ...paper,
    ...receipts,
  ]);
  assertAbsent('a refusal at the door', bodies.join('\n'), forbidden);
  const { errors, sentences } = table;
  assertAbsent('an error', errors.join('\n'), [...unspeakable, ...NUMBERS]);
  assertAbsent('a no', sentences.join('\n'), NUMBERS);
  const written = contentOf(data);
  assert.match(written, /"kind":"tableUnlocked"/, 'the journal tells something');
  assert.match(written, /\{"sockets":\{.*posReceiptRequest/, 'and what was said');
  assertNothingWritten(data, [...forbidden, ...paper]);
  const counts = [bodies, errors, sentences, receipts].map(({ length }) => length);
  t.diagnostic(`Knocks, errors, sentences, receipt lines: ${counts.join(', ')}`);
});

/** Handshakes of tills at the table and of waiters that fail; gives what was answered. */
async function knockWithSecrets({ pac, http }: GatewayProcess): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (const secret of forbidden) {
    const word = encodeURIComponent(secret);
    for (const door of ['pat', 'waiter']) {
      const uri = pac.replace('/pac?', `/${door}?`);
      bodies.push(
        await refusalBody(uri.replace(TOKEN, `${word}x`)),
        await refusalBody(uri.replace('token=', `token=${word}&token=`)),
        await (await fetch(`${http}/${door}?token=${word}`)).text(),
      );
    }
    const waiter = pac.replace('/pac?', '/waiter?');
    bodies.push(await refusalBody(`${waiter}&tid=${word}`));
    bodies.push(await refusalBody(`${waiter}&tid=${TID}&tid=${word}`));
    bodies.push(await refusalBody(`${pac.replace('/pac?', '/pat?')}&api-version=${word}`));
  }
  return bodies;
}

/** A till at the table that says whatever it likes, and a waiter who requests whatever he likes. */
class Restaurant {
  readonly #till: TestTill;
  readonly #waiter: TestTill;
  readonly #says: TableTill;
  readonly #good: Readonly<Record<TableRequest, Answerer>>;

  static async open({ pac }: GatewayProcess): Promise<Restaurant> {
    const [card] = CARDS;
    const flags = `final-pos-receipt-request=&${card}=${card}`;
    const till = await connectTill(`${pac.replace('/pac?', '/pat?')}&${flags}`);
    const waiter = await connectTill(`${pac.replace('/pac?', '/waiter?')}&tid=${TID}&${card}=`);
    return new Restaurant(till, waiter);
  }

  constructor(till: TestTill, waiter: TestTill) {
    this.#till = till;
    this.#waiter = waiter;
    const book = new TableBook({ '12A': 90_000_000 });
    this.#says = new TableTill(till, book);
    this.#good = {
      tableListRequest: () => book.list(),
      tableLockRequest: ({ tid, tableId }) => book.lock(tid, tableId),
      posReceiptRequest: () => ({ result: { receiptLines: BILL } }),
      finalPosReceiptRequest: () => ({ result: { receiptLines: RECEIPT } }),
    };
    for (const question of Object.keys(this.#good) as TableRequest[]) this.#answersWell(question);
  }

  /** The errors that either received, without the ids, which are their own. */
  get errors(): readonly string[] {
    const frames = [...this.#till.received, ...this.#waiter.received];
    return frames.flatMap(({ error }) => (error ? [JSON.stringify(error)] : []));
  }

  /** The sentences with which requests of the waiter were refused. */
  get sentences(): readonly string[] {
    const answers = this.#waiter.received.map(({ result }) => result);
    return answers.flatMap((one) => (one?.answer === 'no' ? [one.message as string] : []));
  }

  /** All goes well; gives the telling lines of what the card machine printed. */
  async visit({ pac }: GatewayProcess): Promise<readonly string[]> {
    await this.#tableRequest('tables', { waiterId: '007' });
    await this.#tableRequest('lock', { tableId: '12A', waiterId: '007' });
    const bill = await this.#tableRequest('bill');
    assert.deepEqual(distinctiveLines(bill.receiptLines)[0], paper[0], 'the bill is printed');
    const paid = await this.#tableRequest('pay', { by: 'card', amount: 4820, amountGratuity: 300 });
    assert.equal(paid.paid, true);
    await this.#tableRequest('pay', { by: 'other', amount: 1000 });
    const left = await this.#tableRequest('leave');
    assert.deepEqual(distinctiveLines(left.receiptLines)[0], paper[1], 'the receipt is printed');
    const counter = await connectTill(pac);
    const { result } = await counter.request('duplicate', { tid: TID });
    await counter.close();
    const lines = distinctiveLines(result.receiptLines.CUSTOMER);
    assert.ok(lines.length > 3, 'the card machine has printed');
    return lines;
  }

  /** What the till answers wrongly, asks, and says unasked. */
  async plantInAnswers(): Promise<void> {
    for (const secret of forbidden) {
      for (const answer of answersWith(secret)) {
        await this.#answered('tableListRequest', answer, () => this.#tableRequest('tables'));
        await this.#answered('tableLockRequest', answer, () =>
          this.#tableRequest('lock', { tableId: '12A' }),
        );
        await this.#tableRequest('lock', { tableId: '12A' });
        await this.#answered('posReceiptRequest', answer, () => this.#tableRequest('bill'));
        await this.#tableRequest('pay', { by: 'other', amount: 1 });
        await this.#answered('finalPosReceiptRequest', answer, () => this.#tableRequest('leave'));
      }
      const say = (message: object) => this.#till.socket.send(JSON.stringify(message));
      say({ jsonrpc: '2.0', id: 77_777, method: secret, params: { [secret]: secret } });
      say({ jsonrpc: '2.0', id: secret, result: { confirmed: secret } });
      say({ jsonrpc: '2.0', id: 77_777, error: { code: -1, message: secret } });
    }
    for (const secret of NUMBERS) this.#till.socket.send(`{"jsonrpc": "2.0", "result": ${secret}`);
  }

  /** What the waiter requests wrongly; names that are words like any other are not secrets. */
  async plantInWishes(): Promise<void> {
    for (const secret of [TOKEN, ...NUMBERS]) {
      await this.#tableRequest('tables', { waiterId: secret });
      await this.#tableRequest('lock', { tableId: secret });
      await this.#tableRequest('lock', { tableId: '12A', waiterId: secret });
    }
    for (const secret of forbidden) {
      await this.#tableRequest('lock', { tableId: '12A', [secret]: secret });
      await this.#tableRequest('pay', { by: secret, amount: 1 });
      await this.#tableRequest('pay', { by: 'other', amount: secret });
      await this.#tableRequest('pay', { by: 'card', amount: Number(secret.replace(/\D/g, '')) });
      await this.#tableRequest(secret, { [secret]: secret });
      await this.#tableRequest('leave');
    }
  }

  async close(): Promise<void> {
    await this.#waiter.close();
    await this.#till.close();
  }

  async #answered(
    question: TableRequest,
    answer: object,
    tableRequest: () => Promise<unknown>,
  ): Promise<void> {
    this.#says.answerWith(question, { ...answer });
    await tableRequest();
    this.#answersWell(question);
  }

  #answersWell(question: TableRequest): void {
    this.#says.answerWith(question, this.#good[question]);
  }

  async #tableRequest(method: string, params?: object): Promise<Frame['result']> {
    const { result } = await this.#waiter.request(method, params);
    return result;
  }
}

/** Answers that fit no question, with the secret in every part. */
function answersWith(secret: string): readonly object[] {
  const number = Number(secret.replace(/\D/g, '').slice(0, 15));
  return [
    { result: secret },
    { result: { confirmed: true, amount: number, currency: secret, [secret]: secret } },
    { result: { receiptLines: [{ value: secret, type: secret, [secret]: [secret] }] } },
    { result: { tables: [secret, { [secret]: secret }], currency: secret } },
    { error: secret },
    { error: { code: number, message: secret, data: { [secret]: secret } } },
    { result: { confirmed: false, userMessage: `Call ${secret}` } },
  ];
}
