// What is published about the methods of pay at counter in v1, by method: titles, purposes, examples and rules.

import * as example from '../examples/pac.ts';
import type { Report } from '../schema/report.ts';
import type { PacMethodAbout } from './pac-messages.ts';
import type { v1Methods } from './v1-pac.ts';

export const v1About: Readonly<Record<keyof typeof v1Methods, PacMethodAbout>> = {
  connectedTerminals: {
    title: 'List connected card machines',
    purpose: 'Lists the card machines that are connected to the site, optionally filtered.',
    answer: 'The card machines that pass every filter, ordered by tid; [] if there are none.',
    exampleParams: [undefined, { status: 'AVAILABLE', currency: 'EUR' }],
    exampleResults: [
      [example.terminal, { ...example.terminal, tid: 'VCMINVLSIP0', status: 'BUSY' }],
      [],
    ],
    rules: ['C-4.2', 'C-4.3'],
  },
  terminalDetails: {
    title: 'Look at one card machine',
    purpose: 'Asks for one card machine of the site.',
    answer: 'The card machine; if it is unknown or not connected the answer is error -32070.',
    exampleParams: [{ tid: example.tid }],
    exampleResults: [example.terminal],
    rules: ['C-4.2', 'C-4.4'],
  },
  sale: transaction({
    title: 'Take a payment',
    exampleParams: [{ ...example.asked, amountCashback: 1000 }],
    exampleResults: [example.sale, example.timedOut],
  }),
  refund: transaction({
    title: 'Give money back',
    exampleParams: [{ ...example.asked, amount: 499 }],
    exampleResults: [example.refund],
  }),
  preAuth: transaction({
    title: 'Reserve an amount',
    exampleParams: [{ ...example.asked, amount: 20000 }],
    exampleResults: [example.preAuth],
  }),
  completion: transaction({
    title: 'Take a reserved amount',
    exampleParams: [
      {
        ...example.asked,
        amount: 17350,
        authCode: 'P3X9D5',
        amountPreAuthorisedTotal: 20000,
      },
    ],
    exampleResults: [example.completion],
  }),
  accountVerification: transaction({
    title: 'Check a card',
    exampleParams: [{ ...example.asked, amount: 0 }],
    exampleResults: [example.accountVerification],
  }),
  duplicate: {
    title: 'Repeat the last result',
    purpose: 'Asks for the result of the last transaction that ended on the card machine.',
    answer: 'That payment with only the CUSTOMER receipt. Compare type, amount and time.',
    exampleParams: [{ tid: example.tid }],
    exampleResults: [example.duplicate],
    rules: ['C-4.17', 'C-4.18', 'C-4.19', 'C-4.20', 'C-4.21'],
  },
  cancelTransaction: {
    title: 'Try to cancel',
    purpose: 'Requests that the card machine cancels its current transaction.',
    answer: 'The request was passed on. The result of the transaction itself says what happened.',
    exampleParams: [{ tid: example.tid }],
    exampleResults: [{ cancelling: true }],
    rules: ['C-4.22', 'C-4.23', 'C-4.24', 'C-4.25', 'C-4.26'],
  },
  reportEndOfDay: report('End of day', example.endOfDay),
  reportBanking: report('Banking', example.bankingReport),
  reportXBalance: report('X balance', example.xBalance, example.reportTimedOut),
  reportZBalance: report('Z balance', example.zBalance),
};

function transaction(
  own: Pick<PacMethodAbout, 'title' | 'exampleParams' | 'exampleResults'>,
): PacMethodAbout {
  return {
    purpose:
      'Starts a transaction on a card machine. The request stays open until it has ended; ' +
      'progress comes as terminalNotification.',
    answer: 'How it ended. Declined, void, cancelled and timed out are results, not errors.',
    ...own,
    rules: ['C-4.5', 'C-4.6', 'C-4.7', 'C-4.8', 'C-4.16', 'C-5.2', 'C-5.3'],
  };
}

function report(title: string, ...exampleResults: readonly Report[]): PacMethodAbout {
  return {
    title: `${title} report`,
    purpose: 'Runs a report on a card machine. It takes a while and cannot be cancelled.',
    answer: 'The finished report, or reportResult TIMED_OUT.',
    exampleParams: [{ tid: example.tid }],
    exampleResults,
    rules: ['C-4.27', 'C-4.28', 'C-4.29', 'C-4.30'],
  };
}
