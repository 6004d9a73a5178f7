// The events that a command to a job leads to. Pure; a command that comes late, twice or in the
// wrong state leads to none.

import type { NotificationValue } from '@tillgate/protocol';
import { linkNotificationValues } from '@tillgate/protocol';
import type { EndedJob, Job, JobEvent, JobResult, OpenJob } from './job.ts';
import type { LastOrder, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';
import { paymentOf, timedOutPayment, timedOutReport } from './result.ts';

export type JobCommand =
  | { readonly kind: 'show'; readonly value: NotificationValue }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'decideCancel'; readonly cancelled: boolean }
  | { readonly kind: 'askSignature'; readonly wanted: SignatureWanted }
  | { readonly kind: 'judgeSignature'; readonly accepted: boolean }
  | { readonly kind: 'expireSignature' }
  | { readonly kind: 'disconnectTerminal' }
  | { readonly kind: 'reconnectTerminal' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'finish'; readonly outcome: MachineOutcome }
  | { readonly kind: 'finishReport'; readonly result: MachineReport }
  | { readonly kind: 'reportLastOrder'; readonly last: LastOrder; readonly localTime: string }
  | { readonly kind: 'reachLimit'; readonly localTime: string }
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
      if (job.order.kind === 'report' || job.signature.kind !== 'none') return [];
      return [{ kind: 'signatureAsked', wanted: command.wanted, at }];
    case 'judgeSignature':
      return judged(job, { accepted: command.accepted, by: 'till', at });
    case 'expireSignature':
      return judged(job, {
        accepted: job.rules.signatureOnTimeout === 'accept',
        by: 'timeout',
        at,
      });
    case 'disconnectTerminal':
      return job.link === 'down' ? [] : [{ kind: 'terminalLost', at }];
    case 'reconnectTerminal':
      return job.link === 'down' ? [{ kind: 'terminalReturned', at }] : [];
    case 'restart':
      return [{ kind: 'gatewayRestarted', at }];
    case 'finish':
    case 'finishReport':
      return ended(resultOf(job, command), { cause: 'machine', at });
    case 'reportLastOrder':
      return applyLastOrder(job, command, at);
    case 'reachLimit':
      return ended(timedOut(job, command.localTime), { cause: 'limit', at });
    case 'markDelivered':
    case 'markTableReport':
      return [];
  }
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
  if (command.kind !== 'reportLastOrder') return [];
  const { last } = command;
  if (last.status === 'running') return [];
  if (last.status === 'nothing') return [{ kind: 'terminalFreed', at }];
  return outcomeLearnt(job, resultOfLast(job, last), at);
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

type Judgement = { readonly accepted: boolean; readonly by: 'till' | 'timeout' };

function judged(job: OpenJob, judgement: Judgement & { at: number }): readonly JobEvent[] {
  if (job.signature.kind !== 'open') return [];
  return [{ kind: 'signatureJudged', ...judgement }];
}

function applyLastOrder(
  job: OpenJob,
  { last, localTime }: { readonly last: LastOrder; readonly localTime: string },
  at: number,
): readonly JobEvent[] {
  if (job.link !== 'querying') return [];
  if (last.status === 'running') return [{ kind: 'terminalWorking', at }];
  if (last.status === 'nothing') {
    return ended(timedOut(job, localTime), { cause: 'forgotten', at });
  }
  return ended(resultOfLast(job, last), { cause: 'machine', at });
}

/** A result of the wrong kind ends nothing. */
function ended(
  result: JobResult | undefined,
  how: { readonly cause: 'machine' | 'limit' | 'forgotten'; readonly at: number },
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

function timedOut(job: Job, localTime: string): JobResult {
  const { order, tid } = job;
  return order.kind === 'transaction'
    ? timedOutPayment(tid, order.order, localTime)
    : timedOutReport(tid, order.order, localTime);
}
