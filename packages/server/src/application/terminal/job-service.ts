// The current job of one card machine, towards the till that requested it: takes the till's cancel
// and its judgement of a signature, and sends what the events lead to.

import type { NotificationValue, SchemaViolation } from '@tillgate/protocol';
import { refuse } from '@tillgate/protocol';
import { isTable } from '../../domain/activity.ts';
import { tillEffects } from '../../domain/effects.ts';
import type { Job, JobEvent, JobResult, OpenJob } from '../../domain/job.ts';
import type { SignatureWanted } from '../../domain/machine.ts';
import type { PersistentStateMachine } from '../journal/persistent-state-machine.ts';
import { reportNoticeOf } from '../pat/messages.ts';
import type { PatOutbox } from '../pat/pat-outbox.ts';

/** The till's request that waits for a job. */
export interface JobListener {
  show(value: NotificationValue): void;
  askSignature(job: Job, wanted: SignatureWanted, secondsLeft: number): void;
  /** The question is no longer open. */
  closeSignature(): void;
  /** Called once, when the result is safe and the machine is free for the next job. */
  finish(result: JobResult): void;
}

export interface JobDeps {
  readonly outbox: PatOutbox;
}

export class JobService {
  readonly #deps: JobDeps;
  readonly #stateMachine: PersistentStateMachine;
  #listener: JobListener | undefined;
  /** Who waits for the machine's word on a cancel. */
  readonly #cancels: ((cancelled: boolean) => void)[] = [];

  constructor(deps: JobDeps, stateMachine: PersistentStateMachine) {
    this.#deps = deps;
    this.#stateMachine = stateMachine;
  }

  /** Sets who gets progress and result of the job just started. */
  attach(listener: JobListener | undefined): void {
    this.#listener = listener;
  }

  /** The job could not be taken on after all. */
  startFailed(): void {
    this.#listener = undefined;
    this.#answerCancels(false);
  }

  /** The current job, if it is that of `activityId` and open. */
  openJob(activityId: number): OpenJob | undefined {
    const { activity } = this.#stateMachine;
    if (this.#stateMachine.activityId !== activityId || !activity || isTable(activity))
      return undefined;
    return activity.phase === 'open' ? activity : undefined;
  }

  /** Throws the refusal of [C-4.26] unless a till's transaction is open here. */
  mustHaveTransaction(tid: string): void {
    const job = this.openJob(this.#stateMachine.activityId);
    if (job?.order.kind !== 'transaction') throw refuse('nothingToCancel', { tid });
  }

  /** Asks the machine to give up; whether it did, once it has decided. */
  cancel(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#cancels.push(resolve);
    this.#stateMachine.command({ kind: 'cancel' });
    return promise;
  }

  /** The till's word on a signature; false if nothing was open to judge. */
  judge(activityId: number, accepted: boolean): boolean {
    if (this.openJob(activityId)?.signature.kind !== 'open') return false;
    this.#stateMachine.command({ kind: 'judgeSignature', accepted });
    return true;
  }

  /** The till answered about a signature in a way that cannot be used; it is asked again. */
  rejectAnswer(activityId: number, errors: readonly SchemaViolation[]): void {
    if (this.openJob(activityId)?.signature.kind !== 'open') return;
    this.#stateMachine.command({ kind: 'rejectSignatureAnswer', errors });
  }

  /** Runs the side effects of an event of the current job, now that it is durable. */
  onCommitted(event: JobEvent, job: Job): void {
    const listener = this.#listener;
    if (job.phase === 'ended' || event.kind === 'signatureJudged') listener?.closeSignature();
    for (const announcement of tillEffects(job, event)) {
      if (announcement.kind === 'value') {
        listener?.show(announcement.value);
      } else if (announcement.kind === 'signature') {
        listener?.askSignature(job, announcement.wanted, signatureSecondsLeft(job, event.at));
      } else {
        this.enqueueReport(this.#stateMachine.activityId, job);
        listener?.finish(announcement.result);
        this.#answerCancels(isCancelled(announcement.result));
      }
    }
    if (event.kind === 'cancelDecided') this.#answerCancels(event.cancelled);
  }

  /** Queues a finished report for the till at the table too, if the site is set so [C-9.21]. */
  enqueueReport(activityId: number, job: Job): void {
    const id = job.rules.tableReportId;
    if (job.phase !== 'ended' || job.tableReport !== 'due' || id === undefined) return;
    const delivered = () =>
      this.#stateMachine.commandActivity(activityId, { kind: 'markTableReport' });
    this.#deps.outbox.enqueue({
      at: job.endedAt,
      from: { stream: this.#stateMachine.stream, activityId, number: 0 },
      notice: reportNoticeOf(job, id),
      delivered,
    });
  }

  #answerCancels(cancelled: boolean): void {
    for (const tell of this.#cancels.splice(0)) tell(cancelled);
  }
}

/** Whole seconds until the window of the open question ends; at least one. */
export function signatureSecondsLeft({ signature, rules }: Job, now: number): number {
  const askedAt = signature.kind === 'open' ? signature.askedAt : now;
  return Math.max(1, Math.ceil((askedAt + rules.signatureMs - now) / 1000));
}

function isCancelled(result: JobResult): boolean {
  return 'transactionResult' in result && result.transactionResult === 'CANCELLED';
}
