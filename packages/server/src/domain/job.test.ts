import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Payment } from '@tillgate/protocol';
import type { JobCommand } from './decide.ts';
import { jobDeadline, jobTerminalEffects, tillEffects } from './effects.ts';
import type { EndedJob } from './job.ts';
import { isJobComplete } from './job.ts';
import { after, card, outcome, report, started } from './test-job.ts';

const finish = (result: Parameters<typeof outcome>[0]): JobCommand => ({
  kind: 'finish',
  outcome: outcome(result),
});
const limit: JobCommand = { kind: 'reachLimit', localTime: '2026-03-14T12:34:27' };
const sign: JobCommand = { kind: 'askSignature', wanted: { merchantReceipt: [], card } };
const names = (events: readonly { readonly kind: string }[]) => events.map((one) => one.kind);
const paymentAfter = (...commands: readonly JobCommand[]) =>
  (after(commands).job as EndedJob).result as Payment;

describe('a job', () => {
  test('a job ends once: a second final report changes nothing', () => {
    const { job, events } = after([finish('SUCCESSFUL'), finish('DECLINED')]);
    assert.deepEqual(names(events), ['ended']);
    assert.equal(((job as EndedJob).result as Payment).transactionResult, 'SUCCESSFUL');
  });

  test('C-4.25 a second cancel while one is under way changes nothing', () => {
    const cancel: JobCommand = { kind: 'cancel' };
    assert.deepEqual(names(after([cancel, cancel]).events), ['cancelAsked']);
  });

  test('C-4.25 after a refused cancel another may be tried', () => {
    const cancel: JobCommand = { kind: 'cancel' };
    const refused: JobCommand = { kind: 'decideCancel', cancelled: false };
    const { events } = after([cancel, refused, cancel]);
    assert.deepEqual(names(events), ['cancelAsked', 'cancelDecided', 'cancelAsked']);
  });

  test('C-4.37 only the first judgement of a signature counts', () => {
    const yes: JobCommand = { kind: 'judgeSignature', accepted: true };
    const no: JobCommand = { kind: 'judgeSignature', accepted: false };
    const { events } = after([sign, no, yes, { kind: 'expireSignature' }]);
    assert.deepEqual(names(events), ['signatureAsked', 'signatureJudged']);
  });

  test('C-4.13 the limit waits for an open signature window', () => {
    const asked = after([sign]).job;
    assert.deepEqual(jobDeadline(asked), { at: 81_000, kind: 'expireSignature' });
    const judged = after([sign, { kind: 'judgeSignature', accepted: true }]).job;
    assert.deepEqual(jobDeadline(judged), { at: 201_000, kind: 'reachLimit' });
  });

  test('C-4.14 after TIMED_OUT at the limit the machine is queried, and is not free before it answers', () => {
    const { job, events } = after([limit]);
    assert.equal((job as EndedJob).terminal, 'unknown');
    assert.deepEqual(jobTerminalEffects(job, events[0] as never), [{ kind: 'queryLastOrder' }]);
    const freed = after([
      limit,
      { kind: 'reportLastOrder', last: { status: 'nothing' }, localTime: '' },
    ]);
    assert.equal((freed.job as EndedJob).terminal, 'free');
  });

  test('C-4.19 the outcome of a timed-out transaction is learnt later, and the result sent to the till stays', () => {
    const { job } = after([limit, finish('SUCCESSFUL')]);
    const { result, reconciledResult } = job as EndedJob;
    assert.equal((result as Payment).transactionResult, 'TIMED_OUT');
    assert.equal((reconciledResult as Payment).transactionResult, 'SUCCESSFUL');
  });

  test('C-4.36 a signature that is wanted after the limit counts as the site says, and the till hears nothing', () => {
    const { job, events } = after([limit, sign, sign]);
    assert.deepEqual(names(events), ['ended', 'signatureJudged']);
    const judged = events[1] as never;
    assert.deepEqual(tillEffects(job, judged), []);
    const answered = [{ kind: 'signature', accepted: true, unanswered: true }] as const;
    assert.deepEqual(jobTerminalEffects(job, judged), answered);
    const running: JobCommand = {
      kind: 'reportLastOrder',
      last: { status: 'running' },
      localTime: '',
    };
    const asked = after([limit, sign, running]);
    assert.deepEqual(jobTerminalEffects(asked.job, asked.events.at(-1) as never), answered);
    assert.deepEqual(names(after([limit, running]).events), ['ended']);
    const learnt = after([limit, sign, finish('SUCCESSFUL')]).job as EndedJob;
    assert.match((learnt.reconciledResult as Payment).userMessage ?? '', /counts as accepted/);
  });

  test('C-4.45 a machine that reconnects is queried, and is never started again', () => {
    const { job, events } = after([{ kind: 'disconnectTerminal' }, { kind: 'reconnectTerminal' }]);
    assert.deepEqual(names(events), ['terminalLost', 'terminalReturned']);
    assert.deepEqual(jobTerminalEffects(job, events[1] as never), [{ kind: 'queryLastOrder' }]);
  });

  test('C-4.45 a transaction that a reconnected machine does not have ends TIMED_OUT, and the machine is free', () => {
    const { job } = after([
      { kind: 'disconnectTerminal' },
      { kind: 'reconnectTerminal' },
      { kind: 'reportLastOrder', last: { status: 'nothing' }, localTime: '2026-03-14T12:34:27' },
    ]);
    assert.equal(((job as EndedJob).result as Payment).transactionResult, 'TIMED_OUT');
    assert.equal((job as EndedJob).terminal, 'free');
  });

  test('a judgement given while the machine was disconnected is sent when it is connected again', () => {
    const { job, events } = after([
      sign,
      { kind: 'disconnectTerminal' },
      { kind: 'judgeSignature', accepted: false },
      { kind: 'reconnectTerminal' },
      { kind: 'reportLastOrder', last: { status: 'running' }, localTime: '' },
    ]);
    assert.deepEqual(jobTerminalEffects(job, events.at(-1) as never), [
      {
        kind: 'signature',
        accepted: false,
        unanswered: false,
      },
    ]);
  });

  test('C-6.1 TRANSACTION_FINISHED comes right before the result, which is last', () => {
    const { job, events } = after([finish('DECLINED')]);
    const kinds = tillEffects(job, events[0] as never).map((one) =>
      one.kind === 'value' ? one.value : one.kind,
    );
    assert.deepEqual(kinds, ['TRANSACTION_FINISHED', 'result']);
  });

  test('C-6.2 a report sends nothing but its result', () => {
    const ended = after([limit], started(report));
    assert.deepEqual(tillEffects(after([], started(report)).job, started(report)), []);
    const [only, ...more] = tillEffects(ended.job, ended.events[0] as never);
    assert.equal(only?.kind, 'result');
    assert.deepEqual(more, []);
  });

  test('a job is complete when it has ended, the machine is free and the result is delivered', () => {
    const named = { ...started(), requestedBy: { ...nameless(), eposId: 'TILL-3' } } as never;
    assert.equal(isJobComplete(after([]).job), false);
    assert.equal(isJobComplete(after([finish('DECLINED')]).job), true);
    assert.equal(isJobComplete(after([limit]).job), false);
    assert.equal(isJobComplete(after([finish('DECLINED')], named).job), false);
    assert.equal(
      isJobComplete(after([finish('DECLINED'), { kind: 'markDelivered' }], named).job),
      true,
    );
  });
});

describe('a payment', () => {
  const judge = (accepted: boolean): JobCommand => ({ kind: 'judgeSignature', accepted });

  test('C-5.4 M1: an unanswered signature counts as accepted, and says so', () => {
    const payment = paymentAfter(sign, { kind: 'expireSignature' }, finish('SUCCESSFUL'));
    assert.equal(
      payment.userMessage,
      'The signature was not checked within 80 seconds and counts as accepted.',
    );
  });

  test('C-5.4 M3: a failed reversal has its sentence', () => {
    assert.match(
      paymentAfter(sign, judge(false), finish('SUCCESSFUL')).userMessage ?? '',
      /^The signature was rejected, but the card machine could not reverse/,
    );
  });

  test('C-5.3 a judged signature adds no sentence to a payment that went as judged', () => {
    assert.equal(paymentAfter(sign, judge(true), finish('SUCCESSFUL')).userMessage, undefined);
    assert.equal(paymentAfter(sign, judge(false), finish('VOID')).userMessage, undefined);
  });

  test('C-5.3 a payment that was not taken has only its base amount', () => {
    const declined = after([
      {
        kind: 'finish',
        outcome: outcome('DECLINED', { amountCashback: 500, amountGratuity: 100 }),
      },
    ]);
    const payment = (declined.job as EndedJob).result as Payment;
    assert.deepEqual(
      [payment.amountBase, payment.amountCashback, payment.amountGratuity, payment.amountTotal],
      [1250, 0, 0, 1250],
    );
    assert.equal(payment.authCode, '');
  });
});

function nameless() {
  return { requestId: 7, version: 'v1', softwareHouseId: 'SH1001', installerId: 'IN2002' };
}
