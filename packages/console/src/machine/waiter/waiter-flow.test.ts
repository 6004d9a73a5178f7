import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WaiterAnswer } from '@tillgate/protocol';
import type { Transition, WaiterEvent, WaiterScreen } from './waiter-flow.ts';
import { afterAnswer, next, share } from './waiter-flow.ts';

/** Applies the events of the waiter and the answers of the till in order. */
function run(...inputs: readonly (WaiterEvent | WaiterAnswer)[]): Transition {
  return inputs.reduce<Transition>(
    ({ screen }, input) => ('kind' in input ? next(screen, input) : afterAnswer(screen, input)),
    { screen: { kind: 'closed' } },
  );
}

const seated = [
  { kind: 'open' },
  { kind: 'digit', key: '7' },
  { kind: 'enter' },
  { answer: 'tables', tables: ['1', '12A'] },
  { kind: 'table', tableId: '12A' },
  { answer: 'locked', amount: 4820, currency: 'GBP' },
] as const satisfies readonly (WaiterEvent | WaiterAnswer)[];
const byCard = { kind: 'pay', by: 'card' } as const;
const paid = (left: number) => ({ answer: 'payment', paid: true, left }) as const;

function expectScreen<Kind extends WaiterScreen['kind']>(
  screen: WaiterScreen,
  kind: Kind,
): Extract<WaiterScreen, { kind: Kind }> {
  assert.equal(screen.kind, kind);
  return screen as Extract<WaiterScreen, { kind: Kind }>;
}

describe("the waiter's menu", () => {
  test('a waiter lists the tables under a number and locks one [C-13.14]', () => {
    assert.deepEqual(run(...seated.slice(0, 3)).request, { kind: 'tables', waiterId: '7' });
    const lock = { kind: 'lock', tableId: '12A', waiterId: '7' };
    assert.deepEqual(run(...seated.slice(0, 5)).request, lock);
    const table = { tableId: '12A', due: 4820, currency: 'GBP', partlyPaid: false };
    assert.deepEqual(expectScreen(run(...seated).screen, 'bill').table, table);
  });

  test('a table is chosen by its number and Enter, where only one is meant', () => {
    const tables: WaiterAnswer = { answer: 'tables', tables: ['1', '12A', '12B', '30', 'Snug'] };
    const listed = [{ kind: 'open' }, { kind: 'enter' }, tables] as const;
    const typed = (...keys: readonly ('0' | '1' | '2' | '3' | '9')[]) =>
      run(...listed, ...keys.map((key) => ({ kind: 'digit', key }) as const), { kind: 'enter' });
    assert.deepEqual(typed('1').request, { kind: 'lock', tableId: '1' });
    assert.deepEqual(typed('3').request, { kind: 'lock', tableId: '30' });
    for (const none of [typed(), typed('1', '2'), typed('9')])
      assert.equal(none.request, undefined);
    const cleared = run(...listed, { kind: 'digit', key: '9' }, { kind: 'clear' }).screen;
    assert.equal(expectScreen(cleared, 'tables').typed, '');
  });

  test('a payment of the till removes a message that nothing is left behind', () => {
    const refused = { answer: 'no', message: 'No till is connected.' } as const;
    const message = run({ kind: 'open' }, { kind: 'enter' }, refused).screen;
    expectScreen(message, 'message');
    assert.equal(next(message, { kind: 'interrupted' }).screen.kind, 'closed');
    const atTable = run(...seated, { kind: 'bill' }, refused).screen;
    assert.equal(next(atTable, { kind: 'interrupted' }).screen, atTable);
  });

  test('a request of a waiter without a number carries no waiterId', () => {
    assert.deepEqual(run({ kind: 'open' }, { kind: 'enter' }).request, { kind: 'tables' });
  });

  test('a table is unlocked after a card payment with gratuity and another payment of the remainder', () => {
    const part = run(...seated, byCard, { kind: 'amount', amount: 3000 });
    assert.equal(expectScreen(part.screen, 'gratuity').amount, 3000);
    const { request, screen } = next(part.screen, { kind: 'amount', amount: 300 });
    const amounts = { amount: 3000, amountCashback: 0, amountGratuity: 300 };
    assert.deepEqual(request, { kind: 'pay', by: 'card', ...amounts });
    const remainder = afterAnswer(screen, paid(1820)).screen;
    assert.deepEqual(
      [expectScreen(remainder, 'bill').table.due, expectScreen(remainder, 'bill').table.partlyPaid],
      [1820, true],
    );
    const other = next(next(remainder, { kind: 'pay', by: 'other' }).screen, {
      kind: 'amount',
      amount: 1820,
    });
    assert.equal(other.request?.kind, 'pay');
    const done = afterAnswer(other.screen, paid(0));
    assert.deepEqual(done.request, { kind: 'leave' });
    assert.equal(afterAnswer(done.screen, { answer: 'left' }).screen.kind, 'closed');
  });

  test('an amount of nothing, or above the amount due, is ignored', () => {
    const typing = run(...seated, byCard, { kind: 'digit', key: '9' });
    assert.equal(expectScreen(typing.screen, 'paymentAmount').typed, 9);
    for (const amount of [0, 4821]) {
      const same = next(typing.screen, { kind: 'amount', amount });
      assert.deepEqual(same, { screen: typing.screen });
    }
  });

  test('a declined card does not change the amount due', () => {
    const pay = [byCard, { kind: 'amount', amount: 4820 }, { kind: 'enter' }] as const;
    const declined = { answer: 'payment', paid: false, left: 4820 } as const;
    const { table } = expectScreen(run(...seated, ...pay, declined).screen, 'bill');
    assert.deepEqual([table.due, table.partlyPaid], [4820, false]);
  });

  test('the bill is printed before the first payment only', () => {
    const whole = run(...seated, { kind: 'bill' });
    assert.deepEqual(whole.request, { kind: 'bill' });
    const pay = [byCard, { kind: 'amount', amount: 100 }, { kind: 'enter' }] as const;
    const late = run(...seated, ...pay, paid(4720), { kind: 'bill' });
    assert.equal(late.request, undefined);
  });

  test('a refusal is shown, then the screen before the request returns', () => {
    const no = { answer: 'no', message: 'Table 12A is open on the till.' } as const;
    const refused = run(...seated.slice(0, 5), no);
    assert.equal(expectScreen(refused.screen, 'message').text, no.message);
    assert.equal(next(refused.screen, { kind: 'enter' }).screen.kind, 'tables');
    const unknown = { answer: 'unknown', message: 'Nobody knows.' } as const;
    const pay = [byCard, { kind: 'amount', amount: 100 }, { kind: 'enter' }] as const;
    const unsure = run(...seated, ...pay, unknown, { kind: 'enter' });
    assert.equal(expectScreen(unsure.screen, 'bill').table.due, 4820);
  });

  test('events are ignored while a request is pending', () => {
    const asking = run(...seated.slice(0, 3)).screen;
    for (const kind of ['enter', 'cancel', 'leave'] as const) {
      assert.equal(next(asking, { kind }).screen, asking);
    }
  });

  test('the waiter can leave from the bill and from the list of tables', () => {
    assert.deepEqual(run(...seated, { kind: 'cancel' }).request, { kind: 'leave' });
    assert.deepEqual(run(...seated.slice(0, 4), { kind: 'cancel' }).request, { kind: 'leave' });
  });

  test('equal shares never add up to more than the amount due', () => {
    assert.deepEqual(
      [2, 3, 4].map((heads) => share(1001, heads)),
      [500, 333, 250],
    );
  });
});
