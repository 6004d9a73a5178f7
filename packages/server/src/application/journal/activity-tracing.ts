// What the events of the activities of one card machine are in their traces: each activity is one trace, and the
// events begin and end its parts. The state machine calls it only if traces are wanted.

import type { Activity, ActivityEvent } from '../../domain/activity.ts';
import {
  currentJob,
  isComplete,
  isInProgress,
  isStartEvent,
  isTable,
} from '../../domain/activity.ts';
import type { JobResult } from '../../domain/job.ts';
import type { ActivityTrace, EndPart, TracedPart, TraceFacts, Tracer } from '../../ports/tracer.ts';
import { siteAndTid, tableResult } from './transaction-summary.ts';

/** Parts of which there is one at a time; of commits there may be several. */
type SinglePart = Exclude<TracedPart, 'journal commit'>;

interface Traced {
  readonly trace: ActivityTrace;
  readonly parts: Map<SinglePart, EndPart>;
  isEnded: boolean;
  /** Whether the journal lacks nothing: then it may be that nothing more is heard of it. */
  isComplete: boolean;
}

/** An event, and the state after it. */
interface Happened {
  readonly activityId: number;
  readonly event: ActivityEvent;
  readonly activity: Activity;
}

export class ActivityTracing {
  readonly #tracer: Tracer;
  readonly #stream: string;
  readonly #traced = new Map<number, Traced>();

  constructor(tracer: Tracer, stream: string) {
    this.#tracer = tracer;
    this.#stream = stream;
  }

  /** An event was applied; call what is returned when it is durable, with the error if it could not be kept. */
  happened(happened: Happened): (error?: unknown) => void {
    const { activityId, event } = happened;
    const traced = this.#find(happened);
    apply(traced, happened);
    const endCommit = traced.trace.part('journal commit', { event: event.kind });
    return (error) => {
      endCommit({}, error !== undefined);
      if (error !== undefined) this.#giveUp(activityId, 'not journalled');
      else if (this.#traced.get(activityId) === traced) this.#durable(traced, happened);
    };
  }

  /** Something that only the screen of the till needs: nothing waits for its write. */
  showed({ activityId, event, activity }: Happened): void {
    if (event.kind !== 'showed') return;
    this.#find({ activityId, event, activity }).trace.note(event.value);
  }

  /** The till has the result of an activity that was complete without that. */
  delivered(activityId: number): void {
    const traced = this.#traced.get(activityId);
    if (traced) this.#finished(activityId, traced);
  }

  /** No delivery is expected any more. */
  expired(activityId: number): void {
    this.#giveUp(activityId, 'expired');
  }

  /** What goes on is traced where it is taken up. */
  close(): void {
    for (const activityId of [...this.#traced.keys()]) this.#giveUp(activityId, 'left');
  }

  #find({ activityId, event, activity }: Happened): Traced {
    const known = this.#traced.get(activityId);
    if (known) return known;
    this.#giveUpOld(activityId);
    const resumed = !isStartEvent(event);
    const trace = this.#tracer.begin({
      id: `${this.#stream}/${activityId}`,
      ...siteAndTid(this.#stream),
      type: typeOf(activity),
      startedAt: activity.startedAt,
      resumed,
    });
    const traced: Traced = { trace, parts: new Map(), isEnded: false, isComplete: false };
    if (resumed && currentJob(activity)?.phase === 'open') begin(traced, 'card machine');
    this.#traced.set(activityId, traced);
    return traced;
  }

  #durable(traced: Traced, { activityId, event, activity }: Happened): void {
    const { trace } = traced;
    if (isStartEvent(event)) trace.note('accepted');
    if (startsMachine(event)) begin(traced, 'card machine');
    if (event.kind === 'delivered') finish(traced, 'delivery');
    if (!isInProgress(activity) && !traced.isEnded) {
      traced.isEnded = true;
      const result = resultOf(activity);
      trace.end({ result }, result === 'TIMED_OUT');
      if (!isDelivered(activity)) begin(traced, 'delivery');
    }
    traced.isComplete = isComplete(activity);
    if (traced.isComplete && isDelivered(activity)) this.#finished(activityId, traced);
  }

  #finished(activityId: number, traced: Traced): void {
    finish(traced, 'delivery');
    this.#traced.delete(activityId);
  }

  /** A till without an epos-id may be gone before it has the result, of which nobody says anything. */
  #giveUpOld(newest: number): void {
    const complete = [...this.#traced].filter(([id, one]) => one.isComplete && id < newest);
    // The pong that says so may still be on its way for the last one.
    for (const [id] of complete.slice(0, -1)) this.#giveUp(id, 'not delivered');
  }

  #giveUp(activityId: number, why: string): void {
    const traced = this.#traced.get(activityId);
    if (!traced) return;
    this.#traced.delete(activityId);
    for (const end of traced.parts.values()) end({ why }, true);
    if (!traced.isEnded) traced.trace.end({ why }, true);
  }
}

/** Whether everybody has what came of it. */
function isDelivered(activity: Activity): boolean {
  if (isTable(activity)) return isComplete(activity);
  return activity.phase === 'ended' && (activity.delivered || activity.requestedBy === undefined);
}

function startsMachine({ kind }: ActivityEvent): boolean {
  return kind === 'started' || kind === 'paymentStarted';
}

/** Begins and ends the parts that an event stands for, at the moment in which it was applied. */
function apply(traced: Traced, { event }: Happened): void {
  switch (event.kind) {
    case 'gatewayRestarted':
    case 'terminalLost':
    case 'terminalReturned':
    case 'terminalReportInvalid':
    case 'cancelAsked':
    case 'outcomeLearnt':
      traced.trace.note(event.kind);
      return;
    case 'cancelDecided':
      traced.trace.note(event.kind, { cancelled: event.cancelled });
      return;
    case 'signatureAsked':
      begin(traced, 'signature question');
      return;
    case 'signatureJudged':
      finish(traced, 'signature question', { accepted: event.accepted, by: event.by });
      return;
    case 'ended':
      finish(traced, 'signature question');
      finish(traced, 'card machine', { result: resultText(event.result), cause: event.cause });
      return;
    case 'lockAsked':
      begin(traced, 'lock question');
      return;
    case 'lockConfirmed':
    case 'lockRefused':
    case 'lockFailed':
      finish(traced, 'lock question', { answer: event.kind });
      return;
    case 'tableLeft':
      begin(traced, 'table closing');
      return;
    case 'tableUnlocked':
      finish(traced, 'table closing');
      return;
    default:
  }
}

function begin({ trace, parts }: Traced, name: SinglePart): void {
  if (!parts.has(name)) parts.set(name, trace.part(name));
}

function finish({ parts }: Traced, name: SinglePart, facts?: TraceFacts): void {
  parts.get(name)?.(facts);
  parts.delete(name);
}

function typeOf(activity: Activity): string {
  if (isTable(activity)) return 'TABLE';
  const { order } = activity;
  return order.kind === 'report' ? order.order.reportType : order.order.transactionType;
}

function resultOf(activity: Activity): string {
  if (isTable(activity)) return tableResult(activity);
  return activity.phase === 'ended' ? resultText(activity.result) : 'OPEN';
}

function resultText(result: JobResult): string {
  return 'reportResult' in result ? result.reportResult : result.transactionResult;
}
