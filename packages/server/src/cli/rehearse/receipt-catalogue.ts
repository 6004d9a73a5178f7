// The scenarios of receipts at the counter: both copies, one alone, none, very long ones and ones in other scripts, and
// the copy to sign. A till that can tell what it has printed is asked; of any other the wire alone is judged.

import type { CounterScenario } from './counter-scenario.ts';
import { atCounter, USUAL_AMOUNT } from './counter-scenario.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, cut, machineIs } from './scenario-faults.ts';

const paid = { amountTotal: USUAL_AMOUNT };
/** Above the limit of a signature question [C-11.6]. */
const SIGNATURE_OVER = 100;
const printed: Pick<CounterScenario, 'rules'> = {
  rules: ['prints-receipts', 'prints-no-receipt'],
};

const receipts: readonly CounterScenario[] = [
  {
    ...{ ...printed, name: 'receipt-copies', expected: paid },
    about: 'A sale is approved: the merchant copy and the customer copy are printed whole.',
  },
  {
    ...{ ...printed, name: 'receipt-declined', letters: 'DIP0' },
    about: 'A sale is declined: both copies are printed, with the box that says so.',
  },
  {
    ...{ ...printed, name: 'receipt-void', letters: 'VIP0' },
    about: 'A sale is reversed: both copies are printed, with the box that says so.',
  },
  {
    ...{ ...printed, name: 'receipt-none', letters: 'UIP0' },
    about: 'The card machine fails: there is no receipt, and none is printed.',
  },
  {
    ...{ ...printed, name: 'receipt-merchant-only', expected: paid },
    about: 'The card machine prints the merchant copy alone: there is no copy for the customer.',
    behaviour: { scenario: 'merchant-copy-only' },
  },
  {
    ...{ ...printed, name: 'receipt-long', expected: paid },
    about: 'The receipt has 300 lines more than usual: they are printed, too.',
    faults: (tid) => [machineIs('long-receipt', tid, { when: atOnce })],
  },
  {
    ...{ ...printed, name: 'receipt-wide', expected: paid },
    about: 'The receipt has wide signs, accents, other scripts and every format.',
    faults: (tid) => [machineIs('wide-receipt', tid, { when: atOnce })],
  },
  {
    ...{ ...printed, name: 'receipt-after-drop' },
    about: 'The connection breaks before the result: the receipt is printed when it has come.',
    faults: (tid) => [
      cut({ kind: 'message', direction: 'sent', method: 'sale', part: 'response', tid }, 'before'),
    ],
    expected: { beliefs: ['approved', 'unknown', 'open'] },
  },
  {
    ...{ name: 'receipt-to-sign', letters: 'SIS0', signature: 'none' },
    about: 'The copy to sign is printed as soon as the till is asked about the signature.',
    isSlipAsked: true,
    withinSeconds: SIGNATURE_OVER,
    rules: ['prints-slip', ...(printed.rules ?? [])],
    expected: paid,
  },
  {
    ...{ name: 'receipt-to-sign-long', letters: 'SIS0', signature: 'none' },
    about:
      'The copy to sign has 300 lines more than usual: it is printed whole before it is signed.',
    faults: (tid) => [machineIs('long-receipt', tid, { when: atOnce })],
    isSlipAsked: true,
    withinSeconds: SIGNATURE_OVER,
    rules: ['prints-slip', ...(printed.rules ?? [])],
    expected: paid,
  },
];

export const receiptCatalogue: readonly Scenario[] = receipts.map(atCounter);
