import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOrder } from '@tillgate/protocol';
import type { EntryMethod, TestCardName } from '../books/test-cards.ts';
import { CONTACTLESS_LIMIT, MAX_PIN_TRIES, testCards } from '../books/test-cards.ts';
import type { Result } from '../books/transaction-record.ts';
import { recordOf } from '../books/transaction-record.ts';
import type { CardFlow, FlowEvent, Key, SimulationSettings } from './card-flow.ts';
import {
  isCancellable,
  next,
  resultOf,
  screenDurationMs,
  startFlow,
  totalOf,
} from './card-flow.ts';
import { notificationsFor } from './notifications.ts';

const order: LinkOrder = {
  id: 'shop1/12345678/1',
  transactionType: 'SALE',
  currency: 'GBP',
  amount: 1250,
  amountCashback: 0,
  cardholderNotPresent: false,
};
const table = { tableId: '12A', amountGratuity: 300 };
const plain: SimulationSettings = {
  bank: 'approves',
  slow: false,
  paper: true,
  card: 'debit',
  asksGratuity: false,
  asksCashback: false,
};
const timeout: FlowEvent = { kind: 'timeout' };
const enter: FlowEvent = { kind: 'enter' };
const digit = (key: Key): FlowEvent => ({ kind: 'digit', key });
const present = (method: EntryMethod): FlowEvent => ({ kind: 'entryMethod', method });
const pin = [digit('1'), digit('2'), digit('3'), digit('4'), enter];

interface Acted {
  readonly settings?: Partial<SimulationSettings>;
  readonly of?: Partial<LinkOrder>;
}

/** Applies the events; returns the flow and the kinds of the screens it went through. */
function act(events: readonly FlowEvent[], { settings = {}, of = {} }: Acted = {}) {
  const all = { ...plain, ...settings };
  const first = startFlow({ ...order, ...of }, all);
  const screens: string[] = [first.screen.kind];
  const flow = events.reduce<CardFlow>((now, event) => {
    const then = next(now, event, all);
    if (then.screen.kind !== now.screen.kind) screens.push(then.screen.kind);
    return then;
  }, first);
  return { flow, screens };
}

describe('the flow of a card payment', () => {
  test('a payment by chip and PIN is approved, then the card is removed', () => {
    const insert: FlowEvent = { kind: 'entryMethod', method: 'insert' };
    const { flow, screens } = act([insert, timeout, ...pin, ...Array(4).fill(timeout), enter]);
    assert.deepEqual(screens, [
      ...['presentCard', 'reading', 'pin', 'checking', 'connecting', 'connected'],
      ...['result', 'removeCard', 'end'],
    ]);
    assert.equal(resultOf(flow), 'SUCCESSFUL');
    assert.equal(flow.verification, 'PIN');
  });

  test('the flow stores how many digits of a PIN were typed, not which; Enter needs four', () => {
    const { flow } = act([present('insert'), timeout, digit('7'), digit('7'), enter]);
    assert.deepEqual(flow.screen, { kind: 'pin', count: 2, matches: false });
    assert.equal(JSON.stringify(flow).includes('77'), false);
    const again = act([present('insert'), timeout, digit('7'), { kind: 'clear' }, ...pin, timeout]);
    assert.equal(again.flow.screen.kind, 'connecting');
  });

  test('a wrong PIN can be tried again, the third ends the payment without the bank', () => {
    const wrong = [digit('1'), digit('2'), digit('3'), digit('5'), enter, timeout];
    const insert = [present('insert'), timeout];
    const { flow, screens } = act([...insert, ...wrong, ...wrong, ...pin, timeout]);
    assert.deepEqual(screens.slice(2), [
      ...['pin', 'checking', 'pin', 'checking', 'pin', 'checking', 'connecting'],
    ]);
    assert.equal(flow.verification, 'PIN');
    const tries = Array(MAX_PIN_TRIES).fill(wrong).flat();
    const declined = act([...insert, ...tries]);
    assert.equal(resultOf(declined.flow), 'DECLINED');
    assert.equal(declined.screens.includes('connecting'), false);
    assert.deepEqual(notificationsFor(declined.flow), ['DECLINED_BY_CARD']);
    assert.equal(declined.flow.verification, 'NONE', 'no receipt says that the PIN was verified');
  });

  test('above the contactless limit a card must be inserted, a phone need not', () => {
    const tap = [present('tapCard'), timeout];
    const paying = (amount: number, of: Partial<LinkOrder> = {}) => ({ of: { amount, ...of } });
    assert.equal(act(tap, paying(CONTACTLESS_LIMIT)).flow.screen.kind, 'connecting');
    const asked = act(tap, paying(CONTACTLESS_LIMIT + 1)).flow;
    assert.deepEqual(asked.screen, { kind: 'insertCard', because: 'contactlessLimit' });
    assert.deepEqual(notificationsFor(asked), ['INSERT_CARD']);
    const inserted = act(
      [...tap, present('insert'), timeout, ...pin, timeout],
      paying(CONTACTLESS_LIMIT + 1),
    );
    assert.equal(inserted.flow.screen.kind, 'connecting');
    const byPhone = [present('tapPhone'), timeout];
    assert.equal(act(byPhone, paying(CONTACTLESS_LIMIT + 1)).flow.screen.kind, 'connecting');
    const refund = paying(CONTACTLESS_LIMIT + 1, { transactionType: 'REFUND' });
    assert.equal(act(tap, refund).flow.screen.kind, 'connecting');
  });

  test('cashback counts for the contactless limit and is asked for once', () => {
    const cash: FlowEvent = { kind: 'amount', amount: 1000 };
    const events = [present('tapCard'), timeout, cash, present('insert'), timeout];
    const of = { amount: CONTACTLESS_LIMIT };
    const { flow, screens } = act(events, { settings: { asksCashback: true }, of });
    assert.deepEqual(screens, [
      ...['presentCard', 'reading', 'cashback', 'insertCard', 'reading', 'pin'],
    ]);
    assert.equal(totalOf(flow), CONTACTLESS_LIMIT + 1000);
  });

  test('each test card does what is said of it', () => {
    const ends = (card: TestCardName, method: EntryMethod) =>
      act([present(method), ...Array(4).fill(timeout)], { settings: { card } }).flow;
    assert.equal(ends('credit', 'tapCard').screen.kind, 'insertCard');
    assert.equal(ends('credit', 'insert').screen.kind, 'pin');
    assert.equal(ends('signature', 'insert').screen.kind, 'sign');
    assert.equal(resultOf(ends('declined', 'tapCard')), 'DECLINED');
    for (const method of ['tapCard', 'tapPhone', 'insert', 'swipe'] as const) {
      const { flow } = act([present(method), timeout], { settings: { card: 'expired' } });
      assert.deepEqual([resultOf(flow), flow.verification], ['DECLINED', 'NONE']);
      assert.deepEqual(notificationsFor(flow), ['CARD_EXPIRED', 'DECLINED']);
    }
    const bank = { number: 1, authCode: 'A1B2C3', time: '2026-03-14T12:31:07' };
    for (const card of Object.keys(testCards) as TestCardName[]) {
      const read = recordOf(ends(card, 'insert'), 'SUCCESSFUL', bank).card;
      assert.equal(read.primaryAccountNumber, `************${testCards[card].lastFour}`);
    }
  });

  test('the choice of a test card is left by the red key, which then cancels nothing', () => {
    const open: FlowEvent = { kind: 'openCards' };
    const choosing = act([open]).flow;
    assert.deepEqual(choosing.screen, { kind: 'presentCard', choosesCard: true });
    const back = { kind: 'presentCard', choosesCard: false };
    assert.deepEqual(act([open, { kind: 'cancel' }]).flow.screen, back);
    assert.equal(resultOf(act([open, { kind: 'tillCancel' }]).flow), 'CANCELLED');
  });

  test('a tapped phone and a tapped card need no PIN', () => {
    for (const [method, verification] of [
      ['tapCard', 'NONE'],
      ['tapPhone', 'DEVICE'],
    ] as const) {
      const { flow, screens } = act([present(method), timeout, timeout, timeout, timeout]);
      assert.deepEqual(screens, [
        'presentCard',
        'reading',
        'connecting',
        'connected',
        'result',
        'end',
      ]);
      assert.equal(flow.verification, verification);
    }
  });

  test('of a keyed card number the flow stores four digits, also if the cardholder is not present', () => {
    const keys = [digit('9'), digit('8'), digit('7'), digit('6'), digit('5'), enter];
    const { flow, screens } = act([...keys, timeout], { of: { cardholderNotPresent: true } });
    assert.deepEqual(screens, ['keyEntry', 'reading', 'connecting']);
    assert.deepEqual([flow.entryMethod, flow.lastFour], ['key', '9876']);
  });

  test('a signature is verified by the cashier at the till, or at a table by the waiter', () => {
    const swipe = [present('swipe'), timeout, timeout, timeout, { kind: 'signed' } as const];
    assert.equal(act(swipe).flow.screen.kind, 'tillVerdict');
    assert.equal(act(swipe, { of: { table } }).flow.screen.kind, 'waiterVerdict');
    for (const [accepted, result] of [
      [true, 'SUCCESSFUL'],
      [false, 'VOID'],
    ] as const) {
      const verdict: FlowEvent = { kind: 'verdict', accepted, unanswered: false };
      const { flow } = act([...swipe, verdict]);
      assert.equal(resultOf(flow), result);
      assert.equal(notificationsFor(flow)[0], 'SIGNATURE_VERIFICATION_PROCESS_COMPLETED');
    }
    const unanswered: FlowEvent = { kind: 'verdict', accepted: true, unanswered: true };
    assert.deepEqual(notificationsFor(act([...swipe, unanswered]).flow), ['APPROVED']);
  });

  test('a customer without a PIN signs instead; a payment without a signature is void', () => {
    const asked = [
      present('insert'),
      timeout,
      { kind: 'signInstead' } as const,
      timeout,
      timeout,
      timeout,
    ];
    assert.equal(act(asked).flow.screen.kind, 'sign');
    assert.equal(resultOf(act([...asked, { kind: 'cancel' }]).flow), 'VOID');
  });

  test('a bank that declines gives DECLINED, and one that does not answer UNSUCCESSFUL', () => {
    const tap = [present('tapCard'), timeout, timeout, timeout];
    assert.equal(resultOf(act(tap, { settings: { bank: 'declines' } }).flow), 'DECLINED');
    const silent = act(tap.slice(0, 3), { settings: { bank: 'silent' } }).flow;
    assert.equal(resultOf(silent), 'UNSUCCESSFUL');
    assert.deepEqual(notificationsFor(silent), ['PROCESSING_ERROR']);
  });

  test('the bank declines a completion that no pre-authorisation covers', () => {
    const completion = { ...order, transactionType: 'COMPLETION', authCode: 'NOSUCH' } as const;
    const tap = [present('tapCard'), timeout, timeout, timeout];
    const end = (covered: boolean, settings = plain) =>
      resultOf(
        tap.reduce(
          (flow, event) => next(flow, event, settings),
          startFlow(completion, settings, covered),
        ),
      );
    assert.equal(end(false), 'DECLINED');
    assert.equal(end(true), 'SUCCESSFUL');
    assert.equal(end(false, { ...plain, bank: 'silent' }), 'UNSUCCESSFUL');
  });

  test('a declined payment records no signature verification, because none was asked for [C-5.3]', () => {
    const swipe = [present('swipe'), timeout, timeout, timeout];
    const { flow } = act(swipe, { settings: { bank: 'declines' } });
    const bank = { number: 1, authCode: 'A1B2C3', time: '2026-03-14T12:31:07' };
    const method = (result: Result) =>
      recordOf(flow, result, bank).card.cardholderVerificationMethod;
    assert.deepEqual([method('DECLINED'), method('VOID')], ['NONE', 'SIGNATURE']);
  });

  test('the customer and the till can cancel a payment until the bank is asked [C-13.13]', () => {
    const steps = [present('insert'), timeout, ...pin, timeout, timeout, timeout];
    for (let count = 0; count <= steps.length; count += 1) {
      const { flow } = act(steps.slice(0, count));
      for (const kind of ['cancel', 'tillCancel'] as const) {
        const then = next(flow, { kind }, plain);
        assert.equal(then.screen.kind === 'end', isCancellable(flow), flow.screen.kind);
        if (isCancellable(flow)) assert.equal(resultOf(then), 'CANCELLED');
        else assert.equal(then, flow);
      }
    }
  });

  test('the machine asks for gratuity and cashback if its settings say so, and only for plain sales', () => {
    const settings = { asksGratuity: true, asksCashback: true };
    const gratuity = [digit('2'), digit('0'), digit('0'), enter];
    const typed = [...gratuity, present('insert'), timeout, { kind: 'amount', amount: 1000 }];
    const { flow, screens } = act(typed as FlowEvent[], { settings });
    // Cashback is offered after the card was read [C-10.6].
    assert.deepEqual(screens, ['gratuity', 'presentCard', 'reading', 'cashback', 'pin']);
    assert.deepEqual([flow.gratuity, flow.cashback, totalOf(flow)], [200, 1000, 2450]);
    assert.deepEqual(act([], { settings, of: { table } }).screens, ['presentCard']);
    const refund = act([], { settings, of: { transactionType: 'REFUND' } });
    assert.deepEqual(refund.screens, ['presentCard']);
    const tapped = [enter, present('tapCard'), timeout];
    const ordered = act(tapped, { settings, of: { amountCashback: 500 } });
    assert.deepEqual(ordered.screens, ['gratuity', 'presentCard', 'reading', 'connecting']);
    assert.equal(act([], { of: { table } }).flow.gratuity, 300);
  });

  test('a payment begins and ends only with paper, and meanwhile says so to the till', () => {
    const without = { ...plain, paper: false };
    const first = startFlow(order, without);
    assert.deepEqual(notificationsFor(first), ['REPLACE_PAPER']);
    assert.equal(next(first, enter, without), first);
    assert.equal(next(first, { kind: 'paperLoaded' }, plain).screen.kind, 'presentCard');
    for (const kind of ['cancel', 'tillCancel'] as const)
      assert.equal(resultOf(next(first, { kind }, without)), 'CANCELLED');
    const paid = act([present('tapCard'), timeout, timeout, timeout]).flow;
    const waiting = next(paid, timeout, without);
    assert.equal(waiting.screen.kind, 'outOfPaper');
    assert.deepEqual(notificationsFor(waiting), ['REPLACE_PAPER']);
    assert.equal(next(waiting, { kind: 'paperLoaded' }, plain).screen.kind, 'end');
  });

  test('a slow connection to the bank shows its screen longer; a screen that waits for a person has no time limit', () => {
    const { flow } = act([present('tapCard'), timeout]);
    assert.ok(
      (screenDurationMs(flow, { ...plain, slow: true }) ?? 0) >
        5 * (screenDurationMs(flow, plain) ?? 0),
    );
    assert.equal(screenDurationMs(act([]).flow, plain), undefined);
  });
});
