// The side effects of an event: commands to the card machine and messages to the till. Also the
// next deadline of a job. Pure.

import type { NotificationValue } from '@tillgate/protocol';
import type { Job, JobEvent, JobResult } from './job.ts';
import type { SignatureWanted } from './machine.ts';

/** A command to the card machine. */
export type TerminalEffect =
  | { readonly kind: 'start' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'signature'; readonly accepted: boolean; readonly unanswered: boolean }
  | { readonly kind: 'queryLastOrder' };

/** The commands that follow from an event and the state after it; no other code sends any. */
export function jobTerminalEffects(job: Job, event: JobEvent): readonly TerminalEffect[] {
  switch (event.kind) {
    case 'started':
      return [{ kind: 'start' }];
    case 'cancelAsked':
      return [{ kind: 'cancel' }];
    case 'signatureJudged':
      return signatureEffects(job);
    case 'terminalWorking':
      // What was sent while it was out of reach may not have arrived.
      return [...signatureEffects(job), ...cancelEffects(job)];
    case 'terminalReturned':
    case 'terminalReportInvalid':
      return [{ kind: 'queryLastOrder' }];
    case 'ended':
      return event.cause === 'limit' ? [{ kind: 'queryLastOrder' }] : [];
    default:
      return [];
  }
}

function signatureEffects(job: Job): readonly TerminalEffect[] {
  if (job.signature.kind !== 'judged') return [];
  const { accepted, by } = job.signature;
  return [{ kind: 'signature', accepted, unanswered: by !== 'till' }];
}

function cancelEffects(job: Job): readonly TerminalEffect[] {
  return job.phase === 'open' && job.cancelling ? [{ kind: 'cancel' }] : [];
}

/** A message to the till that requested the job; they are sent in this order. */
export type TillEffect =
  | { readonly kind: 'value'; readonly value: NotificationValue }
  | { readonly kind: 'signature'; readonly wanted: SignatureWanted }
  | { readonly kind: 'result'; readonly result: JobResult };

const notification = (shown: NotificationValue): TillEffect => ({ kind: 'value', value: shown });

export function tillEffects(job: Job, event: JobEvent): readonly TillEffect[] {
  if (job.order.kind === 'report') {
    return event.kind === 'ended' ? [{ kind: 'result', result: event.result }] : [];
  }
  switch (event.kind) {
    case 'started':
      return [notification('TRANSACTION_STARTED')];
    case 'showed':
      return [notification(event.value)];
    case 'cancelAsked':
      return [notification('ATTEMPTING_CANCEL')];
    case 'cancelDecided':
      return [notification(event.cancelled ? 'CANCELLING' : 'UNABLE_TO_CANCEL')];
    case 'signatureAsked':
      return [
        notification('SIGNATURE_VERIFICATION'),
        { kind: 'signature', wanted: event.wanted },
        notification('SIGNATURE_VERIFICATION_IN_PROGRESS'),
      ];
    case 'signatureAnswerInvalid':
      return job.phase === 'open' && job.signature.kind === 'open'
        ? [{ kind: 'signature', wanted: job.signature.wanted }]
        : [];
    case 'signatureJudged':
      return job.phase === 'open' && event.by !== 'till'
        ? [notification('SIGNATURE_VERIFICATION_TIMEOUT')]
        : [];
    case 'ended':
      return [notification('TRANSACTION_FINISHED'), { kind: 'result', result: event.result }];
    default:
      return [];
  }
}

/** The next deadline of a job, and the command that it leads to. */
export type JobDeadline = {
  readonly at: number;
  readonly kind: 'expireSignature' | 'reachLimit';
};

export function jobDeadline(job: Job): JobDeadline | undefined {
  if (job.phase !== 'open') return undefined;
  if (job.signature.kind === 'open') {
    return { at: job.signature.askedAt + job.rules.signatureMs, kind: 'expireSignature' };
  }
  return { at: job.limitAt, kind: 'reachLimit' };
}
