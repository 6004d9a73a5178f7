import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WaiterAnswer } from '@tillgate/protocol';
import type { Hall, HallPress, Step } from './waiter-flow.ts';
import { answered, share, walk } from './waiter-flow.ts';

/** Presses are walked, answers answered, in order. */
function through(...doings: readonly (HallPress | WaiterAnswer)[]): Step {
  return doings.reduce<Step>(
    ({ hall }, doing) => ('press' in doing ? walk(hall, doing) : answered(hall, doing)),
    { hall: { at: 'off' } },
  );
}

const seated = [
  { press: 'open' },
  { press: 'digit', key: '7' },
  { press: 'enter' },
  { answer: 'tables', tables: ['1', '12A'] },
  { press: 'table', tableId: '12A' },
  { answer: 'locked', amount: 4820, currency: 'GBP' },
] as const satisfies readonly (HallPress | WaiterAnswer)[];
const byCard = { press: 'pay', by: 'card' } as const;
const paid = (left: number) => ({ answer: 'payment', paid: true, left }) as const;

function at<At extends Hall['at']>(hall: Hall, place: At): Extract<Hall, { at: At }> {
  assert.equal(hall.at, place);
  return hall as Extract<Hall, { at: At }>;
}

describe('a waiter at the machine', () => {
  test('C-13.14: lists the tables under his number, and takes one', () => {
    assert.deepEqual(through(...seated.slice(0, 3)).wish, { kind: 'tables', waiterId: '7' });
    const lock = { kind: 'lock', tableId: '12A', waiterId: '7' };
    assert.deepEqual(through(...seated.slice(0, 5)).wish, lock);
    const table = { tableId: '12A', left: 4820, currency: 'GBP', paidSome: false };
    assert.deepEqual(at(through(...seated).hall, 'bill').table, table);
  });

  test('a waiter without a number is nobody', () => {
    assert.deepEqual(through({ press: 'open' }, { press: 'enter' }).wish, { kind: 'tables' });
  });

  test('pays a part by card with gratuity, the rest by other means, and is done', () => {
    const part = through(...seated, byCard, { press: 'amount', amount: 3000 });
    assert.equal(at(part.hall, 'gratuity').amount, 3000);
    const { wish, hall } = walk(part.hall, { press: 'amount', amount: 300 });
    const amounts = { amount: 3000, amountCashback: 0, amountGratuity: 300 };
    assert.deepEqual(wish, { kind: 'pay', by: 'card', ...amounts });
    const rest = answered(hall, paid(1820)).hall;
    assert.deepEqual([at(rest, 'bill').table.left, at(rest, 'bill').table.paidSome], [1820, true]);
    const other = walk(walk(rest, { press: 'pay', by: 'other' }).hall, {
      press: 'amount',
      amount: 1820,
    });
    assert.equal(other.wish?.kind, 'pay');
    const done = answered(other.hall, paid(0));
    assert.deepEqual(done.wish, { kind: 'leave' });
    assert.equal(answered(done.hall, { answer: 'left' }).hall.at, 'off');
  });

  test('cannot pay more than is left, nor nothing', () => {
    const typing = through(...seated, byCard, { press: 'digit', key: '9' });
    assert.equal(at(typing.hall, 'part').typed, 9);
    for (const amount of [0, 4821]) {
      const same = walk(typing.hall, { press: 'amount', amount });
      assert.deepEqual(same, { hall: typing.hall });
    }
  });

  test('a declined card leaves the bill as it was', () => {
    const pay = [byCard, { press: 'amount', amount: 4820 }, { press: 'enter' }] as const;
    const declined = { answer: 'payment', paid: false, left: 4820 } as const;
    const { table } = at(through(...seated, ...pay, declined).hall, 'bill');
    assert.deepEqual([table.left, table.paidSome], [4820, false]);
  });

  test('the bill is printed before the first payment only', () => {
    const whole = through(...seated, { press: 'bill' });
    assert.deepEqual(whole.wish, { kind: 'bill' });
    const pay = [byCard, { press: 'amount', amount: 100 }, { press: 'enter' }] as const;
    const late = through(...seated, ...pay, paid(4720), { press: 'bill' });
    assert.equal(late.wish, undefined);
  });

  test('a no is shown, and leads back to where it was asked', () => {
    const no = { answer: 'no', message: 'Table 12A is open on the till.' } as const;
    const told = through(...seated.slice(0, 5), no);
    assert.equal(at(told.hall, 'message').text, no.message);
    assert.equal(walk(told.hall, { press: 'enter' }).hall.at, 'tables');
    const unknown = { answer: 'unknown', message: 'Nobody knows.' } as const;
    const pay = [byCard, { press: 'amount', amount: 100 }, { press: 'enter' }] as const;
    const unsure = through(...seated, ...pay, unknown, { press: 'enter' });
    assert.equal(at(unsure.hall, 'bill').table.left, 4820);
  });

  test('while the till is asked no press counts', () => {
    const asking = through(...seated.slice(0, 3)).hall;
    for (const press of ['enter', 'cancel', 'leave'] as const) {
      assert.equal(walk(asking, { press }).hall, asking);
    }
  });

  test('a table is always left, also from the list', () => {
    assert.deepEqual(through(...seated, { press: 'cancel' }).wish, { kind: 'leave' });
    assert.deepEqual(through(...seated.slice(0, 4), { press: 'cancel' }).wish, { kind: 'leave' });
  });

  test('shares never add up to more than the bill', () => {
    assert.deepEqual(
      [2, 3, 4].map((heads) => share(1001, heads)),
      [500, 333, 250],
    );
  });
});
