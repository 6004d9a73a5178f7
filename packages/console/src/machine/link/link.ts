// Links the machine to the gateway and keeps it linked; plays what it is handed and makes its reports.

import type { CardMachine, ConnectionState, MadeReport, TerminalLink } from '@tillgate/client';
import { Discontinued, HandshakeRefused, linkTerminal } from '@tillgate/client';
import type { LinkReportOrder, ReportType } from '@tillgate/protocol';
import { reported } from '../books/books.ts';
import type { Identity } from '../books/memory.ts';
import {
  forgetIdentity,
  forgetOrders,
  keepBooks,
  loadBooks,
  orderMemory,
} from '../books/memory.ts';
import { receipts, reportLines } from '../paper/printouts.ts';
import { localTime, playOrder, recalled } from '../payment/payment-runner.ts';
import { lineState, paper, print, remark } from '../state.ts';
import { openByCable } from './network-switch.ts';
import { address } from './page-address.ts';

let link: TerminalLink | undefined;

/** Undefined while there is no line of any kind. */
export function currentLink(): TerminalLink | undefined {
  return link;
}

/** Links the machine that is paired; every try that fails is followed by another. */
export async function start(who: Identity): Promise<void> {
  try {
    link = await linkTerminal(
      {
        ...{ host: who.host, tid: who.tid, token: who.token },
        ...{ retryFirst: true, open: openByCable },
        onState: (state) => changed(state),
      },
      machineOf(who),
    );
    address(who);
  } catch (cause) {
    if (lineState.value.state !== 'stopped')
      lineState.value = { state: 'stopped', cause: asError(cause) };
  }
}

/** Does not wait out the pause before the next try. */
export function retryNow(): void {
  link?.retryNow();
}

/** Takes the machine away from this browser: its key is given up, and what it is at with it. */
export function unpair(because = ''): void {
  link?.close();
  forgetIdentity(because);
  location.reload();
}

/** Loss of power and of all memory but the key. */
export function loseMemory(): void {
  forgetOrders();
  location.reload();
}

/** The last transaction once more, on paper. */
export function printLast(who: Identity): void {
  const { last } = loadBooks(who.currency);
  const { CUSTOMER } = last ? receipts(last, who) : {};
  if (!last) remark.value = 'Nothing has been taken yet.';
  else if (!CUSTOMER) remark.value = 'The last transaction took nothing.';
  else if (!print('Last transaction', CUSTOMER)) remark.value = noPaper;
}

/** The totals so far, on paper; nothing is reset. */
export function printTotals(who: Identity): void {
  const { lines } = made('X_BALANCE', who);
  if (!print('Totals', lines)) remark.value = noPaper;
}

const noPaper = 'There is no paper.';

function machineOf(who: Identity): CardMachine {
  return {
    get profile() {
      return {
        currency: who.currency,
        cashback: true,
        transactions: ['SALE', 'REFUND', 'PRE_AUTH', 'COMPLETION', 'ACCOUNT_VERIFICATION'],
        reports: ['X_BALANCE', 'Z_BALANCE', 'BANKING', 'END_OF_DAY'],
      } as const;
    },
    memory: orderMemory(),
    start: (order, screen) => {
      if (!paper.value) throw new Error('There is no paper.');
      return playOrder(order, screen, who);
    },
    recall: (order) => recalled(order, who),
    report: (order) => report(order, who),
  };
}

function report({ reportType }: LinkReportOrder, who: Identity): MadeReport {
  const { lines, time, books, sums } = made(reportType, who);
  if (!print(titles[reportType], lines)) throw new Error('There is no paper.');
  keepBooks(books);
  return { reportTime: time, ...sums, reportLines: lines };
}

function made(type: ReportType, who: Identity) {
  const time = localTime();
  const { books, sums } = reported(loadBooks(who.currency), type, time);
  const lines = reportLines(sums, { ...who, time, title: titles[type].toUpperCase() });
  return { lines, time, books, sums };
}

const titles: Readonly<Record<ReportType, string>> = {
  X_BALANCE: 'X balance',
  Z_BALANCE: 'Z balance',
  BANKING: 'Banking',
  END_OF_DAY: 'End of day',
};

function changed(state: ConnectionState): void {
  lineState.value = state;
  if (state.state !== 'stopped') return;
  const { cause } = state;
  if (cause instanceof Discontinued && cause.reason === 'tokenRevoked') {
    unpair('The key of this machine was revoked.');
  } else if (cause instanceof HandshakeRefused && cause.status === 401) {
    unpair('The gateway does not know this machine any more.');
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
