// One transaction or report at a card machine, from hand-over to its one end: what may happen to it
// (events) and what they make of it (evolve). Pure: no socket, clock or store.

import type {
  Id,
  NotificationValue,
  Payment,
  Report,
  SchemaViolation,
  Version,
} from '@tillgate/protocol';
import type { ReportOrder, SignatureWanted, TransactionOrder } from './machine.ts';

/** What the machine is given to do. */
export type Order =
  | {
      readonly kind: 'transaction';
      readonly order: TransactionOrder;
      /** What the till requested, if the machine does not offer cashback: it is not in the order [C-4.7]. */
      readonly omittedCashback?: number;
    }
  | { readonly kind: 'report'; readonly order: ReportOrder };

/** How it ended. */
export type JobResult = Payment | Report;

/** Who asked for it, as far as it must be known after a crash. */
export interface RequestedBy {
  readonly requestId: Id;
  readonly version: Version;
  readonly eposId?: string;
  /** Id of the token that it proved itself by. */
  readonly tokenId?: string;
  readonly softwareHouseId: string;
  readonly installerId: string;
}

/** The rules in force when it began [C-11.6 - C-11.9]. */
export interface JobRules {
  /** Milliseconds from the request until its start must be durable; later it is not started any more [C-11.26]. */
  readonly startMs: number;
  readonly limitMs: number;
  readonly signatureMs: number;
  readonly signatureOnTimeout: 'accept' | 'reject';
  /** Id under which a finished report is also sent to the till at the table [C-9.21]. */
  readonly tableReportId?: string;
}

export type JobEvent = { readonly at: number } & (
  | {
      readonly kind: 'started';
      readonly tid: string;
      readonly order: Order;
      readonly requestedBy: RequestedBy;
      readonly rules: JobRules;
      /** Activity with the last transaction that ended at this card machine before. */
      readonly lastTransaction?: number;
    }
  | { readonly kind: 'showed'; readonly value: NotificationValue }
  | { readonly kind: 'cancelAsked' }
  | { readonly kind: 'cancelDecided'; readonly cancelled: boolean }
  | { readonly kind: 'signatureAsked'; readonly wanted: SignatureWanted }
  /** An answer of the till to the signature question that cannot be used, and what is wrong with it. */
  | { readonly kind: 'signatureAnswerInvalid'; readonly errors: readonly SchemaViolation[] }
  | { readonly kind: 'signatureJudged'; readonly accepted: boolean; readonly by: JudgedBy }
  | { readonly kind: 'terminalLost' }
  | { readonly kind: 'terminalReturned' }
  | { readonly kind: 'terminalWorking' }
  /** The machine sent a message that cannot be used, which may have been the end. */
  | { readonly kind: 'terminalReportInvalid' }
  | { readonly kind: 'gatewayRestarted' }
  | {
      readonly kind: 'ended';
      readonly result: JobResult;
      readonly cause: 'machine' | 'limit' | 'forgotten' | 'notStarted';
    }
  | { readonly kind: 'outcomeLearnt'; readonly result: JobResult }
  | { readonly kind: 'terminalFreed' }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'tableReportDelivered' }
);

/** Who judged a signature; `invalidAnswer`: the window ended after answers that cannot be used. */
export type JudgedBy = 'till' | 'timeout' | 'invalidAnswer';

/** The connection to the card machine: `querying` while it is asked for its last order. */
type TerminalLink = 'up' | 'down' | 'querying';

export type Signature =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'open';
      readonly wanted: SignatureWanted;
      readonly askedAt: number;
      /** Answers that cannot be used. */
      readonly invalidAnswers: number;
    }
  | { readonly kind: 'judged'; readonly accepted: boolean; readonly by: JudgedBy };

interface JobBase {
  readonly tid: string;
  readonly order: Order;
  /** None for a payment at a table. */
  readonly requestedBy: RequestedBy | undefined;
  readonly rules: JobRules;
  readonly startedAt: number;
  readonly lastTransaction: number | undefined;
}

export type OpenJob = JobBase & {
  readonly phase: 'open';
  readonly link: TerminalLink;
  readonly limitAt: number;
  readonly signature: Signature;
  readonly cancelling: boolean;
  /** The latest value shown, for a till that comes back [C-4.40]. */
  readonly showing: NotificationValue;
};

export type EndedJob = JobBase & {
  readonly phase: 'ended';
  readonly endedAt: number;
  /** The result that is sent to the till. */
  readonly result: JobResult;
  /** What `duplicate` returns: the outcome that the machine reported later, if any [C-4.19]. */
  readonly reconciledResult: JobResult;
  /** Whether the machine is known to be idle [C-4.14]. */
  readonly terminal: 'free' | 'unknown';
  readonly delivered: boolean;
  /** Whether the report must still be sent to the till at the table. */
  readonly tableReport: 'none' | 'due' | 'delivered';
  /** How a signature was judged, for an outcome that is reported later. */
  readonly signature: Signature;
};

export type Job = OpenJob | EndedJob;

/** After a restart the machine is queried first, even if the limit has passed meanwhile. */
const RESTART_GRACE_MS = 10_000;

/** The state after an event; `undefined` before the first. */
export function evolveJob(job: Job | undefined, event: JobEvent): Job {
  if (event.kind === 'started') return startJob(event);
  if (!job) throw new Error(`A job cannot begin with ${event.kind}.`);
  return job.phase === 'open' ? evolveOpen(job, event) : evolveEnded(job, event);
}

type JobStart = Omit<JobEvent & { kind: 'started' }, 'kind' | 'requestedBy'> & {
  readonly requestedBy?: RequestedBy;
};

/** The state when it has just been handed over. */
export function startJob(beginning: JobStart): OpenJob {
  const { tid, order, requestedBy, rules, lastTransaction, at } = beginning;
  return {
    phase: 'open',
    tid,
    order,
    requestedBy,
    rules,
    startedAt: at,
    lastTransaction,
    link: 'up',
    limitAt: at + rules.limitMs,
    signature: { kind: 'none' },
    cancelling: false,
    showing: 'TRANSACTION_STARTED',
  };
}

function evolveOpen(job: OpenJob, event: JobEvent): Job {
  switch (event.kind) {
    case 'showed':
      return { ...job, showing: event.value };
    case 'cancelAsked':
      return { ...job, cancelling: true, showing: 'ATTEMPTING_CANCEL' };
    case 'cancelDecided':
      return {
        ...job,
        cancelling: event.cancelled,
        showing: event.cancelled ? 'CANCELLING' : 'UNABLE_TO_CANCEL',
      };
    case 'signatureAsked':
      return {
        ...job,
        signature: { kind: 'open', wanted: event.wanted, askedAt: event.at, invalidAnswers: 0 },
        showing: 'SIGNATURE_VERIFICATION_IN_PROGRESS',
      };
    case 'signatureAnswerInvalid':
      return job.signature.kind === 'open'
        ? {
            ...job,
            signature: { ...job.signature, invalidAnswers: job.signature.invalidAnswers + 1 },
          }
        : job;
    case 'signatureJudged':
      return judge(job, event);
    case 'terminalLost':
      return { ...job, link: 'down' };
    case 'terminalReturned':
    case 'terminalReportInvalid':
      return { ...job, link: 'querying' };
    case 'terminalWorking':
      return { ...job, link: 'up' };
    case 'gatewayRestarted':
      return {
        ...job,
        link: 'down',
        limitAt: Math.max(job.limitAt, event.at + RESTART_GRACE_MS),
      };
    case 'ended':
      return end(job, event);
    default:
      return job;
  }
}

/** The limit waits for an open window [C-4.13]. */
function judge(job: OpenJob, event: JobEvent & { kind: 'signatureJudged' }): OpenJob {
  const open = job.signature.kind === 'open' ? event.at - job.signature.askedAt : 0;
  const { accepted, by } = event;
  return {
    ...job,
    signature: { kind: 'judged', accepted, by },
    limitAt: job.limitAt + open,
    showing: by !== 'till' ? 'SIGNATURE_VERIFICATION_TIMEOUT' : job.showing,
  };
}

function end(job: OpenJob, event: JobEvent & { kind: 'ended' }): EndedJob {
  const { tid, order, requestedBy, rules, startedAt, lastTransaction, signature } = job;
  return {
    phase: 'ended',
    tid,
    order,
    requestedBy,
    rules,
    startedAt,
    lastTransaction,
    endedAt: event.at,
    result: event.result,
    reconciledResult: event.result,
    terminal: event.cause === 'limit' ? 'unknown' : 'free',
    delivered: false,
    tableReport:
      isCompleteReport(event.result) && rules.tableReportId !== undefined ? 'due' : 'none',
    signature,
  };
}

function isCompleteReport(result: JobResult): boolean {
  return 'reportResult' in result && result.reportResult === 'COMPLETE';
}

/** What comes after its end. */
export function evolveEnded(job: EndedJob, event: JobEvent): EndedJob {
  switch (event.kind) {
    case 'signatureJudged':
      return { ...job, signature: { kind: 'judged', accepted: event.accepted, by: event.by } };
    case 'outcomeLearnt':
      return { ...job, reconciledResult: event.result, terminal: 'free' };
    case 'terminalFreed':
      return { ...job, terminal: 'free' };
    case 'delivered':
      return { ...job, delivered: true };
    case 'tableReportDelivered':
      return { ...job, tableReport: 'delivered' };
    default:
      return job;
  }
}

/** The payment it was, as the machine's last word has it; undefined of a report. */
export function paymentIn({ reconciledResult }: EndedJob): Payment | undefined {
  return 'transactionResult' in reconciledResult ? reconciledResult : undefined;
}

/**
 * Whether anything still has to happen: an end, a machine to be freed, a result to be delivered.
 */
export function isJobComplete(job: Job): boolean {
  if (job.phase === 'open' || job.terminal === 'unknown') return false;
  if (job.tableReport === 'due') return false;
  return job.delivered || job.requestedBy?.eposId === undefined;
}

/** Whether an event may wait for the next row of the journal: only a till's screen needs it. */
export function isTransientJobEvent(event: JobEvent): boolean {
  return event.kind === 'showed';
}
