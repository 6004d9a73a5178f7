// What a card machine is busy with: a job that a till asked for, or a table. One stream, one state at a
// time, one set of pure functions over both.

import type { Payment } from '@tillgate/protocol';
import type { JobCommand } from './decide.ts';
import { decide } from './decide.ts';
import type { Instruction } from './effects.ts';
import { instruct, deadline as jobDeadline } from './effects.ts';
import type { Job, JobEvent } from './job.ts';
import {
  evolve,
  isFleeting as isJobFleeting,
  isSettled as isJobSettled,
  paymentIn,
} from './job.ts';
import type { TableEvent, TableSession } from './table.ts';
import { beginTable, evolveTable, isTableSettled, paymentInHand } from './table.ts';
import type { TableCommand } from './table-decide.ts';
import { decideTable } from './table-decide.ts';

export type Work = Job | TableSession;
export type WorkEvent = JobEvent | TableEvent;
export type WorkCommand = JobCommand | TableCommand;

export function isTable(work: Work): work is TableSession {
  return 'kind' in work;
}

/** The state after an event; `undefined` before the first. */
export function evolveWork(work: Work | undefined, event: WorkEvent): Work {
  if (event.event === 'lockAsked') return beginTable(event);
  if (work && isTable(work)) return evolveTable(work, event);
  if (!isTableEvent(event)) return evolve(work, event);
  throw new Error(`There is no table for ${event.event}.`);
}

/** The events a command leads to; none when it changes nothing, as a waiter's word to a job. */
export function decideWork(work: Work, command: WorkCommand, at: number): readonly WorkEvent[] {
  if (isTable(work)) return decideTable(work, command, at);
  return isTableCommand(command) ? [] : decide(work, command, at);
}

/** The job in it: the whole, or the card payment of a table. */
export function jobIn(work: Work): Job | undefined {
  return isTable(work) ? paymentInHand(work)?.job : work;
}

/** Id of the order that the machine works on, or may still speak of. */
export function orderInHand(work: Work): string | undefined {
  return jobIn(work)?.order.order.id;
}

/** The last transaction that ended in it, as the machine's last word has it. */
export function lastPaymentOf(work: Work): Payment | undefined {
  if (isTable(work)) return work.lastPayment;
  return work.phase === 'ended' ? paymentIn(work) : undefined;
}

/** What an event, and the state after it, ask of the machine. */
export function instructWork(work: Work, event: WorkEvent): readonly Instruction[] {
  if (event.event === 'paymentStarted') return [{ tell: 'start' }];
  const job = jobIn(work);
  return job && !isTableEvent(event) ? instruct(job, event) : [];
}

/** Whether the machine is known to be idle. */
export function isMachineFree(work: Work): boolean {
  if (isTable(work)) return work.phase === 'over' && work.silent === undefined;
  return work.phase === 'ended' && work.terminal === 'free';
}

/** Whether it is still going on. */
export function isUnderWay(work: Work): boolean {
  return isTable(work) ? work.phase !== 'over' : work.phase === 'open';
}

/** Whether anything still has to happen. */
export function isSettled(work: Work): boolean {
  return isTable(work) ? isTableSettled(work) : isJobSettled(work);
}

/** Whether an event begins a chapter of the journal. */
export function isBeginning(event: WorkEvent): event is Beginning {
  return event.event === 'started' || event.event === 'lockAsked';
}
export type Beginning = WorkEvent & { readonly event: 'started' | 'lockAsked' };

/** What only the screen needs may wait for the next row of the journal. */
export function isFleeting(event: WorkEvent): boolean {
  return !isTableEvent(event) && isJobFleeting(event);
}

/** The next moment at which time itself acts, and as what. */
export interface Deadline {
  readonly at: number;
  readonly command: 'expireSignature' | 'reachLimit' | 'reachIdleLimit';
}

export function deadlineOf(work: Work): Deadline | undefined {
  if (!isTable(work)) return jobDeadline(work);
  if (work.phase === 'paying' && work.paying.job.phase === 'open') {
    return jobDeadline(work.paying.job);
  }
  const idles = work.phase === 'open' || work.phase === 'paying';
  return idles ? { at: work.lastWordAt + work.rules.idleMs, command: 'reachIdleLimit' } : undefined;
}

const tableEvents: Readonly<Record<TableEvent['event'], true>> = {
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

function isTableEvent(event: WorkEvent): event is TableEvent {
  return Object.hasOwn(tableEvents, event.event);
}

const tableCommands: Readonly<Record<TableCommand['command'], true>> = {
  confirmLock: true,
  refuseLock: true,
  failLock: true,
  askBill: true,
  hearWaiter: true,
  startPayment: true,
  notePayment: true,
  leave: true,
  reachIdleLimit: true,
  unlock: true,
  markNotice: true,
};

function isTableCommand(command: WorkCommand): command is TableCommand {
  return Object.hasOwn(tableCommands, command.command);
}
