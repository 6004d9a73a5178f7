// The activity of a card machine: a job that a till requested, or a table session. One state at a
// time, and pure functions over both kinds.

import type { Payment } from '@tillgate/protocol';
import type { JobCommand } from './decide.ts';
import { decideJob } from './decide.ts';
import type { TerminalEffect } from './effects.ts';
import { jobDeadline, jobTerminalEffects } from './effects.ts';
import type { Job, JobEvent } from './job.ts';
import {
  evolveJob,
  isTransientJobEvent as isJobFleeting,
  isJobComplete as isJobSettled,
  paymentIn,
} from './job.ts';
import type { TableEvent, TableSession } from './table.ts';
import { currentPayment, evolveTable, isTableComplete, startTable } from './table.ts';
import type { TableCommand } from './table-decide.ts';
import { decideTable } from './table-decide.ts';

export type Activity = Job | TableSession;
export type ActivityEvent = JobEvent | TableEvent;
export type ActivityCommand = JobCommand | TableCommand;

export function isTable(activity: Activity): activity is TableSession {
  return 'kind' in activity;
}

/** The state after an event; `undefined` before the first. */
export function evolveActivity(activity: Activity | undefined, event: ActivityEvent): Activity {
  if (event.kind === 'lockAsked') return startTable(event);
  if (activity && isTable(activity)) return evolveTable(activity, event);
  if (!isTableEvent(event)) return evolveJob(activity, event);
  throw new Error(`There is no table for ${event.kind}.`);
}

/** The events a command leads to; none when it changes nothing, as a waiter's word to a job. */
export function decideActivity(
  activity: Activity,
  command: ActivityCommand,
  at: number,
): readonly ActivityEvent[] {
  if (isTable(activity)) return decideTable(activity, command, at);
  return isTableCommand(command) ? [] : decideJob(activity, command, at);
}

/** The job in it: the whole, or the card payment of a table. */
export function currentJob(activity: Activity): Job | undefined {
  return isTable(activity) ? currentPayment(activity)?.job : activity;
}

/** Id of the order that the machine works on, or may still speak of. */
export function currentOrderId(activity: Activity): string | undefined {
  return currentJob(activity)?.order.order.id;
}

/** The last transaction that ended in it, as the machine's last word has it. */
export function lastPaymentOf(activity: Activity): Payment | undefined {
  if (isTable(activity)) return activity.lastPayment;
  return activity.phase === 'ended' ? paymentIn(activity) : undefined;
}

/** What an event, and the state after it, ask of the machine. */
export function terminalEffects(
  activity: Activity,
  event: ActivityEvent,
): readonly TerminalEffect[] {
  if (event.kind === 'paymentStarted') return [{ kind: 'start' }];
  const job = currentJob(activity);
  return job && !isTableEvent(event) ? jobTerminalEffects(job, event) : [];
}

/** Whether the machine is known to be idle. */
export function isTerminalFree(activity: Activity): boolean {
  if (isTable(activity))
    return activity.phase === 'closed' && activity.unresolvedPayment === undefined;
  return activity.phase === 'ended' && activity.terminal === 'free';
}

/** Whether it is still going on. */
export function isInProgress(activity: Activity): boolean {
  return isTable(activity) ? activity.phase !== 'closed' : activity.phase === 'open';
}

/** Whether anything still has to happen. */
export function isComplete(activity: Activity): boolean {
  return isTable(activity) ? isTableComplete(activity) : isJobSettled(activity);
}

/** Whether an event starts an activity. */
export function isStartEvent(event: ActivityEvent): event is StartEvent {
  return event.kind === 'started' || event.kind === 'lockAsked';
}
export type StartEvent = ActivityEvent & { readonly kind: 'started' | 'lockAsked' };

/** Whether an event may wait for the next row of the journal: only a till's screen needs it. */
export function isTransient(event: ActivityEvent): boolean {
  return !isTableEvent(event) && isJobFleeting(event);
}

/** The next deadline, and the command that it leads to. */
export interface Deadline {
  readonly at: number;
  readonly kind: 'expireSignature' | 'reachLimit' | 'reachIdleLimit';
}

export function deadlineOf(activity: Activity): Deadline | undefined {
  if (!isTable(activity)) return jobDeadline(activity);
  if (activity.phase === 'paying' && activity.cardPayment.job.phase === 'open') {
    return jobDeadline(activity.cardPayment.job);
  }
  const idles = activity.phase === 'open' || activity.phase === 'paying';
  return idles
    ? { at: activity.lastActivityAt + activity.rules.idleMs, kind: 'reachIdleLimit' }
    : undefined;
}

const tableEvents: Readonly<Record<TableEvent['kind'], true>> = {
  lockAsked: true,
  lockConfirmed: true,
  lockRefused: true,
  lockFailed: true,
  billAsked: true,
  waiterHeard: true,
  paymentStarted: true,
  paymentNoted: true,
  leaveAsked: true,
  tableLeft: true,
  tableUnlocked: true,
  noticeDelivered: true,
};

function isTableEvent(event: ActivityEvent): event is TableEvent {
  return Object.hasOwn(tableEvents, event.kind);
}

const tableCommands: Readonly<Record<TableCommand['kind'], true>> = {
  confirmLock: true,
  refuseLock: true,
  failLock: true,
  askBill: true,
  noteRefusedRequest: true,
  startPayment: true,
  notePayment: true,
  leave: true,
  reachIdleLimit: true,
  unlock: true,
  markNotice: true,
};

function isTableCommand(command: ActivityCommand): command is TableCommand {
  return Object.hasOwn(tableCommands, command.kind);
}
