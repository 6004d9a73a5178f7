// A till that is rehearsed: `tillgate rehearse --till "node examples/rehearse/till.ts"` starts it with the addresses in its
// environment, and writes what to press as lines of JSON to its stdin. It answers with a line of JSON each.

import { createInterface } from 'node:readline';
import type {
  Outcome,
  PacTill,
  ReceiptLine,
  Transaction,
  TransactionOptions,
} from '@tillgate/client';
import { connect, serveTables, TillgateError } from '@tillgate/client';
import { memoryStore } from '../pat/memory-store.ts';
import { leftToPay } from '../pat/restaurant.ts';
import { tableHandlers } from '../pat/table-handlers.ts';

const { CONNECT_PAC_URI: uri = '', CONNECT_PAT_URI: tableUri = '' } = process.env;

const store = memoryStore([]);
// It starts without a gateway, too, and tries until it has one.
const counter = connect({ uri, eposId: 'TILL-1', retryFirst: true });
const tables = serveTables(
  { uri: tableUri, currency: 'GBP', seen: { has: store.isBooked }, retryFirst: true },
  tableHandlers(store, () => {}),
);

// Refused, superseded, or its token revoked: it says so, and stays away until somebody starts it again.
const staysAway = ({ message }: Error): void => console.error(message);
counter.catch(staysAway);
tables.then(({ closed }) => closed).catch(staysAway);

interface Command {
  readonly do: string;
  readonly tid: string;
  readonly currency: 'GBP';
  readonly amount: number;
  readonly cashback?: number;
  readonly authCode: string;
  readonly answer: string;
  readonly table: string;
}

/** What this till holds for true about a transaction. */
interface Booking {
  outcome: Outcome['outcome'] | 'open' | 'refused' | 'none';
  /** What the customer paid, in pence. */
  amountTotal?: number;
}

/** About its last one. */
let last: Booking = { outcome: 'none' };
let staffAnswer = 'accept';

/** What the printer of this till has printed for it, copy by copy. */
let printed: Readonly<Record<string, readonly ReceiptLine[] | undefined>> = {};

const options: TransactionOptions = {
  onSignature: ({ receiptLines }) => {
    printed = { slip: receiptLines.MERCHANT };
    return staffAnswer === 'none' ? new Promise<boolean>(() => {}) : staffAnswer === 'accept';
  },
};

/** Starts it, and finds out how it ended, whatever happens; it is never started again. */
async function take(start: (till: PacTill) => Transaction): Promise<void> {
  const booking: Booking = { outcome: 'open' };
  last = booking;
  printed = {};
  try {
    let end = await start(await counter);
    if (end.outcome === 'unknown') {
      booking.outcome = 'unknown';
      end = await end.resolve();
    }
    booking.outcome = end.outcome;
    const { MERCHANT, CUSTOMER } = end.payment?.receiptLines ?? {};
    printed = { ...printed, merchant: MERCHANT, customer: CUSTOMER };
    if (end.outcome === 'approved') booking.amountTotal = end.payment.amountTotal;
  } catch (cause) {
    if (!(cause instanceof TillgateError)) throw cause;
    booking.outcome = 'refused';
  }
}

async function report(tid: string): Promise<void> {
  const booking: Booking = { outcome: 'open' };
  last = booking;
  try {
    const { reportResult } = await (await counter).reportEndOfDay({ tid });
    booking.outcome = reportResult === 'COMPLETE' ? 'approved' : 'unknown';
  } catch {
    booking.outcome = 'refused';
  }
}

function answer(command: Command): object {
  const { tid, currency, amount, cashback, authCode, table } = command;
  const basics = { tid, currency, amount };
  switch (command.do) {
    case 'sale': {
      const extra = cashback === undefined ? {} : { amountCashback: cashback };
      void take((till) => till.sale({ ...basics, ...extra }, options));
      return {};
    }
    case 'refund':
      void take((till) => till.refund(basics, options));
      return {};
    case 'pre-auth':
      void take((till) => till.preAuth(basics, options));
      return {};
    case 'completion':
      void take((till) => till.completion({ ...basics, authCode }, options));
      return {};
    case 'verify':
      void take((till) => till.accountVerification(basics, options));
      return {};
    case 'cancel':
      counter.then((till) => till.cancel({ tid })).catch(() => {});
      return {};
    case 'report':
      void report(tid);
      return {};
    case 'signature':
      staffAnswer = command.answer;
      return {};
    case 'status':
      return last;
    case 'receipts':
      return { printed };
    case 'open-table': {
      const items = [{ name: 'Dinner', quantity: 1, price: amount }];
      store.save({ tableId: table, items, paid: 0, gratuity: 0 });
      return {};
    }
    case 'table-status': {
      const found = store.table(table);
      if (!found) return { unsupported: true };
      const { lockedBy, gratuity } = found;
      return { left: leftToPay(found), gratuity, locked: lockedBy !== undefined };
    }
    default:
      return { unsupported: true };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
// Whoever rehearses it has gone.
process.exit();
