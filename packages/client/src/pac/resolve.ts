// The safe recipe for an outcome that was missed [C-4.15, C-7.25]: wait for the result, or for the
// card machine to be free, and compare its last transaction. It only ever asks; it starts nothing.

import type { Payment, Terminal } from '@tillgate/protocol';
import { errorTable } from '@tillgate/protocol';
import { BadAnswer, TillError } from '../connection/errors.ts';
import type { Timing } from '../connection/timing.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { OpenTransaction } from './open-transaction.ts';
import type { Finding, Outcome } from './outcome.ts';

/** Between two looks at a busy card machine. */
const POLL_INTERVAL_MS = 2_000;
/** After -32070 [C-11.21]. */
const UNAVAILABLE_RETRY_MS = 10_000;

/** What the recipe may ask of the gateway: questions only. */
export interface ResolveDeps {
  readonly terminal: (tid: string) => Promise<Terminal>;
  readonly duplicate: (tid: string) => Promise<Payment>;
  /** `never`: it was closed or has stopped for good. */
  readonly reachability: () => 'now' | 'later' | 'never';
  readonly timing: Timing;
}

/** One look at the machine: an end, or something to wait for. */
type Inspection =
  | { readonly kind: 'found'; readonly finding: Finding }
  /** It is not the last payment. A result may just be under way, so this must be seen twice. */
  | { readonly kind: 'missed'; readonly finding: Finding }
  | { readonly kind: 'wait'; readonly ms: number; readonly finding: Finding };

export async function resolveUnknown(
  open: OpenTransaction,
  ask: ResolveDeps,
  limitMs: number,
): Promise<Outcome> {
  // A timer, since the clock may be set meanwhile.
  const limit = startTimer(ask.timing, limitMs);
  try {
    return await findOutcome(open, ask, limit);
  } finally {
    limit.cancel();
  }
}

async function findOutcome(
  open: OpenTransaction,
  ask: ResolveDeps,
  limit: Timer,
): Promise<Outcome> {
  let finding: Finding = 'noConnection';
  for (;;) {
    const known = open.knownOutcome();
    if (known) return known;
    if (limit.hasEnded()) return open.unknownBecause(finding);
    const look = await Promise.race([inspectOnce(open, ask), open.nextAnswer, limit.ended]);
    if (!look || open.knownOutcome()) continue;
    if (isEnd(look, finding)) return open.unknownBecause(look.finding);
    finding = look.finding;
    const pause = startTimer(ask.timing, pauseMs(look, ask.timing));
    await Promise.race([pause.ended, open.nextAnswer, limit.ended]).finally(pause.cancel);
  }
}

function isEnd(look: Inspection, before: Finding): boolean {
  return look.kind === 'found' || (look.kind === 'missed' && look.finding === before);
}

/** Tills that lost their connection together should not all ask at the same moment. */
function pauseMs(look: Inspection, timing: Timing): number {
  const ms = look.kind === 'wait' ? look.ms : POLL_INTERVAL_MS;
  return ms * (1 + timing.random() / 4);
}

async function inspectOnce(open: OpenTransaction, ask: ResolveDeps): Promise<Inspection> {
  const connected = ask.reachability();
  if (connected === 'never') return { kind: 'found', finding: 'noConnection' };
  if (connected === 'later') return wait('noConnection');
  try {
    const terminal = await ask.terminal(open.tid);
    if (terminal.status === 'BUSY') return busy(open);
    const payment = await ask.duplicate(open.tid);
    return inspectionOf(open.judgeLast(payment));
  } catch (cause) {
    return inspectionFailed(open, cause);
  }
}

function inspectionOf(verdict: ReturnType<OpenTransaction['judgeLast']>): Inspection {
  switch (verdict) {
    case 'same':
      // The same and yet no known outcome: it timed out, and nothing came since [C-4.19].
      return { kind: 'found', finding: 'neverTold' };
    case 'other':
      return { kind: 'missed', finding: 'otherPayment' };
    case 'unclear':
    case 'nothingSince':
      return { kind: 'missed', finding: verdict };
  }
}

function inspectionFailed(open: OpenTransaction, cause: unknown): Inspection {
  if (cause instanceof BadAnswer) return { kind: 'found', finding: 'badAnswer' };
  if (!(cause instanceof TillError)) return wait('noConnection');
  switch (cause.code) {
    case errorTable.terminalBusy.code:
      return busy(open);
    case errorTable.noPreviousTransaction.code:
      return inspectionOf(open.judgeNone());
    case errorTable.terminalUnavailable.code:
      return wait('notFree', UNAVAILABLE_RETRY_MS);
    default:
      return wait('notFree');
  }
}

function busy(open: OpenTransaction): Inspection {
  open.foundBusy();
  return wait('notFree');
}

function wait(finding: Finding, ms = POLL_INTERVAL_MS): Inspection {
  return { kind: 'wait', ms, finding };
}

interface Timer {
  readonly ended: Promise<undefined>;
  readonly hasEnded: () => boolean;
  readonly cancel: () => void;
}

function startTimer(timing: Timing, ms: number): Timer {
  const { promise, resolve } = withResolvers<undefined>();
  let hasEnded = !(ms > 0);
  const cancel = timing.after(ms, () => {
    hasEnded = true;
    resolve(undefined);
  });
  return { ended: promise, hasEnded: () => hasEnded, cancel };
}
