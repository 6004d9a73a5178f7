// What a command means for a job: the events it leads to. Pure; a word that comes late, twice or to
// the wrong state leads to none.

import type { NotificationValue } from '@tillgate/protocol';
import { linkNotificationValues } from '@tillgate/protocol';
import type { EndedJob, Job, JobEvent, JobResult, OpenJob } from './job.ts';
import type { LastOrder, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';
import { paymentOf, timedOutPayment, timedOutReport } from './result.ts';

export type JobCommand =
  | { readonly command: 'show'; readonly value: NotificationValue }
  | { readonly command: 'cancel' }
  | { readonly command: 'decideCancel'; readonly cancelled: boolean }
  | { readonly command: 'askSignature'; readonly wanted: SignatureWanted }
  | { readonly command: 'judgeSignature'; readonly accepted: boolean }
  | { readonly command: 'expireSignature' }
  | { readonly command: 'loseTerminal' }
  | { readonly command: 'regainTerminal' }
  | { readonly command: 'restart' }
  | { readonly command: 'finish'; readonly outcome: MachineOutcome }
  | { readonly command: 'finishReport'; readonly result: MachineReport }
  | { readonly command: 'tellLastOrder'; readonly last: LastOrder; readonly localTime: string }
  | { readonly command: 'reachLimit'; readonly localTime: string }
  | { readonly command: 'markDelivered' }
  | { readonly command: 'markTableReport' };

/** The events a command leads to; none when it changes nothing, as a late or repeated word. */
export function decide(job: Job, command: JobCommand, at: number): readonly JobEvent[] {
  return job.phase === 'open' ? decideOpen(job, command, at) : decideEnded(job, command, at);
}

function decideOpen(job: OpenJob, command: JobCommand, at: number): readonly JobEvent[] {
  switch (command.command) {
    case 'show':
      return isMachines(command.value) ? [{ event: 'showed', value: command.value, at }] : [];
    case 'cancel':
      return job.cancelling ? [] : [{ event: 'cancelAsked', at }];
    case 'decideCancel':
      if (!job.cancelling) return [];
      return [{ event: 'cancelDecided', cancelled: command.cancelled, at }];
    case 'askSignature':
      if (job.order.kind === 'report' || job.signature.signature !== 'none') return [];
      return [{ event: 'signatureAsked', wanted: command.wanted, at }];
    case 'judgeSignature':
      return judged(job, { accepted: command.accepted, by: 'till', at });
    case 'expireSignature':
      return judged(job, {
        accepted: job.rules.signatureOnTimeout === 'accept',
        by: 'timeout',
        at,
      });
    case 'loseTerminal':
      return job.line === 'lost' ? [] : [{ event: 'terminalLost', at }];
    case 'regainTerminal':
      return job.line === 'lost' ? [{ event: 'terminalReturned', at }] : [];
    case 'restart':
      return [{ event: 'gatewayRestarted', at }];
    case 'finish':
    case 'finishReport':
      return ended(resultOf(job, command), { cause: 'machine', at });
    case 'tellLastOrder':
      return hearLastOrder(job, command, at);
    case 'reachLimit':
      return ended(timedOut(job, command.localTime), { cause: 'limit', at });
    case 'markDelivered':
    case 'markTableReport':
      return [];
  }
}

function decideEnded(job: EndedJob, command: JobCommand, at: number): readonly JobEvent[] {
  if (command.command === 'markDelivered') {
    return job.delivered ? [] : [{ event: 'delivered', at }];
  }
  if (command.command === 'markTableReport') {
    return job.tableReport === 'due' ? [{ event: 'tableReportDelivered', at }] : [];
  }
  if (command.command === 'finish' || command.command === 'finishReport') {
    return learnt(job, resultOf(job, command), at);
  }
  if (job.terminal === 'free') return [];
  if (command.command === 'regainTerminal') return [{ event: 'terminalReturned', at }];
  if (command.command !== 'tellLastOrder') return [];
  const { last } = command;
  if (last.knows === 'running') return [];
  if (last.knows === 'nothing') return [{ event: 'terminalFreed', at }];
  return learnt(job, resultOfLast(job, last), at);
}

/** The machine's own word on what was given up, whenever it comes [C-4.19]. */
function learnt(job: EndedJob, result: JobResult | undefined, at: number): readonly JobEvent[] {
  const { truth } = job;
  const known = 'transactionResult' in truth ? truth.transactionResult : truth.reportResult;
  return result && known === 'TIMED_OUT' ? [{ event: 'outcomeLearnt', result, at }] : [];
}

const ownValues: ReadonlySet<string> = new Set(linkNotificationValues);

function isMachines(value: NotificationValue): boolean {
  return ownValues.has(value);
}

type Judgement = { readonly accepted: boolean; readonly by: 'till' | 'timeout' };

function judged(job: OpenJob, judgement: Judgement & { at: number }): readonly JobEvent[] {
  if (job.signature.signature !== 'open') return [];
  return [{ event: 'signatureJudged', ...judgement }];
}

function hearLastOrder(
  job: OpenJob,
  { last, localTime }: { readonly last: LastOrder; readonly localTime: string },
  at: number,
): readonly JobEvent[] {
  if (job.line !== 'asked') return [];
  if (last.knows === 'running') return [{ event: 'terminalWorking', at }];
  if (last.knows === 'nothing') {
    return ended(timedOut(job, localTime), { cause: 'forgotten', at });
  }
  return ended(resultOfLast(job, last), { cause: 'machine', at });
}

/** A word of the wrong kind ends nothing. */
function ended(
  result: JobResult | undefined,
  how: { readonly cause: 'machine' | 'limit' | 'forgotten'; readonly at: number },
): readonly JobEvent[] {
  return result ? [{ event: 'ended', result, ...how }] : [];
}

type Finish = Extract<JobCommand, { command: 'finish' | 'finishReport' }>;

function resultOf(job: Job, command: Finish): JobResult | undefined {
  if (command.command === 'finishReport') return reportOf(job, command.result);
  return outcomeOf(job, command.outcome);
}

function resultOfLast(job: Job, last: Extract<LastOrder, { knows: 'outcome' | 'report' }>) {
  return last.knows === 'report' ? reportOf(job, last.result) : outcomeOf(job, last.outcome);
}

function outcomeOf(job: Job, outcome: MachineOutcome): JobResult | undefined {
  if (job.order.kind !== 'transaction') return undefined;
  return paymentOf({ tid: job.tid, order: job.order.order, outcome, judgement: judgementOf(job) });
}

function judgementOf(job: Job) {
  if (job.signature.signature !== 'judged') return undefined;
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
