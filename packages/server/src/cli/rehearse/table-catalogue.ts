// The scenarios at the table: every way to pay a bill, every refusal, and a waiter, a connection, a card machine or a
// gateway that goes away at each step.

import type { api } from '@tillgate/protocol';
import type { Scenario } from './scenario.ts';
import { cut } from './scenario-faults.ts';
import type { TableScenario, Visit, WaiterStep } from './table-scenario.ts';
import { atTable, BILL } from './table-scenario.ts';

const PART = 2000;
const GRATUITY = 300;
const CASHBACK = 1000;
/** Above the time in which the till answers a card machine [C-9.4]. */
const ANSWER_OVER = 15;
/** Above the time after which a table that nobody touches is left [C-9.37]. */
const TABLE_IDLE_OVER = 1_000;
const DAY = 86_400;

const byCard = (amount: number, amountGratuity = 0): WaiterStep => ({
  ...{ ask: 'pay', by: 'card', amount },
  ...(amountGratuity > 0 && { amountGratuity }),
});
const byOther = (amount: number): WaiterStep => ({ ask: 'pay', by: 'other', amount });

/** The waiter locks the table, does these, and leaves it. */
const visit = (...steps: readonly WaiterStep[]): Visit => ({
  steps: [{ ask: 'lock' }, ...steps, { ask: 'leave' }],
});
/** The waiter locks the table and pays all of it, which ends the visit. */
const full: Visit = { steps: [{ ask: 'lock' }, byCard(BILL)], answers: ['locked', 'payment'] };

type Direction = 'sent' | 'received';

function says(direction: Direction, method: string, tid: string): api.FaultTrigger {
  return { kind: 'message', direction, method, tid, till: { integration: 'pat' } };
}

function answers(method: string, tid: string): api.FaultTrigger {
  return {
    ...{ kind: 'message', direction: 'received', method, part: 'response', tid },
    till: { integration: 'pat' },
  };
}

const payments: readonly TableScenario[] = [
  {
    ...{ name: 'table-full', visits: [full], left: 0 },
    about: 'A card pays the whole bill.',
  },
  {
    name: 'table-list',
    about: 'The waiter asks for the tables and goes.',
    visits: [{ steps: [{ ask: 'tables' }, { ask: 'leave' }], answers: ['tables'] }],
    left: BILL,
  },
  {
    ...{ name: 'table-bill', visits: [visit({ ask: 'bill' })], left: BILL },
    about: 'The waiter prints the bill and goes without a payment.',
  },
  {
    ...{ name: 'table-cancelled', visits: [visit()], left: BILL },
    about: 'The waiter locks the table and goes without a payment.',
  },
  {
    ...{ name: 'table-part', visits: [visit(byCard(PART))], left: BILL - PART },
    about: 'A card pays a part, then the waiter stops.',
  },
  {
    name: 'table-part-then-rest',
    about: 'A card pays a part; later another pays the rest.',
    visits: [visit(byCard(PART)), { steps: [{ ask: 'lock' }, byCard(BILL - PART)] }],
    left: 0,
  },
  {
    name: 'table-split',
    about: 'Three cards share the bill in one visit.',
    visits: [{ steps: [{ ask: 'lock' }, byCard(PART), byCard(PART), byCard(BILL - 2 * PART)] }],
    left: 0,
  },
  {
    name: 'table-split-cash',
    about: 'A card pays a part, cash the rest.',
    visits: [{ steps: [{ ask: 'lock' }, byCard(3000), byOther(BILL - 3000)] }],
    left: 0,
  },
  {
    ...{ name: 'table-cash', left: 0 },
    about: 'Cash pays the whole bill.',
    visits: [{ steps: [{ ask: 'lock' }, byOther(BILL)] }],
  },
  {
    ...{ name: 'table-gratuity', left: 0, gratuity: GRATUITY },
    about: 'The guest adds a gratuity: it is no part of the bill.',
    visits: [{ steps: [{ ask: 'lock' }, byCard(BILL, GRATUITY)] }],
  },
  {
    name: 'table-gratuity-part',
    about: 'The guest pays a part and adds a gratuity: the rest stays to pay.',
    visits: [visit(byCard(PART, GRATUITY))],
    ...{ left: BILL - PART, gratuity: GRATUITY },
  },
  {
    name: 'table-cashback',
    about: 'The guest takes cash with the card: it is no part of the bill.',
    visits: [
      {
        steps: [
          { ask: 'lock' },
          { ask: 'pay', by: 'card', amount: PART, amountCashback: CASHBACK },
          { ask: 'leave' },
        ],
      },
    ],
    left: BILL - PART,
  },
  {
    ...{ name: 'table-declined', letters: 'DIP0', visits: [visit(byCard(BILL))], left: BILL },
    about: 'The card is declined, and the waiter goes.',
  },
  {
    name: 'table-signature',
    letters: 'SIS0',
    about: 'A card pays with a signature, which the waiter checks at the card machine.',
    ...{ visits: [full], left: 0 },
  },
  {
    name: 'table-unsuccessful',
    letters: 'UIP0',
    about: 'The card machine fails while a card pays: UNSUCCESSFUL, nothing was paid.',
    ...{ visits: [visit(byCard(BILL))], left: BILL },
  },
];

const refusals: readonly TableScenario[] = [
  {
    name: 'table-unknown',
    about: 'The waiter asks for a table that the till does not have: it refuses.',
    visits: [{ steps: [{ ask: 'lock', table: 'NO-TABLE' }], answers: ['no'] }],
    left: BILL,
  },
  {
    name: 'table-paid',
    about: 'The waiter locks a table that was paid: the till refuses, or there is nothing to pay.',
    visits: [full, { steps: [{ ask: 'lock' }] }],
    left: 0,
  },
  {
    name: 'table-locked',
    about: 'A second card machine asks for a table that one holds: the till refuses.',
    visits: [{ steps: [{ ask: 'lock' }], answers: ['locked'] }],
    rival: { steps: [{ ask: 'lock' }], answers: ['no'] },
    left: BILL,
  },
  {
    name: 'table-freed',
    about: 'A waiter leaves a table, and one at another card machine pays it.',
    visits: [{ steps: [{ ask: 'lock' }, { ask: 'leave' }], answers: ['locked', 'left'] }],
    rival: { steps: [{ ask: 'lock' }, byCard(BILL)], answers: ['locked', 'payment'] },
    left: 0,
  },
];

const faults: readonly TableScenario[] = [
  {
    name: 'table-walk-away',
    about: 'The waiter goes away with the table locked: it is unlocked.',
    visits: [{ steps: [{ ask: 'lock' }, { ask: 'walk away' }] }],
    left: BILL,
  },
  {
    name: 'table-idle',
    about: 'Nobody touches the card machine for a quarter of an hour: the table is unlocked.',
    visits: [{ steps: [{ ask: 'lock' }, byCard(PART), { ask: 'walk away' }] }],
    afterSeconds: TABLE_IDLE_OVER,
    left: BILL - PART,
  },
  {
    name: 'table-lock-lost',
    heldUpSeconds: ANSWER_OVER,
    about:
      'The connection breaks before the answer to a lock arrives: the table must not stay locked.',
    visits: [{ steps: [{ ask: 'lock' }] }],
    faults: (tid) => [cut(answers('tableLockRequest', tid), 'before')],
    rules: ['returns'],
    left: BILL,
  },
  {
    name: 'table-lock-late',
    heldUpSeconds: ANSWER_OVER,
    about: 'The answer to a lock comes too late: the till is told to unlock.',
    visits: [{ steps: [{ ask: 'lock' }] }],
    faults: (tid) => [
      {
        when: answers('tableLockRequest', tid),
        action: { kind: 'hold', seconds: ANSWER_OVER },
      },
    ],
    left: BILL,
  },
  {
    name: 'table-final-receipt-late',
    // v0 asks for none [C-9.36].
    versions: ['v1'],
    heldUpSeconds: ANSWER_OVER,
    about: 'The final receipt comes too late: it is not printed, and the table is unlocked.',
    visits: [full],
    faults: (tid) => [
      {
        when: answers('finalPosReceiptRequest', tid),
        action: { kind: 'hold', seconds: ANSWER_OVER },
      },
    ],
    left: 0,
  },
  {
    name: 'table-told-twice',
    about:
      'The connection breaks between the payment and its pong: the payment is told twice, and booked once.',
    visits: [full],
    faults: (tid) => [cut(says('sent', 'transactionResponse', tid), 'after')],
    rules: ['returns'],
    left: 0,
  },
  {
    name: 'table-told-double',
    about: 'A payment comes twice over one connection: it is booked once.',
    visits: [visit(byCard(PART))],
    faults: (tid) => [
      { when: says('sent', 'transactionResponse', tid), action: { kind: 'double' } },
    ],
    left: BILL - PART,
  },
  {
    name: 'table-unlock-lost',
    about: 'The connection breaks before the unlock arrives: it is told again.',
    visits: [full],
    faults: (tid) => [cut(says('sent', 'tableUnlock', tid), 'before')],
    rules: ['returns'],
    left: 0,
  },
  {
    name: 'table-drop-in-payment',
    about:
      'The connection breaks while the card is paid: the payment is told when the till is back.',
    visits: [full],
    faults: (tid) => [
      {
        when: { kind: 'terminal', tid, state: 'started', till: { integration: 'pat' } },
        action: { kind: 'cut' },
      },
    ],
    rules: ['returns', 'back-off'],
    left: 0,
  },
  {
    name: 'table-close-1012',
    about: 'The gateway closes with 1012 while the table is locked: the site has moved.',
    visits: [visit({ ask: 'bill' })],
    faults: (tid) => [cut(answers('posReceiptRequest', tid), 'after', 1012)],
    rules: ['returns'],
    left: BILL,
  },
  {
    name: 'table-day-away',
    about: 'The till is told of a payment a day later.',
    visits: [full],
    faults: (tid) => [
      { when: says('sent', 'transactionResponse', tid), action: { kind: 'cut', place: 'before' } },
    ],
    afterSeconds: DAY,
    rules: ['returns'],
    left: 0,
  },
];

export const tableCatalogue: readonly Scenario[] = [
  ...[payments, refusals, faults].flat().map(atTable),
];
