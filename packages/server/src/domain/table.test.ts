import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { amountDue, isTableComplete } from './table.ts';
import { decideTable } from './table-decide.ts';
import { card, outcome } from './test-job.ts';
import type { AnyTableCommand } from './test-table.ts';
import { atTable, payByCard, payInCash } from './test-table.ts';

const last = { kind: 'reportLastOrder', localTime: '' } as const;

/** Everything that can be said at a table. */
const words = {
  confirm: { kind: 'confirmLock', amount: 4820 },
  refuse: { kind: 'refuseLock', by: 'till' },
  fail: { kind: 'failLock' },
  bill: { kind: 'askBill' },
  refused: { kind: 'noteRefusedRequest', request: { kind: 'bill' }, refusal: 'No.' },
  card: payByCard(1, { amount: 1820 }),
  cash: payInCash(2, 1000),
  leave: { kind: 'leave', by: 'waiter' },
  idle: { kind: 'reachIdleLimit' },
  unlock: { kind: 'unlock' },
  mark: { kind: 'markNotice', number: 0 },
  restart: { kind: 'restart' },
  charged: { kind: 'finish', outcome: outcome('SUCCESSFUL') },
  declined: { kind: 'finish', outcome: outcome('DECLINED') },
  wasCharged: { ...last, last: { status: 'outcome', outcome: outcome('SUCCESSFUL') } },
  isRunning: { ...last, last: { status: 'running' } },
  forgotten: { ...last, last: { status: 'nothing' } },
  show: { kind: 'show', value: 'PLEASE_WAIT' },
  sign: { kind: 'askSignature', wanted: { merchantReceipt: [], card } },
  lose: { kind: 'disconnectTerminal' },
  regain: { kind: 'reconnectTerminal' },
  limit: { kind: 'reachLimit', localTime: '' },
} satisfies Record<string, AnyTableCommand>;

type Word = keyof typeof words;
const after = (...said: readonly Word[]) => atTable(said.map((word) => words[word]));
const names = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

/** What each word leads to, by phase; any other word leads to nothing. */
const phases: readonly { name: string; said: Word[]; leadsTo: Partial<Record<Word, string>> }[] = [
  {
    name: 'while the till is asked for the lock',
    said: [],
    leadsTo: {
      confirm: 'lockConfirmed',
      refuse: 'lockRefused',
      fail: 'lockFailed',
      leave: 'leaveAsked',
      restart: 'gatewayRestarted lockFailed',
    },
  },
  {
    name: 'while the till is asked for the lock and the waiter has gone',
    said: ['leave'],
    leadsTo: {
      confirm: 'lockConfirmed tableLeft',
      refuse: 'lockRefused',
      fail: 'lockFailed',
      restart: 'gatewayRestarted lockFailed',
    },
  },
  {
    name: 'at a locked table',
    said: ['confirm'],
    leadsTo: {
      bill: 'billAsked',
      refused: 'waiterHeard',
      card: 'paymentStarted',
      cash: 'paymentNoted',
      leave: 'tableLeft',
      idle: 'tableLeft',
      restart: 'gatewayRestarted tableLeft',
    },
  },
  {
    name: 'while a card is being paid',
    said: ['confirm', 'card'],
    leadsTo: {
      charged: 'ended',
      declined: 'ended',
      limit: 'ended',
      show: 'showed',
      leave: 'leaveAsked',
      lose: 'terminalLost',
      restart: 'gatewayRestarted leaveAsked',
    },
  },
  {
    name: 'while a card is being paid and the waiter has gone',
    said: ['confirm', 'card', 'leave'],
    leadsTo: {
      charged: 'ended tableLeft',
      declined: 'ended tableLeft',
      limit: 'ended',
      show: 'showed',
      lose: 'terminalLost',
      restart: 'gatewayRestarted leaveAsked',
    },
  },
  {
    name: 'while a card is being paid and the machine is asked about it',
    said: ['confirm', 'card', 'lose', 'regain'],
    leadsTo: {
      wasCharged: 'ended',
      isRunning: 'terminalWorking',
      forgotten: 'ended',
      charged: 'ended',
      declined: 'ended',
      limit: 'ended',
      show: 'showed',
      leave: 'leaveAsked',
      lose: 'terminalLost',
      restart: 'gatewayRestarted leaveAsked',
    },
  },
  {
    name: 'when the machine has not reported in time how the payment ended',
    said: ['confirm', 'card', 'limit'],
    leadsTo: {
      charged: 'outcomeLearnt tableLeft',
      declined: 'outcomeLearnt tableLeft',
      wasCharged: 'outcomeLearnt tableLeft',
      forgotten: 'terminalFreed tableLeft',
      regain: 'terminalReturned',
      idle: 'tableLeft',
      restart: 'gatewayRestarted leaveAsked',
    },
  },
  {
    name: 'at a table that is left',
    said: ['confirm', 'leave'],
    leadsTo: { unlock: 'tableUnlocked', restart: 'gatewayRestarted tableUnlocked' },
  },
  {
    name: 'at a table that is left, with a payment of unknown end',
    said: ['confirm', 'card', 'limit', 'idle'],
    leadsTo: {
      charged: 'outcomeLearnt',
      declined: 'outcomeLearnt',
      wasCharged: 'outcomeLearnt',
      forgotten: 'terminalFreed',
      regain: 'terminalReturned',
      unlock: 'tableUnlocked',
      restart: 'gatewayRestarted tableUnlocked',
    },
  },
  {
    name: 'when the table is unlocked',
    said: ['confirm', 'leave', 'unlock'],
    leadsTo: { mark: 'noticeDelivered' },
  },
  {
    name: 'when the table is unlocked, with a payment of unknown end',
    said: ['confirm', 'card', 'limit', 'idle', 'unlock'],
    leadsTo: {
      charged: 'outcomeLearnt',
      declined: 'outcomeLearnt',
      wasCharged: 'outcomeLearnt',
      forgotten: 'terminalFreed',
      regain: 'terminalReturned',
      mark: 'noticeDelivered',
    },
  },
  { name: 'when the till has refused the lock', said: ['refuse'], leadsTo: {} },
];

describe('every command', () => {
  for (const { name, said, leadsTo } of phases) {
    test(name, () => {
      const { session } = after(...said);
      for (const word of Object.keys(words) as Word[]) {
        const events = decideTable(session, words[word], 99_000);
        assert.equal(names(events).join(' '), leadsTo[word] ?? '', word);
      }
    });
  }
});

describe('a lock', () => {
  test('C-9.13 a lock that failed is unlocked to be safe; after a refusal there is nothing to unlock', () => {
    assert.deepEqual(after('fail').session.notices, [
      { kind: 'unlock', at: 1000, delivered: false },
    ]);
    assert.deepEqual(after('refuse').session.notices, []);
  });

  test('C-9.14 a table with nothing to pay is unlocked at once', () => {
    const { events } = atTable([{ kind: 'confirmLock', amount: 0 }]);
    assert.deepEqual(names(events), ['lockConfirmed', 'tableLeft']);
  });
});

describe('the amount due', () => {
  const locked = words.confirm;
  const left = (...said: readonly AnyTableCommand[]) => amountDue(atTable(said).session);
  const taken = (amountCashback: number, amountGratuity: number): AnyTableCommand => ({
    kind: 'finish',
    outcome: outcome('SUCCESSFUL', { amountCashback, amountGratuity }),
  });

  test('C-9.19 the amount due goes down by what is paid off the bill, not by cashback nor gratuity', () => {
    const amounts = { amount: 1820, amountCashback: 500, amountGratuity: 300 };
    assert.equal(left(locked, payByCard(1, amounts), taken(500, 300)), 3000);
  });

  test('C-9.18 the amount due stays as it was when a card is declined', () => {
    assert.equal(left(locked, words.card, words.declined), 4820);
  });

  test('C-9.26 other means lower the amount due too, and at 0 the table is left by itself', () => {
    const all = [locked, payByCard(1, { amount: 3820 }), taken(0, 0), payInCash(2, 1000)];
    assert.equal(left(...all), 0);
    assert.equal(atTable(all).events.at(-1)?.kind, 'tableLeft');
  });

  test('C-9.25 the amount due is 0 after a card has paid all, and the table is left by itself', () => {
    const { events } = atTable([locked, payByCard(1, { amount: 4820 }), taken(0, 0)]);
    assert.deepEqual(names(events).slice(-2), ['ended', 'tableLeft']);
  });
});

describe('the notices to the till', () => {
  const paidByCard = {
    paymentId: 'payment-1',
    amountPaid: 1820,
    amountCashback: 0,
    amountGratuity: 0,
    authCode: 'Q7M2K4',
    cardSchemeName: 'VISA',
    paymentMethod: 'ICC_CHIP',
  };

  test('C-9.17 the till gets every payment in order of time, once, then the unlock', () => {
    const { notices } = after('confirm', 'card', 'charged', 'cash', 'leave', 'unlock').session;
    assert.deepEqual(notices, [
      {
        kind: 'paid',
        at: 5000,
        delivered: false,
        payments: [
          { ...paidByCard, at: 3000 },
          {
            paymentId: 'payment-2',
            amountPaid: 1000,
            amountCashback: 0,
            amountGratuity: 0,
            authCode: '',
            cardSchemeName: '',
            paymentMethod: 'UNKNOWN',
            at: 4000,
          },
        ],
      },
      { kind: 'unlock', at: 6000, delivered: false },
    ]);
  });

  test('C-9.17 a notice counts cashback as paid, and gratuity on top', () => {
    const pay = payByCard(1, { amount: 1820, amountCashback: 500, amountGratuity: 300 });
    const took = outcome('SUCCESSFUL', { amountCashback: 500, amountGratuity: 300 });
    const finish = { kind: 'finish', outcome: took } as const;
    const { session } = atTable([words.confirm, pay, finish]);
    const [paid] = session.payments;
    assert.deepEqual(paid, {
      ...paidByCard,
      amountPaid: 2320,
      amountCashback: 500,
      amountGratuity: 300,
      at: 3000,
    });
  });

  test('C-9.31 the till gets the unlock alone when nothing was paid', () => {
    const { notices } = after('confirm', 'card', 'declined', 'leave', 'unlock').session;
    assert.deepEqual(
      notices.map(({ kind }) => kind),
      ['unlock'],
    );
  });

  test('C-9.38 a payment of unknown outcome is left out; it is sent on its own when it is learnt', () => {
    const said = ['confirm', 'cash', 'card', 'limit', 'idle', 'unlock'] as const;
    const { notices } = after(...said).session;
    assert.deepEqual(notices.map(contentOf), [['payment-2'], 'unlock']);
    const later = after(...said, 'wasCharged').session;
    assert.deepEqual(later.notices.slice(0, 2), notices);
    assert.deepEqual(later.notices.slice(2).map(contentOf), [['payment-1'], 'unlock']);
  });

  test('C-9.38 an outcome learnt while the final receipt is requested leads to no second unlock', () => {
    const { session } = after('confirm', 'cash', 'card', 'limit', 'idle', 'charged', 'unlock');
    assert.deepEqual(session.notices.map(contentOf), [['payment-2'], ['payment-1'], 'unlock']);
  });

  test('C-9.38 no notice follows when the machine has no such payment', () => {
    const said = ['confirm', 'card', 'limit', 'idle', 'unlock'] as const;
    for (const word of ['forgotten', 'declined'] as const) {
      assert.deepEqual(after(...said, word).session.notices.map(contentOf), ['unlock']);
    }
  });

  test('C-9.22 each notice is marked once, and all are delivered before the session is complete', () => {
    const both = [words.mark, { kind: 'markNotice', number: 1 }] as const;
    const said = ['confirm', 'cash', 'leave', 'unlock'] as const;
    const before = said.map((word) => words[word]);
    const { session, events } = atTable([...before, ...both, ...both]);
    const marks = events.flatMap((one) => (one.kind === 'noticeDelivered' ? [one.number] : []));
    assert.deepEqual(marks, [0, 1]);
    assert.equal(isTableComplete(session), true);
    assert.equal(isTableComplete(atTable([...before, words.mark]).session), false);
    const unknown = { kind: 'markNotice', number: 2 } as const;
    assert.deepEqual(decideTable(session, unknown, 99_000), []);
  });

  test('C-9.38 a session is not complete while the outcome of its payment is unknown', () => {
    const said = ['confirm', 'card', 'limit', 'idle', 'unlock', 'mark'] as const;
    assert.equal(isTableComplete(after(...said).session), false);
    assert.equal(isTableComplete(after(...said, 'forgotten').session), true);
  });
});

type SentNotice = ReturnType<typeof after>['session']['notices'][number];

function contentOf(notice: SentNotice) {
  return notice.kind === 'paid' ? notice.payments.map(({ paymentId }) => paymentId) : notice.kind;
}
