// The safe recipe for an outcome that was missed [C-4.15, C-7.25]: wait for the result, or for the
// card machine to be free, and compare its last transaction. It only ever asks; it starts nothing.

import type { Payment, Terminal } from '@tillgate/protocol';
import { errorTable } from '@tillgate/protocol';
import { BadAnswer, TillError } from './errors.ts';
import type { OpenTransaction } from './open-transaction.ts';
import type { Finding, Outcome } from './outcome.ts';
import type { Timing } from './timing.ts';

/** Between two looks at a busy card machine. */
const LOOK_AGAIN_MS = 2_000;
/** After -32070 [C-11.21]. */
const UNAVAILABLE_MS = 10_000;

/** What the recipe may ask of the gateway: questions only. */
export interface Questions {
  readonly terminal: (tid: string) => Promise<Terminal>;
  readonly duplicate: (tid: string) => Promise<Payment>;
  /** `never`: it was closed or has stopped for good. */
  readonly connected: () => 'now' | 'later' | 'never';
  readonly timing: Timing;
}

/** One look at the machine: an end, or something to wait for. */
type Look =
  | { readonly look: 'found'; readonly finding: Finding | 'same' }
  | { readonly look: 'wait'; readonly ms: number; readonly finding: Finding };

export async function resolveUnknown(
  open: OpenTransaction,
  ask: Questions,
  limitMs: number,
): Promise<Outcome> {
  const deadline = ask.timing.now() + limitMs;
  for (;;) {
    const before = open.lateOutcome();
    if (before) return before;
    const look = await lookOnce(open, ask);
    const after = open.lateOutcome();
    if (after) return after;
    if (look.look === 'found') {
      return open.unknownBecause(look.finding === 'same' ? 'neverTold' : look.finding);
    }
    const leftMs = deadline - ask.timing.now();
    if (leftMs <= 0) return open.unknownBecause(look.finding);
    // Tills that lost their line together should not all look at the same moment.
    await pause(ask.timing, Math.min(leftMs, look.ms * (1 + ask.timing.random() / 4)), open.late);
  }
}

async function lookOnce(open: OpenTransaction, ask: Questions): Promise<Look> {
  const connected = ask.connected();
  if (connected === 'never') return { look: 'found', finding: 'noConnection' };
  if (connected === 'later') return wait('noConnection');
  try {
    const terminal = await ask.terminal(open.tid);
    if (terminal.status === 'BUSY') return busy(open);
    const payment = await ask.duplicate(open.tid);
    return { look: 'found', finding: findingOf(open.judgeLast(payment)) };
  } catch (cause) {
    return lookFailed(open, cause);
  }
}

function findingOf(verdict: ReturnType<OpenTransaction['judgeLast']>): Finding | 'same' {
  return verdict === 'other' ? 'otherPayment' : verdict;
}

function lookFailed(open: OpenTransaction, cause: unknown): Look {
  if (cause instanceof BadAnswer) return { look: 'found', finding: 'badAnswer' };
  if (!(cause instanceof TillError)) return wait('noConnection');
  switch (cause.code) {
    case errorTable.terminalBusy.code:
      return busy(open);
    case errorTable.noPreviousTransaction.code:
      return { look: 'found', finding: findingOf(open.judgeNone()) };
    case errorTable.terminalUnavailable.code:
      return wait('notFree', UNAVAILABLE_MS);
    default:
      return wait('notFree');
  }
}

function busy(open: OpenTransaction): Look {
  open.sawBusy();
  return wait('notFree');
}

function wait(finding: Finding, ms = LOOK_AGAIN_MS): Look {
  return { look: 'wait', ms, finding };
}

/** Waits, but not past the moment when something arrives. */
function pause(timing: Timing, ms: number, news: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = timing.after(ms, resolve);
  void news.then(() => {
    callOff();
    resolve();
  });
  return promise;
}
