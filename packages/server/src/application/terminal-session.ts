// One card machine at work: hears the machine and the tills, has the book decide, and does what
// follows: tells the machine, and the till that started the job.

import type { Payment } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import type { Job, JobEvent, JobResult, JobRules, OpenJob, Order, Starter } from '../domain/job.ts';
import { isSettled } from '../domain/job.ts';
import type { Instruction } from '../domain/tell.ts';
import { announce, instruct } from '../domain/tell.ts';
import type { Observer } from '../ports/observer.ts';
import type {
  TerminalDriver,
  TerminalLine,
  TerminalProfile,
  TerminalReport,
} from '../ports/terminal-driver.ts';
import type { BookWorld } from './job-book.ts';
import { JobBook } from './job-book.ts';
import type { JobOwner } from './job-owner.ts';
import type { LoadedChapter } from './journal.ts';
import { commandOf, safeLast, tellMachine } from './machine-talk.ts';

export type SessionWorld = Omit<BookWorld, 'journalFailed'> & { readonly observer: Observer };

/** A job taken on; `safe` is kept once it is journalled, rejected if it cannot be. */
export interface Accepted {
  readonly chapter: number;
  readonly safe: Promise<void>;
}

export class TerminalSession {
  readonly site: string;
  readonly tid: string;
  readonly #world: SessionWorld;
  readonly #book: JobBook;
  #line: TerminalLine | undefined;
  #profile: TerminalProfile | undefined;
  #owner: JobOwner | undefined;
  #free = true;
  #lastTransaction: LoadedChapter | undefined;

  constructor(site: string, tid: string, world: SessionWorld) {
    const { observer } = world;
    this.site = site;
    this.tid = tid;
    this.#world = world;
    this.#book = new JobBook(
      `${site}/${tid}`,
      { ...world, journalFailed: (cause) => observer.fault('journal', cause) },
      (event, job) => this.#act(event, job),
    );
  }

  /** Reads what the journal knows; what is open goes on, told to `ownerOf` it. */
  async load(ownerOf: (loaded: LoadedChapter) => JobOwner | undefined): Promise<void> {
    const loaded = await this.#book.load();
    if (!loaded) return;
    const { job } = loaded;
    this.#lastTransaction = await this.#findLastTransaction(loaded);
    this.#free = job.phase === 'ended' && job.terminal === 'free';
    if (isSettled(job)) return;
    this.#owner = ownerOf(loaded);
    this.#book.command({ command: 'restart' });
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
    if (this.#profile) this.#book.command({ command: 'regainTerminal' });
  }

  close(): void {
    this.#book.close();
    this.#line?.close();
  }

  /** What the machine can do; undefined while it is not connected. */
  get profile(): TerminalProfile | undefined {
    return this.#profile;
  }

  get isFree(): boolean {
    return this.#free;
  }

  /** Whether a shutdown has to wait. */
  get isWorking(): boolean {
    return this.#book.isBusy;
  }

  /** Chapter of the job in hand, or of the last one. */
  get chapter(): number {
    return this.#book.chapter;
  }

  /** A job before the one in hand. */
  earlier(chapter: number): Promise<LoadedChapter | undefined> {
    return this.#book.earlier(chapter);
  }

  /** The job in hand, if it is that of `chapter` and open. */
  openJob(chapter: number): OpenJob | undefined {
    const { job } = this.#book;
    return this.#book.chapter === chapter && job?.phase === 'open' ? job : undefined;
  }

  /** The last transaction that ended here, as the machine's last word has it [C-4.17 - C-4.19]. */
  get lastPayment(): Payment | undefined {
    const last = this.#lastTransaction?.job;
    return last?.phase === 'ended' ? (last.truth as Payment) : undefined;
  }

  /** Takes a job on if the machine is free. */
  start(order: (id: string) => Order, starter: Starter, rules: JobRules): Accepted {
    if (!this.#free) throw refuse('terminalBusy', { tid: this.tid });
    const last = this.#lastTransaction?.chapter;
    const accepted = this.#book.begin({
      tid: this.tid,
      order,
      starter,
      rules,
      ...(last === undefined ? {} : { lastTransaction: last }),
    });
    this.#free = false;
    accepted.safe.catch(() => {
      this.#owner = undefined;
      this.#free = true;
    });
    return accepted;
  }

  /** Names who hears of the job just taken on. */
  attach(owner: JobOwner): void {
    this.#owner = owner;
  }

  /** Throws the refusal of [C-4.26] unless a transaction is open here. */
  mustHaveTransaction(): void {
    const { job } = this.#book;
    if (job?.phase !== 'open' || job.order.kind !== 'transaction') {
      throw refuse('nothingToCancel', { tid: this.tid });
    }
  }

  cancel(): void {
    this.#book.command({ command: 'cancel' });
  }

  /** The till's word on a signature; false if nothing was open to judge. */
  judge(chapter: number, accepted: boolean): boolean {
    if (this.openJob(chapter)?.signature.signature !== 'open') return false;
    this.#book.command({ command: 'judgeSignature', accepted });
    return true;
  }

  /** The till has the result of this chapter. */
  delivered(chapter: number): void {
    this.#book.delivered(chapter);
  }

  /** Nobody fetched the result in time. */
  forget(chapter: number): Promise<void> {
    return this.#book.forget(chapter);
  }

  /** A report between does not hide the transaction before it [C-4.18]. */
  async #findLastTransaction(loaded: LoadedChapter): Promise<LoadedChapter | undefined> {
    const { job } = loaded;
    if (job.order.kind === 'transaction' && job.phase === 'ended') return loaded;
    if (job.lastTransaction === undefined) return undefined;
    return this.#book.earlier(job.lastTransaction);
  }

  #hear(report: TerminalReport): void {
    switch (report.report) {
      case 'connected':
        this.#profile = report.profile;
        if (this.#line) this.#book.command({ command: 'regainTerminal' });
        return;
      case 'disconnected':
        this.#profile = undefined;
        this.#book.command({ command: 'loseTerminal' });
        return;
      default:
        // A report on another order than the one in hand is a machine's mistake: it changes nothing.
        if (this.#isInHand(report.order)) this.#book.command(commandOf(report));
    }
  }

  #isInHand(order: string): boolean {
    return order === this.#book.job?.order.order.id;
  }

  /** Does what an event asks for, now that it is safe. */
  #act(event: JobEvent, job: Job): void {
    const owner = this.#owner;
    if (job.phase === 'ended' || event.event === 'signatureJudged') owner?.closeSignature();
    for (const announcement of announce(job, event)) {
      if (announcement.announce === 'value') {
        owner?.show(announcement.value);
      } else if (announcement.announce === 'signature') {
        const seconds = Math.ceil(job.rules.signatureMs / 1000);
        owner?.askSignature(job, announcement.wanted, seconds);
      } else {
        // The machine is free before the till knows [C-4.14, C-12.7].
        this.#rest(job);
        this.#observeEnd(job, announcement.result);
        owner?.finish(announcement.result);
      }
    }
    this.#rest(job);
    for (const instruction of instruct(job, event)) this.#instruct(job, instruction);
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

  /** The machine rests, unless a newer job has begun since. */
  #rest(job: Job): void {
    if (job.phase !== 'ended' || !this.#isInHand(job.order.order.id)) return;
    if (job.order.kind === 'transaction') {
      this.#lastTransaction = { chapter: this.#book.chapter, job };
    }
    if (job.terminal === 'free') this.#free = true;
  }

  #observeEnd(job: Job, result: JobResult): void {
    const lasted = job.phase === 'ended' ? job.endedAt - job.startedAt : 0;
    const [type, how] =
      'transactionResult' in result
        ? [result.transactionType, result.transactionResult]
        : [result.reportType, result.reportResult];
    this.#world.observer.transactionEnded(type, how, lasted);
  }

  /** Asks what became of an order; a machine out of reach is asked again when it is back. */
  async #askLastOrder(id: string): Promise<void> {
    try {
      const last = await this.#line?.lastOrder(id);
      if (!last || !this.#isInHand(id)) return;
      const localTime = this.#world.localTime();
      this.#book.command({ command: 'tellLastOrder', last: safeLast(last), localTime });
    } catch (cause) {
      this.#world.observer.fault('lastOrder', cause);
    }
  }
}
