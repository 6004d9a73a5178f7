// What a till at the counter requests [C-4.1], with its checks in the order of [C-3.20]. The table
// of methods in connection/methods.ts calls these functions.

import type {
  IncomingRequest,
  ListedTerminal,
  PacCommand,
  PacResult,
  TransactionRequest,
} from '@tillgate/protocol';
import { Refusal, refuse } from '@tillgate/protocol';
import type { JobRules, Order, RequestedBy } from '../../domain/job.ts';
import { duplicateOf } from '../../domain/result.ts';
import type { Site } from '../../domain/site.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TerminalProfile } from '../../ports/terminal-driver.ts';
import type { Terminals } from '../terminal/terminal.ts';
import type { TerminalSession } from '../terminal/terminal-session.ts';
import type { Till, TillConnection } from './tills.ts';
import { PendingRequest } from './tills.ts';

/** The limits of [C-11.6 - C-11.9]. */
export interface PacLimits {
  readonly startLimitMs: number;
  readonly transactionLimitMs: number;
  readonly cnpLimitMs: number;
  readonly reportLimitMs: number;
  readonly signatureTimeoutMs: number;
}

export interface PacDeps {
  readonly terminals: Terminals;
  readonly clock: Clock;
  readonly limits: PacLimits;
  /** Whether new jobs are refused because the gateway is going down [C-3.46]. */
  readonly isDraining: () => boolean;
}

/** The till that requests, and the connection on which it does. */
export interface Requester {
  readonly site: Site;
  readonly till: Till;
  readonly connection: TillConnection;
  readonly requestedBy: Omit<RequestedBy, 'requestId'>;
}

/** One request of a till while it is carried out. */
export interface PacRequest {
  readonly deps: PacDeps;
  readonly requester: Requester;
  readonly call: IncomingRequest;
}

export type PacAnswer = PacResult | Promise<PacResult>;
export type PacCommandOf<K extends PacCommand['kind']> = Extract<PacCommand, { kind: K }>;

/** Most machines are open already: then nothing waits, and nobody else can take the id. */
function withTerminal(
  { deps, requester, call }: PacRequest,
  tid: string,
  then: (session: TerminalSession, profile: TerminalProfile) => PacAnswer,
): PacAnswer {
  const found = deps.terminals.connected(tid);
  const go = (session: TerminalSession) => then(session, session.profile as TerminalProfile);
  if (!(found instanceof Promise)) return go(found);
  const release = requester.till.claim(call.id);
  const answer = found.then(go);
  // By then a pending request holds the id, or there is none to hold.
  found.then(release, release);
  return answer;
}

export async function listTerminals(
  { deps }: PacRequest,
  { status, currency, offers = [] }: PacCommandOf<'terminals'>,
): Promise<PacResult> {
  const connected = await deps.terminals.allConnected();
  return connected
    .map((session) => terminalOf(session))
    .filter((one) => status === undefined || one.status === status)
    .filter((one) => currency === undefined || one.currency === currency)
    .filter((one) => offers.every((offer) => one.offers.includes(offer)));
}

/** A machine that cannot be reached is left out, not refused [C-8.1]. */
export async function listTerminalsByTid(
  { deps }: PacRequest,
  { tids }: PacCommandOf<'terminalsByTid'>,
): Promise<PacResult> {
  const find = async (tid: string): Promise<ListedTerminal | undefined> => {
    try {
      return terminalOf(await deps.terminals.connected(tid));
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  };
  const found = await Promise.all([...new Set(tids)].map(find));
  return found.filter((one) => one !== undefined);
}

export function describeTerminal(
  request: PacRequest,
  { tid }: PacCommandOf<'terminal'>,
): PacAnswer {
  return withTerminal(request, tid, terminalOf);
}

function terminalOf(session: TerminalSession): ListedTerminal {
  const { currency, transactions, reports } = session.profile as TerminalProfile;
  return {
    tid: session.tid,
    status: session.isFree ? 'AVAILABLE' : 'BUSY',
    currency,
    offers: [...transactions, ...reports],
  };
}

/** Refuses with [C-3.31] what the machine cannot do. */
function mustOffer(
  { requester, call }: PacRequest,
  profile: TerminalProfile,
  { tid, currency, amountCashback, transactionType }: TransactionRequest,
): void {
  const { method } = call.message;
  mustTake(profile, tid, currency);
  if (requester.site.strictCashback && amountCashback > 0 && !profile.cashback) {
    throw refuse('noCashback', { tid });
  }
  if (!profile.transactions.includes(transactionType)) {
    throw refuse('methodNotOffered', { tid, method });
  }
}

function mustTake(profile: TerminalProfile, tid: string, currency: string | undefined): void {
  if (currency !== undefined && currency !== profile.currency) {
    throw refuse('otherCurrency', { tid, currency: profile.currency });
  }
}

export function startTransaction(
  request: PacRequest,
  { transaction }: PacCommandOf<'transaction'>,
): PacAnswer {
  const { tid, ...requested } = transaction;
  const { cnpLimitMs, transactionLimitMs } = request.deps.limits;
  return withTerminal(request, tid, (session, profile) => {
    mustOffer(request, profile, transaction);
    const omittedCashback = profile.cashback ? 0 : requested.amountCashback;
    const amountCashback = requested.amountCashback - omittedCashback;
    const entersCashback = mayEnterCashback(request, transaction);
    return startJob(request, session, {
      limitMs: transaction.cardholderNotPresent ? cnpLimitMs : transactionLimitMs,
      make: (id) => ({
        kind: 'transaction',
        order: {
          id,
          ...requested,
          amountCashback,
          ...(entersCashback ? { mayEnterCashback: true } : {}),
        },
        ...(omittedCashback > 0 ? { omittedCashback } : {}),
      }),
    });
  });
}

/** Whether the customer is asked for cashback at the machine: tills of v0 cannot request it [C-10.6]. */
function mayEnterCashback(
  { requester }: PacRequest,
  { transactionType, cardholderNotPresent }: TransactionRequest,
): boolean {
  if (requester.requestedBy.version !== 'v0') return false;
  return transactionType === 'SALE' && !cardholderNotPresent;
}

export function startReport(
  request: PacRequest,
  { tid, reportType }: PacCommandOf<'report'>,
): PacAnswer {
  const { deps, requester, call } = request;
  return withTerminal(request, tid, (session, profile) => {
    if (!profile.reports.includes(reportType)) {
      throw refuse('methodNotOffered', { tid, method: call.message.method });
    }
    return startJob(request, session, {
      limitMs: deps.limits.reportLimitMs,
      ...(requester.site.patReports ? { tableReportId: deps.clock.id() } : {}),
      make: (id) => ({ kind: 'report', order: { id, reportType } }),
    });
  });
}

interface NewJob {
  readonly limitMs: number;
  readonly tableReportId?: string;
  readonly make: (id: string) => Order;
}

/** Resolved when the job ends, if the connection is still open then. */
function startJob(
  { deps, requester, call }: PacRequest,
  session: TerminalSession,
  { make, ...limits }: NewJob,
): Promise<PacResult> {
  if (deps.isDraining()) throw refuse('terminalUnavailable', { tid: session.tid });
  const rules: JobRules = {
    ...limits,
    startMs: deps.limits.startLimitMs,
    signatureMs: deps.limits.signatureTimeoutMs,
    signatureOnTimeout: requester.site.signatureOnTimeout,
  };
  const { till, connection } = requester;
  const accepted = session.start(make, { ...requester.requestedBy, requestId: call.id }, rules);
  const { promise, resolve, reject } = Promise.withResolvers<PacResult>();
  const pending = new PendingRequest({
    till,
    session,
    activityId: accepted.activityId,
    requestId: call.id,
    resumable: requester.requestedBy.eposId !== undefined,
    now: () => deps.clock.now(),
    reply: { connection, answer: resolve },
  });
  session.jobs.attach(pending);
  accepted.durable.catch((cause: unknown) => {
    pending.discard();
    reject(cause);
  });
  call.onSent(() => connection.mark(pending.delivered));
  return promise;
}

/** The last transaction that ended at the card machine [C-4.17]. */
export function repeatLastPayment(
  request: PacRequest,
  { tid, currency, types }: PacCommandOf<'duplicate'>,
): PacAnswer {
  return withTerminal(request, tid, async (session, profile) => {
    mustTake(profile, tid, currency);
    if (!session.isFree) throw refuse('terminalBusy', { tid });
    const last = await session.lastPayment(types);
    if (!last) throw refuse('noPreviousTransaction', { tid });
    return duplicateOf(last);
  });
}

/** Forwarded: first the answer, then what comes of it [C-4.24]. Decided: the other way round. */
export function cancel(
  request: PacRequest,
  { tid, respondWhen }: PacCommandOf<'cancel'>,
): PacAnswer {
  return withTerminal(request, tid, (session) => {
    session.jobs.mustHaveTransaction(session.tid);
    if (respondWhen === 'forwarded') {
      request.call.onAnswered(() => void session.jobs.cancel());
      return { cancelling: true };
    }
    return session.jobs.cancel().then((cancelled) => {
      if (!cancelled) throw refuse('tooLateToCancel', { tid });
      return { cancelled };
    });
  });
}
