// What a till at the counter asks for [C-4.1], carried out in the order of checks of [C-3.20].

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

/** The till that asks, on the socket it asks on. */
export interface Requester {
  readonly site: Site;
  readonly till: Till;
  readonly connection: TillConnection;
  readonly requestedBy: Omit<RequestedBy, 'requestId'>;
}

/** One wish while it is carried out. */
interface PacRequest {
  readonly deps: PacDeps;
  readonly requester: Requester;
  readonly call: IncomingRequest;
}

type Answer = PacResult | Promise<PacResult>;
type CommandOf<W extends PacCommand['kind']> = Extract<PacCommand, { kind: W }>;

/** Gives the result or a promise of it, or throws a `Refusal`. */
export function answerPac(errand: PacRequest, wish: PacCommand): Answer {
  switch (wish.kind) {
    case 'terminals':
      return listTerminals(errand, wish);
    case 'terminal':
      return withTerminal(errand, wish.tid, terminalOf);
    case 'terminalsByTid':
      return listThese(errand, wish);
    case 'transaction':
      return withTerminal(errand, wish.transaction.tid, (session, profile) => {
        mustOffer(profile, wish.transaction, errand.call.message.method);
        return startTransaction(errand, session, wish.transaction);
      });
    case 'duplicate':
      return withTerminal(errand, wish.tid, (session, profile) =>
        duplicate(session, profile, wish),
      );
    case 'cancel':
      return withTerminal(errand, wish.tid, (session) => cancel(session, wish, errand.call));
    case 'report':
      return withTerminal(errand, wish.tid, (session, profile) => {
        if (!profile.reports.includes(wish.reportType)) {
          throw refuse('methodNotOffered', { tid: wish.tid, method: errand.call.message.method });
        }
        return startReport(errand, session, wish);
      });
  }
}

/** Most machines are open already: then nothing waits, and nobody else can take the id. */
function withTerminal(
  { deps, requester, call }: PacRequest,
  tid: string,
  then: (session: TerminalSession, profile: TerminalProfile) => Answer,
): Answer {
  const found = deps.terminals.connected(requester.site.name, tid);
  const go = (session: TerminalSession) => then(session, session.profile as TerminalProfile);
  if (!(found instanceof Promise)) return go(found);
  const release = requester.till.claim(call.id);
  const answer = found.then(go);
  // By then a pending request holds the id, or there is none to hold.
  found.then(release, release);
  return answer;
}

async function listTerminals(
  { deps, requester }: PacRequest,
  { status, currency, offers = [] }: CommandOf<'terminals'>,
): Promise<PacResult> {
  const connected = await deps.terminals.allConnected(requester.site.name);
  return connected
    .map((session) => terminalOf(session))
    .filter((one) => status === undefined || one.status === status)
    .filter((one) => currency === undefined || one.currency === currency)
    .filter((one) => offers.every((offer) => one.offers.includes(offer)));
}

/** A machine that cannot be reached is left out, not refused [C-8.1]. */
async function listThese(
  { deps, requester }: PacRequest,
  { tids }: CommandOf<'terminalsByTid'>,
): Promise<PacResult> {
  const find = async (tid: string): Promise<ListedTerminal | undefined> => {
    try {
      return terminalOf(await deps.terminals.connected(requester.site.name, tid));
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  };
  const found = await Promise.all([...new Set(tids)].map(find));
  return found.filter((one) => one !== undefined);
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
function mustOffer(profile: TerminalProfile, wish: TransactionRequest, method: string): void {
  const { tid, currency, amountCashback, transactionType } = wish;
  mustTake(profile, tid, currency);
  if (amountCashback > 0 && !profile.cashback) throw refuse('noCashback', { tid });
  if (!profile.transactions.includes(transactionType)) {
    throw refuse('methodNotOffered', { tid, method });
  }
}

function mustTake(profile: TerminalProfile, tid: string, currency: string | undefined): void {
  if (currency !== undefined && currency !== profile.currency) {
    throw refuse('otherCurrency', { tid, currency: profile.currency });
  }
}

function startTransaction(
  errand: PacRequest,
  session: TerminalSession,
  wish: TransactionRequest,
): Promise<PacResult> {
  const { limits } = errand.deps;
  const { tid: _, ...order } = wish;
  return startJob(errand, session, {
    limitMs: wish.cardholderNotPresent ? limits.cnpLimitMs : limits.transactionLimitMs,
    make: (id) => ({ kind: 'transaction', order: { id, ...order } }),
  });
}

function startReport(
  errand: PacRequest,
  session: TerminalSession,
  { reportType }: CommandOf<'report'>,
): Promise<PacResult> {
  const { deps, requester } = errand;
  const tableReport = requester.site.patReports ? { tableReportId: deps.clock.id() } : {};
  return startJob(errand, session, {
    limitMs: deps.limits.reportLimitMs,
    ...tableReport,
    make: (id) => ({ kind: 'report', order: { id, reportType } }),
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
    till.remove(pending);
    reject(cause);
  });
  call.onSent(() => connection.mark(pending.delivered));
  return promise;
}

async function duplicate(
  session: TerminalSession,
  profile: TerminalProfile,
  { tid, currency, types }: CommandOf<'duplicate'>,
): Promise<PacResult> {
  mustTake(profile, tid, currency);
  if (!session.isFree) throw refuse('terminalBusy', { tid });
  const last = await session.lastPayment(types);
  if (!last) throw refuse('noPreviousTransaction', { tid });
  return duplicateOf(last);
}

/** Passed on: first the answer, then what comes of it [C-4.24]. Decided: the other way round. */
function cancel(
  session: TerminalSession,
  { tid, respondWhen }: CommandOf<'cancel'>,
  call: IncomingRequest,
): Answer {
  session.jobs.mustHaveTransaction(session.tid);
  if (respondWhen === 'forwarded') {
    call.onAnswered(() => void session.jobs.cancel());
    return { cancelling: true };
  }
  return session.jobs.cancel().then((cancelled) => {
    if (!cancelled) throw refuse('tooLateToCancel', { tid });
    return { cancelled };
  });
}
