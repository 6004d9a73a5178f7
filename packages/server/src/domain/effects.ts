// What an event makes the gateway say, to the card machine (instruct) and to the till (announce), and
// when time itself must speak (deadline). Pure.

import type { NotificationValue } from '@tillgate/protocol';
import type { Job, JobEvent, JobResult } from './job.ts';
import type { SignatureWanted } from './machine.ts';

/** What to tell the card machine. */
export type Instruction =
  | { readonly tell: 'start' }
  | { readonly tell: 'cancel' }
  | { readonly tell: 'signature'; readonly accepted: boolean; readonly unanswered: boolean }
  | { readonly tell: 'askLastOrder' };

/** What an event, and the state after it, ask of the machine; nothing else ever does. */
export function instruct(job: Job, event: JobEvent): readonly Instruction[] {
  switch (event.event) {
    case 'started':
      return [{ tell: 'start' }];
    case 'cancelAsked':
      return [{ tell: 'cancel' }];
    case 'signatureJudged':
      return tellJudgement(job);
    case 'terminalWorking':
      // What was said while it was away may not have reached it.
      return [...tellJudgement(job), ...tellCancel(job)];
    case 'terminalReturned':
      return [{ tell: 'askLastOrder' }];
    case 'ended':
      return event.cause === 'limit' ? [{ tell: 'askLastOrder' }] : [];
    default:
      return [];
  }
}

function tellJudgement(job: Job): readonly Instruction[] {
  if (job.phase !== 'open' || job.signature.signature !== 'judged') return [];
  const { accepted, by } = job.signature;
  return [{ tell: 'signature', accepted, unanswered: by === 'timeout' }];
}

function tellCancel(job: Job): readonly Instruction[] {
  return job.phase === 'open' && job.cancelling ? [{ tell: 'cancel' }] : [];
}

/** What to tell the till that started it, in this order. */
export type Announcement =
  | { readonly announce: 'value'; readonly value: NotificationValue }
  | { readonly announce: 'signature'; readonly wanted: SignatureWanted }
  | { readonly announce: 'result'; readonly result: JobResult };

const value = (shown: NotificationValue): Announcement => ({ announce: 'value', value: shown });

export function announce(job: Job, event: JobEvent): readonly Announcement[] {
  if (job.order.kind === 'report') {
    return event.event === 'ended' ? [{ announce: 'result', result: event.result }] : [];
  }
  switch (event.event) {
    case 'started':
      return [value('TRANSACTION_STARTED')];
    case 'showed':
      return [value(event.value)];
    case 'cancelAsked':
      return [value('ATTEMPTING_CANCEL')];
    case 'cancelDecided':
      return [value(event.cancelled ? 'CANCELLING' : 'UNABLE_TO_CANCEL')];
    case 'signatureAsked':
      return [
        value('SIGNATURE_VERIFICATION'),
        { announce: 'signature', wanted: event.wanted },
        value('SIGNATURE_VERIFICATION_IN_PROGRESS'),
      ];
    case 'signatureJudged':
      return event.by === 'timeout' ? [value('SIGNATURE_VERIFICATION_TIMEOUT')] : [];
    case 'ended':
      return [value('TRANSACTION_FINISHED'), { announce: 'result', result: event.result }];
    default:
      return [];
  }
}

/** The next moment at which time itself acts, and as what. */
export type Deadline = { readonly at: number; readonly command: 'expireSignature' | 'reachLimit' };

export function deadline(job: Job): Deadline | undefined {
  if (job.phase !== 'open') return undefined;
  if (job.signature.signature === 'open') {
    return { at: job.signature.askedAt + job.rules.signatureMs, command: 'expireSignature' };
  }
  return { at: job.limitAt, command: 'reachLimit' };
}
