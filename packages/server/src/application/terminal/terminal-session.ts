// One card machine at work: hears the machine and the tills, has the book decide, and does what
// follows: tells the machine, and the till that started the job.

import type { Payment } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import type { Beginning } from '../../domain/activity.ts';
import {
  instructWork,
  isMachineFree,
  isSettled,
  isTable,
  jobIn,
  lastPaymentOf,
  orderInHand,
} from '../../domain/activity.ts';
import type { Instruction } from '../../domain/effects.ts';
import type { Job, JobEvent, JobRules, Order, Starter } from '../../domain/job.ts';
import type {
  TableAnswer,
  TerminalDriver,
  TerminalLine,
  TerminalProfile,
  TerminalReport,
} from '../../ports/terminal-driver.ts';
import type { LoadedChapter } from '../journal/journal.ts';
import type { BookWorld, Turn } from '../journal/persistent-state-machine.ts';
import { WorkBook } from '../journal/persistent-state-machine.ts';
import { TableService } from '../pat/pat.ts';
import type { TableMachine, TableWorld } from '../pat/table-machine.ts';
import type { JobOwner } from './job-listener.ts';
import { JobService } from './job-service.ts';
import { commandOf, safeLast, tellMachine } from './terminal-mapping.ts';

export type SessionWorld = Omit<BookWorld, 'journalFailed'> & TableWorld;

/** A job taken on; `safe` is kept once it is journalled, rejected if it cannot be. */
export interface Accepted {
  readonly chapter: number;
  readonly safe: Promise<void>;
}

export class TerminalSession implements TableMachine {
  readonly site: string;
  readonly tid: string;
  readonly book: WorkBook;
  /** The job in hand, towards its till. */
  readonly jobs: JobService;
  readonly #world: SessionWorld;
  readonly #tables: TableService;
  #line: TerminalLine | undefined;
  #profile: TerminalProfile | undefined;
  #free = true;
  /** Chapter with the last transaction that ended here. */
  #lastTransaction: LoadedChapter | undefined;

  constructor(site: string, tid: string, world: SessionWorld) {
    const { observer } = world;
    this.site = site;
    this.tid = tid;
    this.#world = world;
    this.book = new WorkBook(
      `${site}/${tid}`,
      { ...world, journalFailed: (cause) => observer.fault('journal', cause) },
      (turn) => this.#act(turn),
    );
    this.jobs = new JobService(world, this.book);
    this.#tables = new TableService(world, this);
  }

  /** Reads what the journal knows; what is open goes on, told to `ownerOf` it. */
  async load(ownerOf: (loaded: LoadedChapter, job: Job) => JobOwner | undefined): Promise<void> {
    const loaded = await this.book.load();
    if (!loaded) return;
    const { work } = loaded;
    this.#lastTransaction = await this.#findLastTransaction(loaded);
    this.#free = isMachineFree(work);
    if (isSettled(work)) return;
    if (!isTable(work)) this.jobs.attach(ownerOf(loaded, work));
    this.resume(loaded);
    this.book.command({ command: 'restart' });
  }

  /** What the till at the table must still be told of a chapter, perhaps an earlier one. */
  resume(loaded: LoadedChapter): void {
    const { chapter, work } = loaded;
    this.book.remember(loaded);
    if (isTable(work)) this.#tables.resume(chapter, work);
    else this.jobs.tellReport(chapter, work);
  }

  /** Opens the line to the machine, unless it is open; what it reports from now on is heard. */
  open(driver: TerminalDriver): void {
    if (this.#line) return;
    try {
      this.#line = driver.open(this.site, this.tid, (report) => this.#hear(report));
    } catch (cause) {
      this.#world.observer.fault('terminal', cause);
      return;
    }
    if (this.#profile) this.book.command({ command: 'regainTerminal' });
  }

  close(): void {
    this.book.close();
    this.#tables.close();
    this.#line?.close();
  }

  /** What the machine can do; undefined while it is not connected. */
  get profile(): TerminalProfile | undefined {
    return this.#profile;
  }

  /** Whether it takes a job now. */
  get isFree(): boolean {
    return this.#free && !this.#tables.isChoosing;
  }

  /** Whether neither a job nor a table is in hand. */
  get isIdle(): boolean {
    return this.#free;
  }

  /** Whether a shutdown has to wait. */
  get isWorking(): boolean {
    return this.book.isBusy;
  }

  /** Chapter of the work in hand, or of the last. */
  get chapter(): number {
    return this.book.chapter;
  }

  /** Work before the one in hand. */
  earlier(chapter: number): Promise<LoadedChapter | undefined> {
    return this.book.earlier(chapter);
  }

  /**
   * The last transaction that ended here, as the machine's last word has it [C-4.17 - C-4.19]; of
   * these types, if any are named.
   */
  async lastPayment(types?: readonly Payment['transactionType'][]): Promise<Payment | undefined> {
    let loaded = this.#lastTransaction;
    while (loaded) {
      const payment = lastPaymentOf(loaded.work);
      if (payment && (types?.includes(payment.transactionType) ?? true)) return payment;
      const before = loaded.work.lastTransaction;
      loaded = before === undefined ? undefined : await this.earlier(before);
    }
    return undefined;
  }

  /** Takes a job on if the machine is free. */
  start(order: (id: string) => Order, starter: Starter, rules: JobRules): Accepted {
    if (!this.isFree) throw refuse('terminalBusy', { tid: this.tid });
    const { tid } = this;
    const accepted = this.begin((id, at) => ({
      ...{ event: 'started', at, tid, order: order(id), starter, rules },
    }));
    accepted.safe.catch(() => this.jobs.abandon());
    return accepted;
  }

  /** Begins a chapter: from here until its end the machine is busy. */
  begin(make: (id: string, at: number) => Beginning): Accepted {
    const last = this.#lastTransaction?.chapter;
    const lastTransaction = last === undefined ? {} : { lastTransaction: last };
    const accepted = this.book.begin((id, at) => ({ ...make(id, at), ...lastTransaction }));
    this.#free = false;
    accepted.safe.catch(() => {
      this.#free = true;
    });
    return accepted;
  }

  /** The till has the result of this chapter. */
  delivered(chapter: number): void {
    this.book.commandTo(chapter, { command: 'markDelivered' });
  }

  /** Nobody fetched the result in time. */
  forget(chapter: number): Promise<void> {
    return this.book.forget(chapter);
  }

  /** The till at the table goes without this machine soon. */
  leaveTable(): void {
    this.#tables.leaveSoon();
  }

  answer(number: number, answer: TableAnswer): void {
    try {
      this.#line?.answerTable(number, answer);
    } catch (cause) {
      this.#world.observer.fault('terminal', cause);
    }
  }

  /** A report between does not hide the transaction before it [C-4.18]. */
  async #findLastTransaction(loaded: LoadedChapter): Promise<LoadedChapter | undefined> {
    const { work } = loaded;
    if (lastPaymentOf(work)) return loaded;
    return work.lastTransaction === undefined ? undefined : this.earlier(work.lastTransaction);
  }

  #hear(report: TerminalReport): void {
    switch (report.report) {
      case 'connected':
        this.#profile = report.profile;
        if (this.#line) this.book.command({ command: 'regainTerminal' });
        return;
      case 'disconnected':
        this.#profile = undefined;
        this.#tables.lose();
        this.book.command({ command: 'loseTerminal' });
        return;
      case 'tableWish':
        this.#tables.hear(report.number, report.wish);
        return;
      default:
        // A report on another order than the one in hand is a machine's mistake: it changes nothing.
        if (this.#isInHand(report.order)) this.book.command(commandOf(report));
    }
  }

  #isInHand(order: string): boolean {
    const { work } = this.book;
    return work !== undefined && order === orderInHand(work);
  }

  /** Does what an event asks for, now that it is safe. */
  #act(turn: Turn): void {
    const { event, work } = turn;
    this.#rest(turn);
    if (isTable(work)) this.#tables.act(event, work);
    else this.jobs.act(event as JobEvent, work);
    const job = jobIn(work);
    if (job) for (const instruction of instructWork(work, event)) this.#instruct(job, instruction);
  }

  /** A machine that cannot be told has its limit all the same. */
  #instruct({ order }: Job, instruction: Instruction): void {
    if (instruction.tell === 'askLastOrder') {
      void this.#askLastOrder(order.order.id);
      return;
    }
    try {
      if (this.#line) tellMachine(this.#line, order, instruction);
    } catch (cause) {
      this.#world.observer.fault('terminal', cause);
    }
  }

  /** The machine rests before anybody knows [C-4.14, C-12.7], unless newer work has begun since. */
  #rest({ chapter, work }: Turn): void {
    if (chapter !== this.book.chapter) return;
    if (lastPaymentOf(work)) this.#lastTransaction = { chapter, work };
    if (isMachineFree(work)) this.#free = true;
  }

  /** Asks what became of an order; a machine out of reach is asked again when it is back. */
  async #askLastOrder(id: string): Promise<void> {
    try {
      const last = await this.#line?.lastOrder(id);
      if (!last || !this.#isInHand(id)) return;
      const localTime = this.#world.localTime();
      this.book.command({ command: 'tellLastOrder', last: safeLast(last), localTime });
    } catch (cause) {
      this.#world.observer.fault('lastOrder', cause);
    }
  }
}
