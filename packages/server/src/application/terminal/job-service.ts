// The job in hand at one card machine, towards its till: hears what the till has to say of it, and does
// what its events ask for. Knows no machine.

import { refuse } from '@tillgate/protocol';
import { isTable } from '../../domain/activity.ts';
import { announce } from '../../domain/effects.ts';
import type { Job, JobEvent, JobResult, OpenJob } from '../../domain/job.ts';
import type { Observer } from '../../ports/observer.ts';
import type { WorkBook } from '../journal/persistent-state-machine.ts';
import { reportNoticeOf } from '../pat/messages.ts';
import type { TableTill } from '../pat/pat-outbox.ts';
import type { JobOwner } from './job-listener.ts';

export interface JobWorld {
  readonly observer: Observer;
  readonly tableTill: TableTill;
}

export class JobService {
  readonly #world: JobWorld;
  readonly #book: WorkBook;
  #owner: JobOwner | undefined;
  /** Who waits for the machine's word on a cancel. */
  readonly #cancels: ((cancelled: boolean) => void)[] = [];

  constructor(world: JobWorld, book: WorkBook) {
    this.#world = world;
    this.#book = book;
  }

  /** Names who hears of the job just taken on. */
  attach(owner: JobOwner | undefined): void {
    this.#owner = owner;
  }

  /** The job could not be taken on after all. */
  abandon(): void {
    this.#owner = undefined;
    this.#tellCancels(false);
  }

  /** The job in hand, if it is that of `chapter` and open. */
  openJob(chapter: number): OpenJob | undefined {
    const { work } = this.#book;
    if (this.#book.chapter !== chapter || !work || isTable(work)) return undefined;
    return work.phase === 'open' ? work : undefined;
  }

  /** Throws the refusal of [C-4.26] unless a till's transaction is open here. */
  mustHaveTransaction(tid: string): void {
    const job = this.openJob(this.#book.chapter);
    if (job?.order.kind !== 'transaction') throw refuse('nothingToCancel', { tid });
  }

  /** Asks the machine to give up; whether it did, once it has decided. */
  cancel(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#cancels.push(resolve);
    this.#book.command({ command: 'cancel' });
    return promise;
  }

  /** The till's word on a signature; false if nothing was open to judge. */
  judge(chapter: number, accepted: boolean): boolean {
    if (this.openJob(chapter)?.signature.signature !== 'open') return false;
    this.#book.command({ command: 'judgeSignature', accepted });
    return true;
  }

  /** Does what an event of the job in hand asks for, now that it is safe. */
  act(event: JobEvent, job: Job): void {
    const owner = this.#owner;
    if (job.phase === 'ended' || event.event === 'signatureJudged') owner?.closeSignature();
    for (const announcement of announce(job, event)) {
      if (announcement.announce === 'value') {
        owner?.show(announcement.value);
      } else if (announcement.announce === 'signature') {
        const seconds = Math.ceil(job.rules.signatureMs / 1000);
        owner?.askSignature(job, announcement.wanted, seconds);
      } else {
        this.#observeEnd(job, announcement.result);
        this.tellReport(this.#book.chapter, job);
        owner?.finish(announcement.result);
        this.#tellCancels(isCancelled(announcement.result));
      }
    }
    if (event.event === 'cancelDecided') this.#tellCancels(event.cancelled);
  }

  /** A finished report is told at the table too, if the site wants it so [C-9.21]. */
  tellReport(chapter: number, job: Job): void {
    const id = job.rules.tableReportId;
    if (job.phase !== 'ended' || job.tableReport !== 'due' || id === undefined) return;
    const delivered = () => this.#book.commandTo(chapter, { command: 'markTableReport' });
    this.#world.tableTill.keep({
      at: job.endedAt,
      from: { stream: this.#book.stream, chapter, number: 0 },
      notice: reportNoticeOf(job, id),
      delivered,
    });
  }

  #tellCancels(cancelled: boolean): void {
    for (const tell of this.#cancels.splice(0)) tell(cancelled);
  }

  #observeEnd(job: Job, result: JobResult): void {
    const lasted = job.phase === 'ended' ? job.endedAt - job.startedAt : 0;
    const [type, how] =
      'transactionResult' in result
        ? [result.transactionType, result.transactionResult]
        : [result.reportType, result.reportResult];
    this.#world.observer.transactionEnded(type, how, lasted);
  }
}

function isCancelled(result: JobResult): boolean {
  return 'transactionResult' in result && result.transactionResult === 'CANCELLED';
}
