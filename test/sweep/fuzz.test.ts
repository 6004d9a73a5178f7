// Anything at all comes over a till's socket: each request is answered once, by the book, and neither
// the gateway nor another till at work notices the rest [C-12.1, C-12.22].

import assert from 'node:assert/strict';
import test from 'node:test';
import { findViolations, v1 } from '@tillgate/protocol';
import fc from 'fast-check';
import type { Frame as ReceivedFrame, TestGateway, TestTill } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { depth } from '../support/depth.ts';
import type { ExpectedAnswer, Frame } from '../support/fuzz/frames.ts';
import { expectedAnswers, frame } from '../support/fuzz/frames.ts';
import { heapUsed } from '../support/heap.ts';
import { readJournal } from '../support/scenario/journal-reader.ts';
import { eventually, within } from '../support/wait.ts';

const CASES = depth(10_000);
const FRAMES_A_RUN = 25;
const MOST_GROWTH_BYTES = 60 * 2 ** 20;
/** Answers that mean that a card machine was given something to do. */
const jobs = /^(sale|refund|preAuth|completion|accountVerification|report\w+)$/;

test('each request in any sequence of frames has one answer, and other tills are not disturbed [C-12.1, C-12.22]', async (t) => {
  // No time counts as the window of bad messages, so that none closes the connection [C-11.13].
  const server = await startTestGateway({ settings: { badMessages: 0 } });
  t.after(() => server.stop());
  const onlooker = await server.till();
  const before = (await onlooker.request('connectedTerminals')).result;
  const witness = watchSales(await server.till());
  const heapBefore = heapUsed();
  const seen = { frames: 0, answers: 0, least: 0, most: 0, closes: 0 };

  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { minLength: FRAMES_A_RUN, maxLength: FRAMES_A_RUN }),
      async (frames) => {
        const said = await sayAll(server, frames);
        seen.frames += frames.length;
        seen.answers += said.answers;
        seen.least += said.accepted[0];
        seen.most += said.accepted[1];
        seen.closes += said.closes;
      },
    ),
    { numRuns: CASES / FRAMES_A_RUN, seed: 20260314 },
  );

  const sales = await witness.stop();
  assert.ok(sales > depth(10, 2), 'the witness was at work all the time');
  const grown = heapUsed() - heapBefore;
  assert.ok(grown < MOST_GROWTH_BYTES, `the memory grew by ${grown} bytes`);
  const machines = await eventually('machines at rest', async () => {
    const { result } = await onlooker.request('connectedTerminals');
    return result.some(({ status }: { status: string }) => status === 'BUSY') ? undefined : result;
  });
  const others = machines.filter(({ tid }: { tid: string }) => tid !== WITNESS);
  assert.deepEqual(others, before);
  const journal = await readJournal(server.store);
  const accepted = journal.length - sales;
  const said = `${seen.least} to ${seen.most} jobs accepted, ${accepted} journalled`;
  assert.ok(accepted >= seen.least && accepted <= seen.most, said);
  assert.ok(journal.every(({ ends }) => ends === 1));
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual(Object.keys(Object.prototype), []);
  t.diagnostic(`${seen.frames} frames, ${seen.answers} answers, ${said}`);
  t.diagnostic(
    `${seen.closes} closes, ${sales} sales of the witness, heap ${grown >> 20} MiB more`,
  );
});

interface Said {
  readonly answers: number;
  /** At least, and at most. */
  readonly accepted: readonly [number, number];
  readonly closes: number;
}

/** Says all frames, on a new connection after each that ends one, and checks what comes back. */
async function sayAll(server: TestGateway, frames: readonly Frame[]): Promise<Said> {
  let [answers, closes, least, most] = [0, 0, 0, 0];
  let till = await server.till();
  let due: ExpectedAnswer[] = [];
  const finish = async () => {
    await allAnswered(till, due);
    answers += due.length;
    const accepted = countAccepted(till.received, due);
    least += accepted[0];
    most += accepted[1];
    due = [];
  };
  for (const one of frames) {
    if (one.send === 'end') {
      await finish();
      till.socket.send(one.bytes, { binary: one.binary });
      const { code } = await within('the close', till.closed);
      const tooBig = one.bytes.length > 65_536;
      assert.equal(code, tooBig ? 1009 : { true: 1003, false: 1007 }[`${one.binary}`]);
      closes += 1;
      till = await server.till();
    } else {
      due.push(...expectedAnswers(one.text));
      send(till, one);
    }
  }
  await finish();
  await till.close();
  return { answers, accepted: [least, most], closes };
}

function send(till: TestTill, { send: how, text }: Exclude<Frame, { send: 'end' }>): void {
  if (how !== 'fragments') {
    till.socket.send(Buffer.from(text), { binary: how === 'binary' });
    return;
  }
  const bytes = Buffer.from(text);
  const middle = Math.floor(bytes.length / 2);
  till.socket.send(bytes.subarray(0, middle), { binary: false, fin: false });
  till.socket.send(bytes.subarray(middle), { binary: false, fin: true });
}

/** Exactly the answers due have come, each as published; nothing comes after them. */
async function allAnswered(till: TestTill, due: readonly ExpectedAnswer[]): Promise<void> {
  const isAnswer = (message: ReceivedFrame) => message.method === undefined;
  const count = () => till.received.filter(isAnswer).length;
  const all: Promise<unknown> =
    due.length === 0 ? Promise.resolve() : till.until(() => count() >= due.length);
  await within('answers', all).catch((cause: unknown) => {
    throw new Error(`Missing: ${JSON.stringify(difference(till.received, due))}`, { cause });
  });
  const lastId = 'the last word';
  till.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, method: 'connectedTerminals' }));
  await till.answer(lastId);
  const answers = till.received.filter((message) => isAnswer(message) && message.id !== lastId);
  assert.deepEqual(difference(answers, due), { missing: [], more: [] });
  for (const answer of answers) mustBePublished(answer, due);
}

/** A request under an id that was still open is answered without it [C-3.15]; which ones were depends on time. */
function difference(received: readonly ReceivedFrame[], due: readonly ExpectedAnswer[]) {
  const left = received.filter(({ method }) => method === undefined).map(idText);
  const answered = new Set<string | undefined>();
  const isLeft = (id: string | undefined) => {
    const at = left.indexOf(id);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  const unanswered = due.filter(({ id }) => {
    const found = isLeft(id);
    if (found) answered.add(id);
    return !found;
  });
  const missing = unanswered.filter(({ id }) => !(answered.has(id) && isLeft(undefined)));
  return { missing: missing.map(({ id }) => id), more: left };
}

function idText({ id }: ReceivedFrame): string | undefined {
  return id === undefined ? undefined : JSON.stringify(id);
}

/** Ids may have been used twice: the answer must fit one of the methods asked under its id. */
function mustBePublished(answer: ReceivedFrame, due: readonly ExpectedAnswer[]): void {
  if (answer.error) return; // The test till has held every error against its schema.
  const asked = due.filter(({ id }) => id === idText(answer)).map(({ method }) => method);
  const schemas = v1.messages.filter(
    ({ name, integration }) =>
      integration === 'pac' && asked.some((method) => name === `${method}.response`),
  );
  const fits = schemas.some(({ schema }) => findViolations(schema, answer).length === 0);
  assert.ok(fits, `not as published: ${JSON.stringify(answer)}`);
}

/** A range, for under an id used twice the answer to a duplicate looks like that to a job. */
function countAccepted(
  received: readonly ReceivedFrame[],
  due: readonly ExpectedAnswer[],
): Said['accepted'] {
  const idsOf = (pattern: RegExp) =>
    new Set(due.filter(({ method }) => pattern.test(method ?? '')).map(({ id }) => id));
  const [asked, repeated] = [idsOf(jobs), idsOf(/^duplicate$/)];
  const results = received
    .filter(({ result }) => result?.reportResult ?? result?.transactionResult)
    .map(idText)
    .filter((id) => asked.has(id));
  return [results.filter((id) => !repeated.has(id)).length, results.length];
}

const WITNESS = 'VCMWITNESSSIP0';
const chipAndPin = [
  ...['TRANSACTION_STARTED', 'PRESENT_CARD', 'PLEASE_WAIT', 'PIN_ENTRY', 'PLEASE_WAIT'],
  ...['CONNECTING', 'CONNECTION_MADE', 'APPROVED', 'REMOVE_CARD', 'TRANSACTION_FINISHED'],
];

/** Sells and sells on a connection of its own; gives how many sales went by the book. */
function watchSales(till: TestTill): { stop(): Promise<number> } {
  let going = true;
  let sales = 0;
  const selling = (async () => {
    while (going) {
      till.received.splice(0);
      const params = { tid: WITNESS, currency: 'GBP', amount: 100 };
      const { result } = await till.request('sale', params);
      assert.equal(result.transactionResult, 'SUCCESSFUL');
      assert.deepEqual(till.values, chipAndPin);
      sales += 1;
    }
    return sales;
  })();
  selling.catch(() => {});
  return {
    stop: () => {
      going = false;
      return selling;
    },
  };
}
