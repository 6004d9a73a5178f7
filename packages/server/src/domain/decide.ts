// The events that a command to a job leads to. Pure; a command that comes late, twice or in the
// wrong state leads to none.

import type { NotificationValue, SchemaViolation } from '@tillgate/protocol';
import { linkNotificationValues } from '@tillgate/protocol';
import type { EndedJob, Job, JobEvent, JobResult, OpenJob } from './job.ts';
import type { LastOrder, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';
import { paymentOf, paymentWithoutOutcome, timedOutReport } from './result.ts';

/** After so many answers that cannot be used the till is not asked again about one signature. */
const MAX_INVALID_ANSWERS = 5;

export type JobCommand =
  | { readonly kind: 'show'; readonly value: NotificationValue }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'decideCancel'; readonly cancelled: boolean }
  | { readonly kind: 'askSignature'; readonly wanted: SignatureWanted }
  | { readonly kind: 'judgeSignature'; readonly accepted: boolean }
  | { readonly kind: 'rejectSignatureAnswer'; readonly errors: readonly SchemaViolation[] }
  | { readonly kind: 'expireSignature' }
  | { readonly kind: 'disconnectTerminal' }
  | { readonly kind: 'reconnectTerminal' }
  | { readonly kind: 'rejectReport' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'finish'; readonly outcome: MachineOutcome }
  | { readonly kind: 'finishReport'; readonly result: MachineReport }
  | { readonly kind: 'reportLastOrder'; readonly last: LastOrder; readonly localTime: string }
  | { readonly kind: 'reachLimit'; readonly localTime: string }
  /** Its start was durable too late; the machine never hears of it [C-11.26]. */
  | { readonly kind: 'expireStart'; readonly localTime: string }
  | { readonly kind: 'markDelivered' }
  | { readonly kind: 'markTableReport' };

/** The events a command leads to; none when it changes nothing, such as a late or repeated one. */
export function decideJob(job: Job, command: JobCommand, at: number): readonly JobEvent[] {
  return job.phase === 'open' ? decideOpen(job, command, at) : decideEnded(job, command, at);
}

function decideOpen(job: OpenJob, command: JobCommand, at: number): readonly JobEvent[] {
  switch (command.kind) {
    case 'show':
      return isTerminalValue(command.value) ? [{ kind: 'showed', value: command.value, at }] : [];
    case 'cancel':
      return job.cancelling ? [] : [{ kind: 'cancelAsked', at }];
    case 'decideCancel':
      if (!job.cancelling) return [];
      return [{ kind: 'cancelDecided', cancelled: command.cancelled, at }];
    case 'askSignature':
    case 'judgeSignature':
    case 'rejectSignatureAnswer':
    case 'expireSignature':
      return decideSignature(job, command, at);
    case 'disconnectTerminal':
      return job.link === 'down' ? [] : [{ kind: 'terminalLost', at }];
    case 'reconnectTerminal':
      return job.link === 'down' ? [{ kind: 'terminalReturned', at }] : [];
    case 'rejectReport':
      return job.link === 'up' ? [{ kind: 'terminalReportInvalid', at }] : [];
    case 'restart':
      return [{ kind: 'gatewayRestarted', at }];
    case 'finish':
    case 'finishReport':
      return ended(resultOf(job, command), { cause: 'machine', at });
    case 'reportLastOrder':
      return applyLastOrder(job, command, at);
    case 'reachLimit':
      return ended(withoutOutcome('timedOut', job, command.localTime), { cause: 'limit', at });
    case 'expireStart':
      return ended(withoutOutcome('notStarted', job, command.localTime), {
        cause: 'notStarted',
        at,
      });
    case 'markDelivered':
    case 'markTableReport':
      return [];
  }
}

type SignatureCommand = Extract<
  JobCommand,
  { kind: 'askSignature' | 'judgeSignature' | 'rejectSignatureAnswer' | 'expireSignature' }
>;

function decideSignature(job: OpenJob, command: SignatureCommand, at: number): readonly JobEvent[] {
  const { signature, order } = job;
  if (command.kind === 'askSignature') {
    if (order.kind === 'report' || signature.kind !== 'none') return [];
    return [{ kind: 'signatureAsked', wanted: command.wanted, at }];
  }
  if (signature.kind !== 'open') return [];
  if (command.kind === 'judgeSignature') {
    return [{ kind: 'signatureJudged', accepted: command.accepted, by: 'till', at }];
  }
  if (command.kind === 'rejectSignatureAnswer') {
    if (signature.invalidAnswers >= MAX_INVALID_ANSWERS) return [];
    return [{ kind: 'signatureAnswerInvalid', errors: command.errors, at }];
  }
  // Staff may have said no in an answer that cannot be read: then silence is no consent [C-4.37].
  if (signature.invalidAnswers > 0) {
    return [{ kind: 'signatureJudged', accepted: false, by: 'invalidAnswer', at }];
  }
  return [signatureUnanswered(job, at)];
}

function signatureUnanswered({ rules }: Job, at: number): JobEvent {
  const accepted = rules.signatureOnTimeout === 'accept';
  return { kind: 'signatureJudged', accepted, by: 'timeout', at };
}

function decideEnded(job: EndedJob, command: JobCommand, at: number): readonly JobEvent[] {
  if (command.kind === 'markDelivered') {
    return job.delivered ? [] : [{ kind: 'delivered', at }];
  }
  if (command.kind === 'markTableReport') {
    return job.tableReport === 'due' ? [{ kind: 'tableReportDelivered', at }] : [];
  }
  if (command.kind === 'finish' || command.kind === 'finishReport') {
    return outcomeLearnt(job, resultOf(job, command), at);
  }
  if (job.terminal === 'free') return [];
  if (command.kind === 'reconnectTerminal') return [{ kind: 'terminalReturned', at }];
  if (command.kind === 'askSignature') return judgeWithoutTill(job, at);
  return command.kind === 'reportLastOrder' ? lastOrderAfterEnd(job, command.last, at) : [];
}

function lastOrderAfterEnd(job: EndedJob, last: LastOrder, at: number): readonly JobEvent[] {
  if (last.status === 'running') {
    // It may have missed the answer about the signature.
    return job.signature.kind === 'judged' ? [{ kind: 'terminalWorking', at }] : [];
  }
  if (last.status === 'nothing') return [{ kind: 'terminalFreed', at }];
  return outcomeLearnt(job, resultOfLast(job, last), at);
}

/** The till, which has its result, is not asked; the machine waits for an answer all the same [C-4.36]. */
function judgeWithoutTill(job: EndedJob, at: number): readonly JobEvent[] {
  if (job.order.kind === 'report' || job.signature.kind === 'judged') return [];
  return [signatureUnanswered(job, at)];
}

/** The machine reports the outcome of a job that had timed out [C-4.19]. */
function outcomeLearnt(
  job: EndedJob,
  result: JobResult | undefined,
  at: number,
): readonly JobEvent[] {
  const { reconciledResult } = job;
  const known =
    'transactionResult' in reconciledResult
      ? reconciledResult.transactionResult
      : reconciledResult.reportResult;
  return result && known === 'TIMED_OUT' ? [{ kind: 'outcomeLearnt', result, at }] : [];
}

const terminalValues: ReadonlySet<string> = new Set(linkNotificationValues);

function isTerminalValue(value: NotificationValue): boolean {
  return terminalValues.has(value);
}

function applyLastOrder(
  job: OpenJob,
  { last, localTime }: { readonly last: LastOrder; readonly localTime: string },
  at: number,
): readonly JobEvent[] {
  if (job.link !== 'querying') return [];
  if (last.status === 'running') return [{ kind: 'terminalWorking', at }];
  if (last.status === 'nothing') {
    return ended(withoutOutcome('timedOut', job, localTime), { cause: 'forgotten', at });
  }
  return ended(resultOfLast(job, last), { cause: 'machine', at });
}

type EndCause = (JobEvent & { readonly kind: 'ended' })['cause'];

/** A result of the wrong kind ends nothing. */
function ended(
  result: JobResult | undefined,
  how: { readonly cause: EndCause; readonly at: number },
): readonly JobEvent[] {
  return result ? [{ kind: 'ended', result, ...how }] : [];
}

type Finish = Extract<JobCommand, { kind: 'finish' | 'finishReport' }>;

function resultOf(job: Job, command: Finish): JobResult | undefined {
  if (command.kind === 'finishReport') return reportOf(job, command.result);
  return outcomeOf(job, command.outcome);
}

function resultOfLast(job: Job, last: Extract<LastOrder, { status: 'outcome' | 'report' }>) {
  return last.status === 'report' ? reportOf(job, last.result) : outcomeOf(job, last.outcome);
}

function outcomeOf(job: Job, outcome: MachineOutcome): JobResult | undefined {
  if (job.order.kind !== 'transaction') return undefined;
  const { order, omittedCashback = 0 } = job.order;
  const requestedCashback = order.amountCashback + omittedCashback;
  const judgement = judgementOf(job);
  return paymentOf({ tid: job.tid, order, requestedCashback, outcome, judgement });
}

function judgementOf(job: Job) {
  if (job.signature.kind !== 'judged') return undefined;
  return { ...job.signature, seconds: Math.round(job.rules.signatureMs / 1000) };
}

function reportOf(job: Job, result: MachineReport): JobResult | undefined {
  if (job.order.kind !== 'report') return undefined;
  return {
    tid: job.tid,
    reportType: job.order.order.reportType,
    reportTime: result.reportTime,
    reportResult: 'COMPLETE',
    balances: result.balances,
    banking: result.banking,
    reportLines: [...result.reportLines],
  };
}

/** The end of a job that no card machine reported. */
function withoutOutcome(
  end: 'timedOut' | 'notStarted',
  { tid, order }: Job,
  localTime: string,
): JobResult {
  return order.kind === 'transaction'
    ? paymentWithoutOutcome(end, { tid, order: order.order }, localTime)
    : timedOutReport(tid, order.order, localTime);
}
