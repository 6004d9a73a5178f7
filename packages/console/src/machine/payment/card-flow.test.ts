import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOrder } from '@tillgate/protocol';
import { slipOf } from '../books/transaction-record.ts';
import type { Key, Play, Press, Result, Switches } from './card-flow.ts';
import { begin, mayCancel, next, resultOf, shows, stayMs, totalOf, ways } from './card-flow.ts';

const order: LinkOrder = {
  id: 'shop1/12345678/1',
  transactionType: 'SALE',
  currency: 'GBP',
  amount: 1250,
  amountCashback: 0,
  cardholderNotPresent: false,
};
const table = { tableId: '12A', amountGratuity: 300 };
const plain: Switches = {
  bank: 'approves',
  slow: false,
  paper: true,
  asksGratuity: false,
  asksCashback: false,
};
const passed: Press = { press: 'timePassed' };
const enter: Press = { press: 'enter' };
const digit = (key: Key): Press => ({ press: 'digit', key });
const pin = [digit('1'), digit('2'), digit('3'), digit('4'), enter];

interface Acted {
  readonly switches?: Partial<Switches>;
  readonly of?: Partial<LinkOrder>;
}

/** Plays the presses; gives the play and the screens it went through. */
function act(presses: readonly Press[], { switches = {}, of = {} }: Acted = {}) {
  const all = { ...plain, ...switches };
  const first = begin({ ...order, ...of }, all);
  const screens: string[] = [first.stage.at];
  const play = presses.reduce<Play>((now, press) => {
    const then = next(now, press, all);
    if (then.stage.at !== now.stage.at) screens.push(then.stage.at);
    return then;
  }, first);
  return { play, screens };
}

describe('a payment at the machine', () => {
  test('chip and PIN: approved, and the card is taken out', () => {
    const insert: Press = { press: 'way', way: 'insert' };
    const { play, screens } = act([insert, passed, ...pin, ...Array(4).fill(passed), enter]);
    assert.deepEqual(screens, [
      ...['present', 'reading', 'pin', 'checking', 'connecting', 'connected'],
      ...['answer', 'removeCard', 'end'],
    ]);
    assert.equal(resultOf(play), 'SUCCESSFUL');
    assert.equal(play.verification, 'PIN');
  });

  test('the keys 1 to 5 choose how the card is read', () => {
    const chosen = ways.map((_, index) => act([digit(String(index + 1) as Key)]).play.way);
    assert.deepEqual(chosen, ways);
    assert.equal(act([digit('6')]).play.stage.at, 'present');
  });

  test('a PIN is counted and never kept; Enter waits for four digits', () => {
    const { play } = act([digit('3'), passed, digit('7'), digit('7'), enter]);
    assert.deepEqual(play.stage, { at: 'pin', count: 2 });
    assert.equal(JSON.stringify(play).includes('77'), false);
    const again = act([digit('3'), passed, digit('7'), { press: 'clear' }]).play;
    assert.deepEqual(again.stage, { at: 'pin', count: 0 });
  });

  test('a phone and a card that is tapped need no PIN', () => {
    for (const [key, verification] of [
      ['1', 'NONE'],
      ['2', 'DEVICE'],
    ] as const) {
      const { play, screens } = act([digit(key), passed, passed, passed, passed]);
      assert.deepEqual(screens, ['present', 'reading', 'connecting', 'connected', 'answer', 'end']);
      assert.equal(play.verification, verification);
    }
  });

  test('a keyed card, also of somebody who is not there, keeps four digits only', () => {
    const keys = [digit('9'), digit('8'), digit('7'), digit('6'), digit('5'), enter];
    const { play, screens } = act([...keys, passed], { of: { cardholderNotPresent: true } });
    assert.deepEqual(screens, ['key', 'reading', 'connecting']);
    assert.deepEqual([play.way, play.lastFour], ['key', '9876']);
  });

  test('a signature is judged by the till, or at a table by the waiter', () => {
    const swipe = [digit('4'), passed, passed, passed, { press: 'signed' } as const];
    assert.equal(act(swipe).play.stage.at, 'judging');
    assert.equal(act(swipe, { of: { table } }).play.stage.at, 'judgingHere');
    for (const [accepted, result] of [
      [true, 'SUCCESSFUL'],
      [false, 'VOID'],
    ] as const) {
      const verdict: Press = { press: 'verdict', accepted, unanswered: false };
      const { play } = act([...swipe, verdict]);
      assert.equal(resultOf(play), result);
      assert.equal(shows(play)[0], 'SIGNATURE_VERIFICATION_PROCESS_COMPLETED');
    }
    const unanswered: Press = { press: 'verdict', accepted: true, unanswered: true };
    assert.deepEqual(shows(act([...swipe, unanswered]).play), ['APPROVED']);
  });

  test('who has no PIN signs instead; who does not sign has paid nothing', () => {
    const asked = [digit('3'), passed, { press: 'signInstead' } as const, passed, passed, passed];
    assert.equal(act(asked).play.stage.at, 'sign');
    assert.equal(resultOf(act([...asked, { press: 'cancel' }]).play), 'VOID');
  });

  test('the bank declines, or says nothing', () => {
    const tap = [digit('1'), passed, passed, passed];
    assert.equal(resultOf(act(tap, { switches: { bank: 'declines' } }).play), 'DECLINED');
    const silent = act(tap.slice(0, 3), { switches: { bank: 'silent' } }).play;
    assert.equal(resultOf(silent), 'UNSUCCESSFUL');
    assert.deepEqual(shows(silent), ['PROCESSING_ERROR']);
  });

  test('a completion that nothing reserved covers is declined by the bank', () => {
    const completion = { ...order, transactionType: 'COMPLETION', authCode: 'NOSUCH' } as const;
    const tap = [digit('1'), passed, passed, passed];
    const end = (covered: boolean, switches = plain) =>
      resultOf(
        tap.reduce(
          (play, press) => next(play, press, switches),
          begin(completion, switches, covered),
        ),
      );
    assert.equal(end(false), 'DECLINED');
    assert.equal(end(true), 'SUCCESSFUL');
    assert.equal(end(false, { ...plain, bank: 'silent' }), 'UNSUCCESSFUL');
  });

  test('a signature that was never asked for is no verification [C-5.3]', () => {
    const swipe = [digit('4'), passed, passed, passed];
    const { play } = act(swipe, { switches: { bank: 'declines' } });
    const bank = { number: 1, authCode: 'A1B2C3', time: '2026-03-14T12:31:07' };
    const method = (result: Result) => slipOf(play, result, bank).card.cardholderVerificationMethod;
    assert.deepEqual([method('DECLINED'), method('VOID')], ['NONE', 'SIGNATURE']);
  });

  test('C-13.13: it can be called off until the bank is asked, by either side', () => {
    const steps = [digit('3'), passed, ...pin, passed, passed, passed];
    for (let count = 0; count <= steps.length; count += 1) {
      const { play } = act(steps.slice(0, count));
      for (const press of ['cancel', 'tillCancels'] as const) {
        const then = next(play, { press }, plain);
        assert.equal(then.stage.at === 'end', mayCancel(play), play.stage.at);
        if (mayCancel(play)) assert.equal(resultOf(then), 'CANCELLED');
        else assert.equal(then, play);
      }
    }
  });

  test('gratuity and cashback are asked for where it is set so, and nowhere else', () => {
    const switches = { asksGratuity: true, asksCashback: true };
    const typed = [digit('2'), digit('0'), digit('0'), enter, { press: 'amount', amount: 1000 }];
    const { play, screens } = act(typed as Press[], { switches });
    assert.deepEqual(screens, ['gratuity', 'cashback', 'present']);
    assert.deepEqual([play.gratuity, play.cashback, totalOf(play)], [200, 1000, 2450]);
    assert.deepEqual(act([], { switches, of: { table } }).screens, ['present']);
    const refund = act([], { switches, of: { transactionType: 'REFUND' } });
    assert.deepEqual(refund.screens, ['present']);
    const ordered = act([enter], { switches, of: { amountCashback: 500 } });
    assert.deepEqual(ordered.screens, ['gratuity', 'present']);
    assert.equal(act([], { of: { table } }).play.gratuity, 300);
  });

  test('without paper the receipts wait for a new roll', () => {
    const switches = { paper: false };
    const tap = [digit('1'), passed, passed, passed, passed];
    const stuck = act(tap, { switches }).play;
    assert.equal(stuck.stage.at, 'noPaper');
    assert.deepEqual(shows(stuck), ['REPLACE_PAPER']);
    assert.equal(act([...tap, { press: 'paperIn' }], { switches }).play.stage.at, 'end');
  });

  test('a slow line takes longer, and a person as long as she likes', () => {
    const { play } = act([digit('1'), passed]);
    assert.ok((stayMs(play, { ...plain, slow: true }) ?? 0) > 5 * (stayMs(play, plain) ?? 0));
    assert.equal(stayMs(act([]).play, plain), undefined);
  });
});
