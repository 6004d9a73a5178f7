// The scenarios at the counter: every result, every refusal, signatures, cancels, and a connection, a card machine or a
// gateway that goes away at each step of a sale.

import type { api } from '@tillgate/protocol';
import type { CounterScenario } from './counter-scenario.ts';
import { atCounter, sale, USUAL_AMOUNT } from './counter-scenario.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, cut, machineIs, shows } from './scenario-faults.ts';

/** Three times as slow as a real card machine: the card comes after 14 s, time enough to cancel. */
const SLOW = 1 / 3;
/** Three times as fast: it may be too late for a cancel. */
const FAST = 3;
const GRATUITY = USUAL_AMOUNT / 10;
const CASHBACK = 1000;
/** Above the limits of a signature question, a transaction and a report [C-11]. */
const SIGNATURE_OVER = 100;
const TRANSACTION_OVER = 260;
const KEYED_OVER = 460;

type Trigger = api.FaultTrigger;

function asks(tid: string, method = 'sale'): Trigger {
  return { kind: 'message', direction: 'received', method, tid };
}

function answers(tid: string, method = 'sale'): Trigger {
  return { kind: 'message', direction: 'sent', method, part: 'response', tid };
}

const paid = { amountTotal: USUAL_AMOUNT };
/** v0 has no such message or parameter [C-8.1]. */
const onlyV1: Pick<CounterScenario, 'versions'> = { versions: ['v1'] };
const dropped: Pick<CounterScenario, 'rules'> = {
  rules: ['returns', 'asks-after-unknown', 'back-off'],
};
const lost = { beliefs: ['approved', 'unknown', 'open'] };

const results: readonly CounterScenario[] = [
  { name: 'approved-chip-pin', about: 'A sale by chip and PIN is approved.', expected: paid },
  {
    ...{ name: 'approved-contactless', letters: 'SCD0', expected: paid },
    about: 'A sale by contactless card is approved.',
  },
  {
    ...{ name: 'declined', letters: 'DIP0' },
    about: 'The bank declines a sale.',
  },
  {
    ...{ name: 'void', letters: 'VIP0' },
    about: 'A sale is approved and reversed at once: it ends VOID.',
  },
  {
    ...{ name: 'unsuccessful', letters: 'UIP0' },
    about: 'The card machine fails: a sale ends UNSUCCESSFUL, which is not SUCCESSFUL.',
  },
  {
    ...{ name: 'cancelled-at-machine', letters: 'CIP0' },
    about: 'The customer cancels at the card machine.',
  },
  {
    ...{ name: 'timed-out', letters: 'TIP0', withinSeconds: TRANSACTION_OVER },
    about:
      'The card machine falls silent: a sale ends TIMED_OUT, and nobody knows whether it was paid.',
    rules: ['asks-after-unknown'],
  },
  {
    ...{ name: 'timed-out-but-paid', withinSeconds: TRANSACTION_OVER, afterSeconds: 5 },
    about:
      'A sale ends TIMED_OUT with the card left in; then the card machine says that it was paid.',
    faults: (tid) => [machineIs('answers-late', tid)],
    rules: ['asks-after-unknown'],
    expected: { beliefs: ['unknown', 'approved'] },
  },
  {
    ...{ name: 'forgotten-order', withinSeconds: TRANSACTION_OVER },
    about: 'The card machine is switched off in the middle of a sale and forgets it: TIMED_OUT.',
    faults: (tid) => [machineIs('forgets', tid, { when: shows(tid, 'PRESENT_CARD') })],
    rules: ['asks-after-unknown'],
  },
  {
    ...{ name: 'gratuity', letters: 'SIP1' },
    about: 'The customer adds a gratuity at the card machine: the result has a higher amount.',
    expected: { amountTotal: USUAL_AMOUNT + GRATUITY },
  },
  {
    ...onlyV1,
    name: 'cashback',
    about: 'A sale with cashback.',
    press: (at) => ({ ...sale(at), cashback: CASHBACK }),
    expected: { amountTotal: USUAL_AMOUNT + CASHBACK },
  },
  {
    name: 'refund',
    about: 'A refund is approved.',
    press: (at) => ({ ...sale(at), do: 'refund' }),
    expected: paid,
  },
  {
    name: 'refund-declined',
    letters: 'DIP0',
    about: 'A refund is declined.',
    press: (at) => ({ ...sale(at), do: 'refund' }),
  },
  {
    ...onlyV1,
    name: 'pre-auth',
    about: 'An amount is reserved.',
    press: (at) => ({ ...sale(at), do: 'pre-auth' }),
  },
  {
    ...onlyV1,
    name: 'completion',
    about: 'A reserved amount is taken.',
    press: (at) => ({ ...sale(at), do: 'completion', authCode: 'P3X9D5' }),
    expected: paid,
  },
  {
    ...onlyV1,
    name: 'verify',
    about: 'A card is checked without taking money.',
    press: (at) => ({ ...sale(at), do: 'verify', amount: 0 }),
    expected: { amountTotal: 0 },
  },
  {
    name: 'end-of-day',
    about: 'An end of day report is asked for.',
    press: ({ tid }) => ({ do: 'report', tid, type: 'END_OF_DAY' }),
  },
];

const refused = { beliefs: ['refused', 'none', 'unsuccessful', 'declined', 'cancelled'] };

const refusals: readonly CounterScenario[] = [
  {
    name: 'busy',
    about: 'Another till uses the card machine: the sale is refused, and nothing is started.',
    faults: (tid) => [machineIs('busy', tid, { when: atOnce })],
    expected: refused,
  },
  {
    name: 'unreachable',
    about: 'The card machine is out of reach: the sale is refused, and nothing is started.',
    faults: (tid) => [machineIs('gone', tid, { when: atOnce })],
    expected: refused,
  },
  {
    name: 'machine-gone',
    withinSeconds: TRANSACTION_OVER,
    about:
      'The card machine loses its connection in the middle of a sale and comes back with the result.',
    faults: (tid) => [machineIs('gone', tid, { when: shows(tid, 'PRESENT_CARD'), seconds: 30 })],
    expected: paid,
  },
  {
    name: 'machine-gone-for-good',
    withinSeconds: TRANSACTION_OVER,
    about:
      'The card machine loses its connection in the middle of a sale and stays away: TIMED_OUT.',
    faults: (tid) => [machineIs('gone', tid, { when: shows(tid, 'PRESENT_CARD') })],
    rules: ['asks-after-unknown'],
    expected: { beliefs: ['unknown', 'approved'] },
  },
  {
    name: 'out-of-paper',
    withinSeconds: 60,
    about: 'The card machine is out of paper: it shows REPLACE_PAPER, then the sale is approved.',
    faults: (tid) => [machineIs('out-of-paper', tid, { seconds: 20 })],
    expected: paid,
  },
  {
    name: 'slow-machine',
    withinSeconds: TRANSACTION_OVER,
    about: 'Each step of the card machine comes 15 s late; the till must wait.',
    faults: (tid) => [machineIs('slow', tid, { seconds: 15 })],
    expected: paid,
  },
];

const signatures: readonly CounterScenario[] = [
  {
    ...{ name: 'signature-accepted', letters: 'SIS0', signature: 'accept' },
    about: 'Staff accept the signature.',
    rules: ['signature-answer'],
    expected: { ...paid, signature: 'accept' },
  },
  {
    ...{ name: 'signature-rejected', letters: 'SIS0', signature: 'reject' },
    about: 'Staff reject the signature: the payment is reversed.',
    rules: ['signature-answer'],
    expected: { signature: 'reject' },
  },
  {
    ...{ name: 'signature-unanswered', letters: 'SIS0', signature: 'none' },
    withinSeconds: SIGNATURE_OVER,
    about: 'Nobody answers the signature question in time: it counts as accepted.',
    expected: paid,
  },
  {
    ...{ name: 'signature-late', letters: 'SIS0', signature: 'reject' },
    withinSeconds: SIGNATURE_OVER,
    about: 'The answer to the signature question comes too late: the signature counts as accepted.',
    faults: (tid) => [
      {
        when: {
          ...{ kind: 'message', direction: 'received', part: 'response', tid },
          method: 'signatureVerificationRequest',
        },
        action: { kind: 'hold', seconds: SIGNATURE_OVER },
      },
    ],
    expected: paid,
  },
  {
    ...{ name: 'signature-after-drop', letters: 'SIS0', signature: 'accept' },
    withinSeconds: SIGNATURE_OVER,
    about: 'The connection breaks before the signature question arrives.',
    faults: (tid) => [
      cut(
        { kind: 'message', direction: 'sent', method: 'signatureVerificationRequest', tid },
        'before',
      ),
    ],
    rules: ['returns'],
    expected: { beliefs: ['approved', 'unknown', 'open'] },
  },
];

const cancels: readonly CounterScenario[] = [
  {
    ...{ name: 'cancel-early', pace: SLOW, withinSeconds: 60 },
    about: 'Staff cancel before a card is presented.',
    cancelAt: 'PRESENT_CARD',
    expected: { beliefs: ['cancelled'] },
  },
  {
    ...{ name: 'cancel-late', pace: FAST, withinSeconds: 60 },
    about: 'Staff cancel when the card was read: it is too late, and the sale is approved.',
    cancelAt: 'PIN_ENTRY',
    expected: { ...paid, beliefs: ['approved'] },
  },
];

const drops: readonly CounterScenario[] = [
  {
    ...dropped,
    name: 'drop-before-acceptance',
    about: 'The connection breaks before the gateway gets the request: nothing was started.',
    faults: (tid) => [cut(asks(tid), 'before')],
    expected: { beliefs: ['none', 'refused', 'unknown', 'open', 'unsuccessful'] },
  },
  {
    ...dropped,
    name: 'drop-after-acceptance',
    about: 'The connection breaks as soon as the sale was started.',
    faults: (tid) => [cut(shows(tid, 'TRANSACTION_STARTED'), 'before')],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-at-card',
    about: 'The connection breaks while the customer presents the card.',
    faults: (tid) => [cut(shows(tid, 'PRESENT_CARD'))],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-at-bank',
    about: 'The connection breaks while the bank is asked.',
    faults: (tid) => [cut(shows(tid, 'CONNECTING'))],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-before-result',
    about: 'The connection breaks after TRANSACTION_FINISHED, before the result.',
    faults: (tid) => [cut(answers(tid), 'before')],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-after-result',
    about: 'The connection breaks between the result and the pong: the result may come twice.',
    faults: (tid) => [cut(answers(tid))],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-declined',
    letters: 'DIP0',
    about: 'The connection breaks before the result of a declined sale.',
    faults: (tid) => [cut(answers(tid), 'before')],
    expected: { beliefs: ['declined', 'unknown', 'open'] },
  },
  {
    ...dropped,
    name: 'drop-unsuccessful',
    letters: 'UIP0',
    about: 'The connection breaks before the result of a sale that is UNSUCCESSFUL.',
    faults: (tid) => [cut(answers(tid), 'before')],
    expected: { beliefs: ['unsuccessful', 'unknown', 'open'] },
  },
  {
    ...dropped,
    name: 'drop-refund',
    about: 'The connection breaks before the result of a refund.',
    press: (at) => ({ ...sale(at), do: 'refund' }),
    faults: (tid) => [cut(answers(tid, 'refund'), 'before')],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-with-1001',
    about: 'The gateway closes with 1001 in the middle of a sale, as when it is shut down.',
    faults: (tid) => [cut(shows(tid, 'PRESENT_CARD'), 'after', 1001)],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-with-1012',
    about: 'The gateway closes with 1012 in the middle of a sale: the site has moved.',
    faults: (tid) => [cut(shows(tid, 'PRESENT_CARD'), 'after', 1012)],
    expected: lost,
  },
  {
    ...dropped,
    name: 'drop-twice',
    about: 'The connection breaks in the middle of a sale, and again when the till is back.',
    faults: (tid) => [
      cut(shows(tid, 'PRESENT_CARD')),
      cut({ kind: 'message', direction: 'sent', method: 'sale', part: 'response', tid }, 'before'),
    ],
    expected: lost,
  },
  {
    ...dropped,
    name: 'gateway-restart',
    about: 'The gateway is restarted in the middle of a sale, as after a crash.',
    faults: (tid) => [
      { when: shows(tid, 'PRESENT_CARD'), action: { kind: 'gateway', how: 'restart' } },
    ],
    withinSeconds: TRANSACTION_OVER,
    expected: lost,
  },
];

const delays: readonly CounterScenario[] = [
  {
    name: 'result-late',
    about: 'The result is held back for 60 s on its way.',
    faults: (tid) => [{ when: answers(tid), action: { kind: 'hold', seconds: 60 } }],
    afterSeconds: 61,
    expected: paid,
  },
  {
    name: 'notification-lost',
    about: 'Notifications are lost on their way: only the result counts.',
    faults: (tid) => [{ when: shows(tid), action: { kind: 'drop' }, standing: true }],
    expected: paid,
  },
  {
    name: 'notification-twice',
    about: 'Notifications come twice.',
    faults: (tid) => [{ when: shows(tid), action: { kind: 'double' }, standing: true }],
    expected: paid,
  },
  {
    name: 'notification-order',
    about: 'Two notifications come in the other order: APPROVED is no result.',
    letters: 'DIP0',
    faults: (tid) => [{ when: shows(tid, 'CONNECTING'), action: { kind: 'swap' } }],
  },
  {
    name: 'notification-unknown',
    about: 'Notifications have values that no version has: the till shows or ignores them.',
    faults: (tid) => [{ when: shows(tid), action: { kind: 'unknown-value' }, standing: true }],
    expected: paid,
  },
  {
    name: 'silence',
    about: 'Nothing happens for a while: the till answers pings, and its connection stays open.',
    rules: ['answers-pings'],
    expected: paid,
    isSilent: true,
  },
  {
    name: 'silence-in-sale',
    about: 'The customer takes three minutes to find a card: the till waits.',
    withinSeconds: KEYED_OVER,
    faults: (tid) => [machineIs('silent', tid, { seconds: 180 })],
    rules: ['answers-pings'],
    expected: paid,
  },
];

const wire: readonly CounterScenario[] = [
  {
    name: 'connection-habits',
    about: 'What helps when something goes wrong: an epos-id, and pongs with their payload.',
    rules: ['has-epos-id', 'returns-ping-payload'],
    expected: paid,
  },
];

export const counterCatalogue: readonly Scenario[] = [
  ...[results, refusals, signatures, cancels, drops, delays, wire].flat().map(atCounter),
];
