// C-13.21 and C-13.22 of PROTOCOL.md over real sockets: a card machine that reports amounts which the kind of the
// order, the order itself or its own profile exclude. They change nothing, and the machine is asked for its last order.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { LinkedMachine } from '../support/terminal/linked-machine.ts';
import {
  finish,
  profile,
  startLinkedMachine,
  startLinkedRestaurant,
  TID,
} from '../support/terminal/linked-machine.ts';
import { outcome, totals } from '../support/terminal/scripted-machine.ts';

const everything = {
  ...profile,
  transactions: ['SALE', 'REFUND', 'PRE_AUTH', 'COMPLETION', 'ACCOUNT_VERIFICATION'],
  reports: ['END_OF_DAY', 'BANKING', 'X_BALANCE', 'Z_BALANCE'],
};
const withoutCashback = { ...everything, cashback: false };
const LIMIT_MS = 200_000;

interface StartOptions {
  readonly method: string;
  readonly params?: object;
  readonly hello?: object;
}

/** A machine with this profile, and a request of the till that it works on. */
async function startOrder(t: TestContext, { method, params, hello = everything }: StartOptions) {
  const linked = await startLinkedMachine(t);
  await linked.machine.notify('hello', hello);
  const amount = method.startsWith('report') ? {} : { currency: 'GBP', amount: 1250 };
  const id = linked.till.ask(method, { tid: TID, ...amount, ...params });
  const order = await linked.machine.order();
  const result = async () => (await linked.harness.answer(linked.till, id)).result;
  return { ...linked, order, result };
}

const queries = (machine: LinkedMachine) => machine.paramsOf('lastOrder').length;

function faultsOf(machine: LinkedMachine) {
  return machine.socket.received
    .filter(({ error }) => error)
    .map(({ error }) => [error.code, ...error.data.errors.flatMap(Object.values)]);
}

/** An outcome that the order excludes, and the fault that the error names. */
interface Lie {
  readonly name: string;
  readonly method: string;
  readonly params?: object;
  readonly hello?: object;
  readonly amounts: { readonly amountCashback?: number; readonly amountGratuity?: number };
  readonly fault: readonly [path: string, expected: string, got: string];
}

const methods = {
  refund: ['REFUND', {}],
  preAuth: ['PRE_AUTH', {}],
  completion: ['COMPLETION', { authCode: 'P3X9D5' }],
  accountVerification: ['ACCOUNT_VERIFICATION', {}],
} as const;

const ofKind = Object.entries(methods).flatMap(([method, [type, params]]): readonly Lie[] => [
  {
    name: `cashback on ${type}`,
    ...{ method, params, amounts: { amountCashback: 100 } },
    fault: ['/amountCashback', `0: no cashback on ${type}`, 'number 100'],
  },
  {
    name: `a gratuity on ${type}`,
    ...{ method, params, amounts: { amountGratuity: 1 } },
    fault: ['/amountGratuity', `0: no gratuity on ${type}`, 'number 1'],
  },
]);

const lies: readonly Lie[] = [
  ...ofKind,
  {
    name: 'cashback at a machine that offers none',
    ...{ method: 'sale', hello: withoutCashback, amounts: { amountCashback: 500 } },
    fault: ['/amountCashback', '0: the card machine offers no cashback', 'number 500'],
  },
  {
    name: 'cashback that a machine without cashback was not asked for',
    ...{ method: 'sale', params: { amountCashback: 500 }, hello: withoutCashback },
    amounts: { amountCashback: 500 },
    fault: ['/amountCashback', '0: the card machine offers no cashback', 'number 500'],
  },
  {
    name: 'more cashback than the order asks for',
    ...{ method: 'sale', params: { amountCashback: 500 }, amounts: { amountCashback: 501 } },
    fault: [
      '/amountCashback',
      'integer 0..500 pence or cents: the order asks for no more',
      'number 501',
    ],
  },
  {
    name: 'cashback for a cardholder who is not there',
    ...{ method: 'sale', params: { cardholderNotPresent: true }, amounts: { amountCashback: 500 } },
    fault: ['/amountCashback', '0: the cardholder is not present', 'number 500'],
  },
];

describe('C-13.21, amounts of an outcome that the order excludes', () => {
  for (const { name, method, params = {}, hello = everything, amounts, fault } of lies) {
    const [path, expected, got] = fault;

    test(`${name} is refused with its path, and the last order is queried`, async (t) => {
      const started = await startOrder(t, { method, params, hello });
      const { harness, till, machine, order, result } = started;
      const asked = queries(machine);
      machine.memory = { knows: 'running' };
      await finish(machine, order, outcome('SUCCESSFUL', amounts));
      assert.deepEqual(faultsOf(machine), [[-32602, `/params/outcome${path}`, expected, got]]);
      assert.equal(queries(machine), asked + 1);
      assert.ok(!till.values.includes('TRANSACTION_FINISHED'));
      await harness.settled();
      await finish(machine, order, outcome());
      const { transactionResult, amountCashback, amountGratuity } = await result();
      assert.deepEqual([transactionResult, amountCashback, amountGratuity], ['SUCCESSFUL', 0, 0]);
    });

    test(`${name} in the answer to lastOrder is refused, and asked for again`, async (t) => {
      const started = await startOrder(t, { method, params, hello });
      const { harness, machine, result } = started;
      machine.memory = { knows: 'outcome', outcome: outcome('SUCCESSFUL', amounts) };
      machine.socket.send('no JSON');
      await harness.settled();
      assert.deepEqual(faultsOf(machine).slice(1), [
        [-32076, `/result/outcome${path}`, expected, got],
      ]);
      const asked = queries(machine);
      machine.memory = { knows: 'outcome', outcome: outcome() };
      await harness.advance(5_000);
      assert.equal(queries(machine), asked + 1);
      assert.equal((await result()).transactionResult, 'SUCCESSFUL');
    });
  }

  test('whoever insists on it ends TIMED_OUT at the limit, and the till gets no such amount', async (t) => {
    const { harness, machine, order, result } = await startOrder(t, { method: 'refund' });
    const end = outcome('SUCCESSFUL', { amountCashback: 10_000 });
    machine.memory = { knows: 'outcome', outcome: end };
    await finish(machine, order, end);
    await harness.advance(LIMIT_MS);
    const { transactionResult, amountCashback, amountTotal } = await result();
    assert.deepEqual([transactionResult, amountCashback, amountTotal], ['TIMED_OUT', 0, 1250]);
  });

  test('an outcome after the limit is checked as well', async (t) => {
    const { harness, machine, order, result, status, last } = await startOrder(t, {
      method: 'refund',
    });
    machine.memory = { knows: 'running' };
    await harness.advance(LIMIT_MS);
    assert.equal((await result()).transactionResult, 'TIMED_OUT');
    await finish(machine, order, outcome('SUCCESSFUL', { amountGratuity: 5 }));
    assert.deepEqual([await status(), machine.errors], ['BUSY', [-32602]]);
    await finish(machine, order, outcome());
    assert.deepEqual([await status(), await last()], ['AVAILABLE', 'SUCCESSFUL']);
  });

  const legitimate: readonly (readonly [name: string, params: object, amounts: object])[] = [
    ['cashback entered at the machine [C-7.15]', {}, { amountCashback: 10_000 }],
    ['a gratuity entered at the machine', {}, { amountGratuity: 99_999_999 }],
    ['less cashback than asked for [C-4.10]', { amountCashback: 500 }, { amountCashback: 499 }],
    ['no cashback though asked for [C-4.10]', { amountCashback: 500 }, {}],
    ['the cashback asked for', { amountCashback: 500 }, { amountCashback: 500, amountGratuity: 7 }],
    [
      'cashback that the till asked for without the card',
      { amountCashback: 500, cardholderNotPresent: true },
      { amountCashback: 500 },
    ],
  ];
  for (const [name, params, amounts] of legitimate) {
    test(`${name} is no contradiction`, async (t) => {
      const { machine, order, result } = await startOrder(t, { method: 'sale', params });
      await finish(machine, order, outcome('SUCCESSFUL', amounts));
      const { transactionResult, amountCashback, amountGratuity } = await result();
      assert.deepEqual(
        { transactionResult, amountCashback, amountGratuity },
        { transactionResult: 'SUCCESSFUL', amountCashback: 0, amountGratuity: 0, ...amounts },
      );
      assert.deepEqual(machine.errors, []);
    });
  }

  test('a sale that was declined may repeat the cashback that was asked for', async (t) => {
    const params = { amountCashback: 500 };
    const { machine, order, result } = await startOrder(t, { method: 'sale', params });
    await finish(machine, order, outcome('DECLINED', { amountCashback: 500 }));
    const { transactionResult, amountCashback } = await result();
    assert.deepEqual([transactionResult, amountCashback], ['DECLINED', 0]);
  });
});

describe('C-13.21, amounts of a card payment at a table', () => {
  const replies: Readonly<Record<string, object>> = {
    tableLockRequest: { confirmed: true, amount: 3000, currency: 'GBP' },
  };

  /** A waiter at a linked machine who pays a part of table 12 by card. */
  async function startPayment(t: TestContext, amounts: object) {
    const { harness, till, machine } = await startLinkedRestaurant(t, replies);
    await machine.socket.request('lock', { tableId: '12' });
    const paying = machine.socket.ask('pay', { by: 'card', amount: 2000, ...amounts });
    const order = await machine.order();
    const answer = async () => (await machine.socket.answer(paying)).result;
    return { harness, till, machine, order, answer };
  }

  const extras = { amountCashback: 500, amountGratuity: 200 };
  const excluded: readonly (readonly [asked: object, told: object, path: string, what: string])[] =
    [
      [{}, { amountCashback: 1 }, '/amountCashback', '0: the waiter asked for none'],
      [
        extras,
        { amountCashback: 501 },
        '/amountCashback',
        '0..500 pence or cents: the order asks for no more',
      ],
      [{}, { amountGratuity: 1 }, '/amountGratuity', '0: the order has no more'],
      [
        extras,
        { amountGratuity: 201 },
        '/amountGratuity',
        '0..200 pence or cents: the order has no more',
      ],
    ];
  for (const [asked, told, path, what] of excluded) {
    test(`${JSON.stringify(told)} where the waiter entered ${JSON.stringify(asked)} is refused and never sent to the till`, async (t) => {
      const { harness, till, machine, order, answer } = await startPayment(t, asked);
      machine.memory = { knows: 'running' };
      await finish(machine, order, outcome('SUCCESSFUL', told));
      const [[code, at, expected] = []] = faultsOf(machine);
      assert.deepEqual([code, at], [-32602, `/params/outcome${path}`]);
      assert.ok(String(expected).endsWith(what), String(expected));
      machine.memory = { knows: 'outcome', outcome: outcome('SUCCESSFUL', told) };
      await harness.advance(LIMIT_MS);
      assert.equal((await answer()).answer, 'unknown');
      await harness.settled();
      assert.deepEqual(
        till.received.filter(({ method }) => method === 'transactionResponse'),
        [],
      );
    });
  }

  test('what the waiter entered, and less, is paid', async (t) => {
    const { till, machine, order, answer } = await startPayment(t, extras);
    await finish(machine, order, outcome('SUCCESSFUL', { amountGratuity: 200 }));
    assert.deepEqual(await answer(), { answer: 'payment', paid: true, left: 1000 });
    await machine.socket.request('leave');
    const { params } = await till.until(({ method }) => method === 'transactionResponse');
    assert.deepEqual(
      [params.amountPaid, params.amountCashback, params.amountGratuity],
      [2000, 0, 200],
    );
    assert.deepEqual(machine.errors, []);
  });
});

const sums = {
  currency: 'GBP',
  totalAmount: 700,
  totalSalesAmount: 1000,
  totalSalesCount: 2,
  totalRefundsAmount: 300,
  totalRefundsCount: 1,
};
const balances = {
  ...sums,
  totalsSince: 'INSTALLATION',
  totalAmount: 850,
  totalCashbackAmount: 100,
  totalCashbackCount: 1,
  totalGratuityAmount: 50,
  totalGratuityCount: 1,
  issuerTotals: { VISA: { ...sums, totalSalesAmount: 1150, totalAmount: 850 } },
  waiterTotals: {},
};
const acquirer = {
  currency: 'GBP',
  currentSessionTransactionNumbers: ['0001', '0003'],
  previousSessionTransactionNumbers: ['0000', '0000'],
  currentSessionTotals: sums,
  previousSessionTotals: sums,
  currentSessionIssuerTotals: { VISA: sums },
  previousSessionIssuerTotals: {},
};
const banking = { 'FIRST ACQUIRER': acquirer };

/** A report, what it contains that it must not, and the fault that the error names. */
type ReportLie = readonly [name: string, method: string, result: object, ...fault: string[]];

const reportLies: readonly ReportLie[] = [
  [
    'balances in a BANKING',
    'reportBanking',
    { balances, banking },
    ...['/balances', '{}: no balances in BANKING', 'object'],
  ],
  [
    'banking in an X_BALANCE',
    'reportXBalance',
    { balances, banking },
    ...['/banking', '{}: no banking in X_BALANCE', 'object'],
  ],
  [
    'another currency than that of the machine',
    'reportZBalance',
    { balances: { ...balances, currency: 'EUR' } },
    ...['/balances/currency', 'GBP', 'string "EUR"'],
  ],
  [
    'another currency of an issuer',
    'reportEndOfDay',
    {
      balances,
      banking: {
        'A/B': { ...acquirer, currentSessionIssuerTotals: { VISA: { ...sums, currency: 'EUR' } } },
      },
    },
    ...['/banking/A~1B/currentSessionIssuerTotals/VISA/currency', 'GBP', 'string "EUR"'],
  ],
  [
    'a total that is not the sum',
    'reportXBalance',
    { balances: { ...balances, totalAmount: 851, issuerTotals: {} } },
    ...['/balances/totalAmount', '850: sales - refunds + cashback + gratuity', 'number 851'],
  ],
  [
    'a total of a waiter that is not the sum',
    'reportXBalance',
    { balances: { ...balances, waiterTotals: { '007': { ...sums, totalAmount: -1 } } } },
    ...['/balances/waiterTotals/007/totalAmount', '700: sales - refunds', 'number -1'],
  ],
  [
    'refunds below 0',
    'reportXBalance',
    { balances: { ...balances, totalRefundsAmount: -300, totalAmount: 1450, issuerTotals: {} } },
    ...['/balances/totalRefundsAmount', 'integer 0 or more pence or cents', 'number -300'],
  ],
  [
    'issuers that do not add up',
    'reportXBalance',
    { balances: { ...balances, issuerTotals: { VISA: sums } } },
    ...['/balances/issuerTotals', 'totalAmounts that add up to 850', 'number 700'],
  ],
];

describe('C-13.22, totals of a report that its kind or the profile excludes', () => {
  for (const [name, method, more, path, expected, got] of reportLies) {
    test(`${name}: refused with its path, also in the answer to lastOrder`, async (t) => {
      const started = await startOrder(t, { method });
      const { harness, machine, order, result } = started;
      const end = { ...totals, ...more };
      machine.memory = { knows: 'report', result: end };
      await machine.notify('reported', { order, result: end });
      assert.deepEqual(faultsOf(machine), [
        [-32602, `/params/result${path}`, expected, got],
        [-32076, `/result/result${path}`, expected, got],
      ]);
      machine.memory = { knows: 'report', result: totals };
      await harness.advance(5_000);
      assert.equal((await result()).reportResult, 'COMPLETE');
    });
  }

  const kinds = {
    reportEndOfDay: { balances, banking },
    reportBanking: { banking },
    reportXBalance: { balances },
    reportZBalance: { balances: { ...balances, issuerTotals: {} } },
  };
  for (const [method, more] of Object.entries(kinds)) {
    test(`the totals of a ${method} that agree are passed on`, async (t) => {
      const { machine, order, result } = await startOrder(t, { method });
      const end = { ...totals, ...more };
      await machine.notify('reported', { order, result: end });
      const told = await result();
      assert.deepEqual(
        [told.reportResult, told.balances, told.banking],
        [...['COMPLETE', end.balances, end.banking]],
      );
      assert.deepEqual(machine.errors, []);
    });
  }
});

test('C-13.11 an answer to lastOrder about an order of another kind is asked for again', async (t) => {
  const { harness, machine, result } = await startOrder(t, { method: 'sale' });
  machine.memory = { knows: 'report', result: totals };
  machine.socket.send('no JSON');
  await harness.settled();
  machine.memory = { knows: 'outcome', outcome: outcome() };
  await harness.advance(5_000);
  assert.equal((await result()).transactionResult, 'SUCCESSFUL');
});
