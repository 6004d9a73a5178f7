// A till on plain WebSockets that does everything right except the one thing that its argument names. It takes the
// commands of a rehearsal on its stdin.
//
//   node faulty-till.ts repeats-after-drop

import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const fault = process.argv[2] ?? 'none';
const is = (name: string): boolean => fault === name;

const { CONNECT_PAC_URI: pacUri = '', CONNECT_PAT_URI: patUri = '' } = process.env;
const extra = is('says-more') ? '&till=PLAIN-1' : '';
const pacAddress = is('has-no-epos-id') ? pacUri : `${pacUri}&epos-id=PLAIN-1${extra}`;

/** How the card machine is called in the version of the address. */
const tidKey = /api-version=v1/.test(pacUri) ? 'tid' : 'tpi';

const RETRY_MS = 400;
const MOMENT_MS = 300;
const CLOSED_FOR_GOOD = [4001, 4003];

// biome-ignore lint/suspicious/noExplicitAny: a till reads whatever comes.
type Message = any;

function pauseAfter(failures: number, waitMs: number): number {
  if (is('hammers')) return 1;
  const pauseMs = RETRY_MS * 2 ** Math.min(failures, 6);
  return is('ignores-retry-after') ? pauseMs : Math.max(pauseMs, waitMs);
}

/** Connects, and connects again, ever slower, until it is told to stay away. */
function keepConnected(uri: string, onMessage: (message: Message) => void) {
  let socket: WebSocket;
  let failures = 0;
  let times = 0;
  let isConnected = false;
  const connect = (): void => {
    times += 1;
    const asked = times > 1 && is('changes-version') ? uri.replace('=v1', '=v0') : uri;
    socket = new WebSocket(asked, {
      autoPong: !is('answers-no-pings'),
      followRedirects: is('follows-redirects'),
      ...(is('offers-subprotocol') && { headers: { 'Sec-WebSocket-Protocol': 'json-rpc' } }),
      ...(is('gives-up-early') && { handshakeTimeout: 1_000 }),
    });
    let waitMs = 0;
    let isRefused = false;
    socket.on('unexpected-response', async (_, response) => {
      waitMs = Number(response.headers['retry-after'] ?? 0) * 1_000;
      const isPassing = [429, 503].includes(response.statusCode ?? 0);
      isRefused = response.headers['content-type'] === 'application/json' && !isPassing;
      socket.terminate();
    });
    socket.on('open', () => {
      failures = 0;
      afterAMoment(() => {
        isConnected = true;
        resend?.();
      });
    });
    socket.on('message', (data) => onMessage(JSON.parse(String(data))));
    socket.on('error', () => {});
    socket.on('close', (code) => {
      failures += 1;
      isConnected = false;
      const isOver =
        (CLOSED_FOR_GOOD.includes(code) && !is('never-stays-away')) ||
        (isRefused && !is('keeps-asking'));
      if (is('never-returns') || isOver) return;
      setTimeout(connect, pauseAfter(failures, waitMs));
    });
  };
  let resend: (() => void) | undefined;
  connect();
  return {
    /** Whether there was a connection to send it over. */
    send: (message: object): boolean => {
      if (!isConnected) return false;
      socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
      return true;
    },
    /** Called whenever it is connected again. */
    onOpen: (then: (() => void) | undefined) => {
      resend = then;
    },
  };
}

// The counter.

interface Sale {
  readonly id: number;
  readonly method: string;
  readonly params: { readonly amount?: number };
  outcome: string;
  amountTotal?: number;
}

let lastId = Date.now() % 100_000;
let sale: Sale | undefined;

function nextId(): number {
  lastId += 1;
  return lastId;
}

let staffAnswer = 'accept';

const words: Readonly<Record<string, string>> = {
  SUCCESSFUL: 'approved',
  DECLINED: 'declined',
  CANCELLED: 'cancelled',
  VOID: 'void',
  UNSUCCESSFUL: 'unsuccessful',
  TIMED_OUT: 'unknown',
};

function wordFor(result: string): string {
  if (is('reads-successful') && result.includes('SUCCESSFUL')) return 'approved';
  if (is('books-timed-out') && result === 'TIMED_OUT') return 'approved';
  if (is('takes-unknown-for-failed') && result === 'TIMED_OUT') return 'declined';
  return words[result] ?? 'unknown';
}

const counter = keepConnected(pacAddress, (message) => {
  if (message.method === 'signatureVerificationRequest') judge(message);
  if (message.method === undefined && message.id === sale?.id) finish(message);
});

/** What was printed for the last one. */
let printed: Record<string, Message[]> = {};

function print(copy: string, lines: Message[] | undefined): void {
  if (!lines || is('prints-nothing')) return;
  const whole = is('prints-short') ? lines.slice(0, 50) : lines;
  printed[copy] = whole.map(({ value, format = [] }) => ({
    value: is('prints-ascii') ? value.replaceAll(/[^\x20-\x7e]/g, '?') : value,
    format: is('prints-plain') ? [] : format,
  }));
}

function judge({ id, params }: Message): void {
  if (!is('prints-slip-late')) print('slip', params.receiptLines.MERCHANT);
  if (staffAnswer === 'none' || is('never-answers-signature')) return;
  const accepted = staffAnswer === 'accept' || is('always-accepts-signature');
  counter.send({ id, result: { accepted } });
  if (is('answers-twice')) counter.send({ id, result: { accepted } });
}

function finish({ result, error }: Message): void {
  if (sale?.outcome !== 'open') return;
  sale.outcome = error ? 'refused' : wordFor(result.transactionResult ?? 'SUCCESSFUL');
  const { MERCHANT, CUSTOMER } = result?.receiptLines ?? {};
  print('merchant', MERCHANT);
  print('customer', CUSTOMER ?? (is('invents-receipt') ? [{ value: 'PAID' }] : undefined));
  if (sale.outcome !== 'approved') return;
  const paid = is('books-what-it-asked') ? sale.params.amount : result?.amountTotal;
  if (paid !== undefined) sale.amountTotal = paid;
}

function start(method: string, params: Sale['params']): void {
  const started: Sale = { id: nextId(), method, params, outcome: 'open' };
  sale = started;
  printed = {};
  const { id } = started;
  const extra = is('sends-unknown-keys') ? { till: 'PLAIN-1' } : {};
  if (!counter.send({ id, method, params: { ...params, ...extra } })) {
    started.outcome = 'refused';
    return;
  }
  counter.onOpen(() => {
    if (started.outcome !== 'open') return;
    if (is('repeats-after-drop')) counter.send({ id: nextId(), method, params });
    if (is('takes-lost-for-failed')) started.outcome = 'declined';
    if (is('has-no-epos-id')) started.outcome = 'unknown';
  });
}

// The tables.

interface Table {
  left: number;
  gratuity: number;
  lockedBy?: string | undefined;
}

const tables = new Map<string, Table>();
const booked = new Set<string>();

const atTable = keepConnected(patUri, (message) => {
  const { id, method, params } = message;
  const table = tables.get(params?.tableId);
  switch (method) {
    case 'tableListRequest':
      answer(id, { tables: [...tables.keys()], currency: 'GBP' });
      break;
    case 'tableLockRequest':
      answer(id, lock(table, params[tidKey]));
      break;
    case 'posReceiptRequest':
    case 'finalPosReceiptRequest':
      answer(id, { receiptLines: [{ value: `TABLE ${params.tableId}` }] });
      break;
    case 'transactionResponse':
      if (table) for (const payment of params.payments) book(table, payment);
      break;
    case 'tableUnlock':
      if (table && table.lockedBy === params[tidKey] && !is('never-unlocks')) {
        table.lockedBy = undefined;
      }
      break;
    default:
  }
});

/** `takes-a-moment` is no fault: a till has seconds for what it does. */
function afterAMoment(act: () => void): void {
  if (is('takes-a-moment')) setTimeout(act, MOMENT_MS);
  else act();
}

function answer(id: unknown, result: object): void {
  afterAMoment(() => atTable.send({ id, result }));
}

function lock(table: Table | undefined, tid: string): object {
  const isHeld = table?.lockedBy !== undefined && table.lockedBy !== tid && !is('locks-twice');
  if (!table || table.left === 0 || isHeld) return { confirmed: false };
  table.lockedBy = tid;
  return { confirmed: true, amount: table.left, currency: 'GBP' };
}

function book(table: Table, payment: Message): void {
  if (booked.has(payment.paymentId) && !is('books-twice')) return;
  booked.add(payment.paymentId);
  const { amountPaid = 0, amountCashback = 0, amountGratuity = 0 } = payment;
  const extra = is('takes-gratuity-off-bill') ? amountGratuity : 0;
  table.left -= amountPaid - amountCashback + extra;
  table.gratuity += amountGratuity;
}

// What is pressed.

const starts: Readonly<Record<string, string>> = {
  sale: 'sale',
  refund: 'refund',
  'pre-auth': 'preAuth',
  completion: 'completion',
  verify: 'accountVerification',
};

function press(command: Message): object {
  const { tid, currency, amount, cashback, authCode, table } = command;
  const method = starts[command.do];
  if (method !== undefined) {
    if (is('ends-at-sale')) process.exit(3);
    const more = { ...(authCode && { authCode }), ...(cashback && { amountCashback: cashback }) };
    start(method, { [tidKey]: tid, currency, amount, ...more });
    return {};
  }
  switch (command.do) {
    case 'cancel': {
      const cancel = { id: nextId(), method: 'cancelTransaction', params: { [tidKey]: tid } };
      afterAMoment(() => counter.send(cancel));
      return {};
    }
    case 'signature':
      staffAnswer = command.answer;
      return {};
    case 'status':
      return sale
        ? { outcome: sale.outcome, ...(sale.amountTotal && { amountTotal: sale.amountTotal }) }
        : { outcome: 'none' };
    case 'receipts':
      return { printed };
    case 'open-table':
      tables.set(table, { left: amount, gratuity: 0 });
      return {};
    case 'table-status': {
      const { left = 0, gratuity = 0, lockedBy } = tables.get(table) ?? {};
      return { left, gratuity, locked: lockedBy !== undefined };
    }
    default:
      return { unsupported: true };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(press(JSON.parse(line))));
}
