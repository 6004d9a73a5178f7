// Card machines that a test moves by hand, also as no good machine would move. Each remembers its
// last order as a good one does, unless the test makes it forget; nothing moves by itself.

import type { TestGatewayOptions } from 'tillgate/testing';

export type Driver = NonNullable<TestGatewayOptions['driver']>;
type Line = ReturnType<Driver['open']>;
export type Report = Parameters<Parameters<Driver['open']>[2]>[0];
type Profile = Extract<Report, { report: 'connected' }>['profile'];
type Value = Extract<Report, { report: 'showing' }>['value'];
export type Outcome = Extract<Report, { report: 'finished' }>['outcome'];
export type Card = Outcome['card'];
type Totals = Extract<Report, { report: 'reported' }>['result'];
export type TableAnswer = Parameters<Line['answerTable']>[1];
export type TableWish = Extract<Report, { report: 'tableWish' }>['wish'];
type Order = Parameters<Line['start']>[0];
type LastOrder = Awaited<ReturnType<Line['lastOrder']>>;

/** What a machine was told: `start`, `startReport`, `cancel`, `accept`, `reject`, `accept unanswered`. */
export type Word = string;

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

/** How a sale ended, as a good machine tells it. */
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

/** Nothing of the card is told [C-5.3]. */
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
    return machine.opened(take);
  }

  #find(site: string, tid: string): ScriptedMachine | undefined {
    return this.#machines.find((one) => one.site === site && one.tid === tid);
  }
}

export class ScriptedMachine {
  readonly tid: string;
  readonly site: string;
  /** Everything it was told while it was in reach, in order. */
  readonly told: Word[] = [];
  /** The answers to what its waiter wished, in order. */
  readonly answers: { readonly number: number; readonly answer: TableAnswer }[] = [];
  /** Every transaction it was given, as it was given. */
  readonly orders: Order[] = [];
  /** The order it was given last, and what it remembers of it. */
  order = '';
  #memory: LastOrder = { knows: 'nothing' };
  readonly #profile: Profile;
  #there = true;
  #wishes = 0;
  #take: ((report: Report) => void) | undefined;
  /** Called when its line is opened: may throw. */
  onOpen: () => void = () => {};
  /** Called when its waiter is answered: may throw. */
  onAnswer: () => void = () => {};
  /** Called when it is told a word, before anything else: may throw. */
  onWord: (word: Word) => void = () => {};
  /** Asked what became of an order: instead of its memory. */
  onAsked: ((order: string) => Promise<LastOrder>) | undefined;

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

  opened(take: (report: Report) => void): Line {
    this.onOpen();
    this.#take = take;
    if (this.#there) this.connects();
    return {
      start: (order) => this.#starts(order),
      startReport: ({ id }) => this.#begin('startReport', id),
      cancel: () => this.#hear('cancel'),
      answerSignature: (_order, accepted, unanswered) =>
        this.#hear(`${accepted ? 'accept' : 'reject'}${unanswered ? ' unanswered' : ''}`),
      answerTable: (number, answer) => {
        this.answers.push({ number, answer });
        this.onAnswer();
      },
      lastOrder: (order) => this.#asked(order),
      close: () => {
        this.#take = undefined;
      },
    };
  }

  connects(): void {
    this.#there = true;
    this.says({ report: 'connected', profile: this.#profile });
  }

  drops(): void {
    this.says({ report: 'disconnected' });
    this.#there = false;
  }

  shows(...values: readonly Value[]): void {
    for (const value of values) this.says({ report: 'showing', order: this.order, value });
  }

  asksSignature(of: Card = card): void {
    const wanted = { merchantReceipt: [{ value: 'PLEASE SIGN BELOW' }], card: of };
    this.says({ report: 'signatureWanted', order: this.order, wanted });
  }

  decidesCancel(cancelled: boolean): void {
    this.says({ report: 'cancelDecided', order: this.order, cancelled });
  }

  /** Out of reach it only remembers. */
  finishes(ended: Outcome = outcome()): void {
    this.#memory = { knows: 'outcome', outcome: ended };
    this.says({ report: 'finished', order: this.order, outcome: ended });
  }

  finishesReport(result: Totals = totals): void {
    this.#memory = { knows: 'report', result };
    this.says({ report: 'reported', order: this.order, result });
  }

  /** Its waiter wants something; gives the number of the wish. */
  wishes(wish: TableWish): number {
    this.#wishes += 1;
    this.says({ report: 'tableWish', number: this.#wishes, wish });
    return this.#wishes;
  }

  /** The one answer to a wish, undefined while there is none. */
  answerTo(number: number): TableAnswer | undefined {
    const found = this.answers.filter((one) => one.number === number);
    if (found.length > 1) throw new Error(`Wish ${number} was answered ${found.length} times.`);
    return found[0]?.answer;
  }

  forgets(): void {
    this.#memory = { knows: 'nothing' };
  }

  /** Anything at all; out of reach nobody hears it. */
  says(report: Report): void {
    if (this.#there) this.#take?.(report);
  }

  #starts(order: Order): void {
    if (this.#there) this.orders.push(order);
    this.#begin('start', order.id);
  }

  #begin(word: Word, order: string): void {
    if (!this.#hear(word)) return;
    this.order = order;
    this.#memory = { knows: 'running' };
  }

  #hear(word: Word): boolean {
    if (!this.#there) return false;
    this.told.push(word);
    this.onWord(word);
    return true;
  }

  #asked(order: string): Promise<LastOrder> {
    if (!this.#there) return Promise.reject(new Error(`${this.tid} is out of reach.`));
    if (this.onAsked) return this.onAsked(order);
    return Promise.resolve(order === this.order ? this.#memory : { knows: 'nothing' });
  }
}
