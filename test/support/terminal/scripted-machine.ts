// Card machines that the test drives, also in invalid ways. Each remembers its last order until `loseMemory`;
// nothing happens by itself.

import type { TestGatewayOptions } from 'tillgate/testing';

export type Driver = NonNullable<TestGatewayOptions['driver']>;
type Line = ReturnType<Driver['open']>;
export type Report = Parameters<Parameters<Driver['open']>[2]>[0];
type Profile = Extract<Report, { kind: 'connected' }>['profile'];
type Value = Extract<Report, { kind: 'showing' }>['value'];
export type Outcome = Extract<Report, { kind: 'finished' }>['outcome'];
export type Card = Outcome['card'];
type Totals = Extract<Report, { kind: 'reported' }>['result'];
type TableReport = Extract<Report, { kind: 'tableRequest' }>;
export type TableAnswer = Parameters<TableReport['answer']>[0];
export type WaiterRequest = TableReport['request'];
type Order = Parameters<Line['start']>[0];
type LastOrder = Awaited<ReturnType<Line['lastOrder']>>;

/** A command to a machine: `start`, `startReport`, `cancel`, `accept`, `reject`, `accept unanswered`. */
export type Command = string;

export const card: Card = {
  paymentMethod: 'ICC_CHIP',
  cardholderVerificationMethod: 'PIN',
  authCode: 'Q7M2K4',
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  primaryAccountNumber: '************4821',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
};

/** The outcome of a sale, as a machine without faults reports it. */
export function outcome(
  transactionResult: Outcome['transactionResult'] = 'SUCCESSFUL',
  values: Partial<Outcome> = {},
): Outcome {
  const lines = [{ value: 'TOTAL           GBP12.50' }];
  return {
    transactionResult,
    transactionId: '4100231',
    transactionNumber: '0042',
    transactionTime: '2026-03-14T12:00:07',
    amountCashback: 0,
    amountGratuity: 0,
    card,
    receiptLines: { MERCHANT: lines, CUSTOMER: lines },
    ...values,
  };
}

/** A cancelled transaction has no data of the card [C-5.3]. */
export const cancelled = outcome('CANCELLED', {
  card: {
    paymentMethod: 'UNKNOWN',
    cardholderVerificationMethod: 'UNKNOWN',
    authCode: '',
    cardSchemeName: '',
    applicationId: '',
    applicationLabel: '',
    primaryAccountNumber: '',
    primaryAccountNumberSequence: '',
    dateOfStart: '',
    dateOfExpiry: '',
  },
  receiptLines: {},
});

export const totals: Totals = {
  reportTime: '2026-03-14T12:00:02',
  balances: {},
  banking: {},
  reportLines: [{ value: 'REPORT COMPLETE' }],
};

/** The machines of all sites of a test. */
export class ScriptedDriver implements Driver {
  readonly #machines: readonly ScriptedMachine[];

  constructor(...machines: readonly ScriptedMachine[]) {
    this.#machines = machines;
  }

  known(site: string): readonly string[] {
    return this.#machines.filter((one) => one.site === site).map(({ tid }) => tid);
  }

  serves(site: string, tid: string): boolean {
    return this.#find(site, tid) !== undefined;
  }

  open(site: string, tid: string, take: (report: Report) => void): Line {
    const machine = this.#find(site, tid);
    if (!machine) throw new Error(`There is no machine ${tid}.`);
    return machine.open(take);
  }

  #find(site: string, tid: string): ScriptedMachine | undefined {
    return this.#machines.find((one) => one.site === site && one.tid === tid);
  }
}

export class ScriptedMachine {
  readonly tid: string;
  readonly site: string;
  /** All commands that it received while it was connected, in order. */
  readonly commands: Command[] = [];
  /** The answers to its table requests, in order. */
  readonly answers: { readonly number: number; readonly answer: TableAnswer }[] = [];
  /** Every transaction it was given, in order. */
  readonly orders: Order[] = [];
  /** The order it was given last, and what it remembers of it. */
  order = '';
  #memory: LastOrder = { status: 'nothing' };
  readonly #profile: Profile;
  #there = true;
  #tableRequests = 0;
  #take: ((report: Report) => void) | undefined;
  /** Called when the gateway opens it; may throw. */
  onOpen: () => void = () => {};
  /** Called when a table request is answered; may throw. */
  onAnswer: () => void = () => {};
  /** Called with each command before it has an effect; may throw. */
  onCommand: (word: Command) => void = () => {};
  /** Answers `lastOrder` in place of its memory. */
  onLastOrder: ((order: string) => Promise<LastOrder>) | undefined;

  constructor(tid: string, profile: Partial<Profile> = {}, site = 'testhost') {
    this.tid = tid;
    this.site = site;
    this.#profile = {
      currency: 'GBP',
      cashback: true,
      transactions: ['SALE', 'REFUND', 'PRE_AUTH', 'COMPLETION', 'ACCOUNT_VERIFICATION'],
      reports: ['END_OF_DAY', 'BANKING', 'X_BALANCE', 'Z_BALANCE'],
      ...profile,
    };
  }

  open(take: (report: Report) => void): Line {
    this.onOpen();
    this.#take = take;
    if (this.#there) this.connect();
    return {
      start: (order) => this.#starts(order),
      startReport: ({ id }) => this.#begin('startReport', id),
      cancel: () => this.#receive('cancel'),
      answerSignature: (_order, accepted, unanswered) =>
        this.#receive(`${accepted ? 'accept' : 'reject'}${unanswered ? ' unanswered' : ''}`),
      lastOrder: (order) => this.#asked(order),
      close: () => {
        this.#take = undefined;
      },
    };
  }

  connect(): void {
    this.#there = true;
    this.report({ kind: 'connected', profile: this.#profile });
  }

  disconnect(): void {
    this.report({ kind: 'disconnected' });
    this.#there = false;
  }

  show(...values: readonly Value[]): void {
    for (const value of values) this.report({ kind: 'showing', order: this.order, value });
  }

  requestSignature(of: Card = card): void {
    const wanted = { merchantReceipt: [{ value: 'PLEASE SIGN BELOW' }], card: of };
    this.report({ kind: 'signatureWanted', order: this.order, wanted });
  }

  decideCancel(cancelled: boolean): void {
    this.report({ kind: 'cancelDecided', order: this.order, cancelled });
  }

  /** While it is disconnected it only remembers the outcome. */
  finish(ended: Outcome = outcome()): void {
    this.#memory = { status: 'outcome', outcome: ended };
    this.report({ kind: 'finished', order: this.order, outcome: ended });
  }

  finishReport(result: Totals = totals): void {
    this.#memory = { status: 'report', result };
    this.report({ kind: 'reported', order: this.order, result });
  }

  /** Makes a table request; gives its number. */
  request(tableRequest: WaiterRequest): number {
    this.#tableRequests += 1;
    const number = this.#tableRequests;
    const answer = (given: TableAnswer): void => {
      this.answers.push({ number, answer: given });
      this.onAnswer();
    };
    this.report({ kind: 'tableRequest', request: tableRequest, answer });
    return number;
  }

  /** The one answer to a table request, undefined while there is none. */
  answerTo(number: number): TableAnswer | undefined {
    const found = this.answers.filter((one) => one.number === number);
    if (found.length > 1)
      throw new Error(`Table request ${number} was answered ${found.length} times.`);
    return found[0]?.answer;
  }

  loseMemory(): void {
    this.#memory = { status: 'nothing' };
  }

  /** Sends any report; it is lost while the machine is disconnected. */
  report(report: Report): void {
    if (this.#there) this.#take?.(report);
  }

  #starts(order: Order): void {
    if (this.#there) this.orders.push(order);
    this.#begin('start', order.id);
  }

  #begin(word: Command, order: string): void {
    if (!this.#receive(word)) return;
    this.order = order;
    this.#memory = { status: 'running' };
  }

  #receive(word: Command): boolean {
    if (!this.#there) return false;
    this.commands.push(word);
    this.onCommand(word);
    return true;
  }

  #asked(order: string): Promise<LastOrder> {
    if (!this.#there) return Promise.reject(new Error(`${this.tid} is out of reach.`));
    if (this.onLastOrder) return this.onLastOrder(order);
    return Promise.resolve(order === this.order ? this.#memory : { status: 'nothing' });
  }
}
