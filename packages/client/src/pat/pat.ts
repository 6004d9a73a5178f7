// Pay at table: keeps a restaurant till connected, passes the requests of the gateway to `TableRequests`
// and its notifications to `TableNotifications`.

import type { Channel, Currency, ErrorObject, Response } from '@tillgate/protocol';
import { errorTable, Peer } from '@tillgate/protocol';
import type { Address } from '../connection/address.ts';
import { tableUri } from '../connection/address.ts';
import type { ConnectionState } from '../connection/connection.ts';
import { Connection, settleFirst } from '../connection/connection.ts';
import { faultsText } from '../connection/errors.ts';
import { openSocket } from '../connection/open-socket.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { systemTiming } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { guard, warnListenerFailed, warnSafely } from '../connection/warning.ts';
import type { Resolvers } from '../connection/with-resolvers.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { TableHandlers } from './handlers.ts';
import { checkHandlers } from './handlers.ts';
import { TableNotifications } from './notifications.ts';
import { QuestionScope } from './pending-question.ts';
import { TableRequests } from './requests.ts';
import type { SeenPayments } from './seen-payments.ts';

/** Below the 10 s after which the gateway gives up [C-9.4], with room for a slow network. */
const ANSWER_WITHIN_MS = 8_000;

/** The options of a till at the table, without its address. */
export interface TableTillBehaviour extends ConnectionOptions {
  /** The currency of all bills. Default: none, and then each answer must name its own. */
  readonly currency?: Currency;
  /**
   * Which payments are booked, across restarts; `recordPayments` gets only the others. If it throws or
   * rejects, the booking is tried again. Default: the SDK remembers those of this run, and the
   * booking itself must recognise an old payment.
   */
  readonly seen?: SeenPayments;
  /** Whether the gateway asks for receipts after payment [C-9.16]. Default: if there is a handler. */
  readonly finalReceipt?: boolean;
  /** How long a handler may take while a waiter waits, in ms [C-9.4]. Default: 8000. */
  readonly answerWithinMs?: number;
}

/** The options of `serveTables`: the address and the behaviour. */
export type TableTillOptions = Address & TableTillBehaviour;

/**
 * Connects a restaurant till and keeps it connected, until `close()` or until the gateway ends it
 * for good: a site has one such till, and a newer one takes over [C-9.24]. Rejects with `TypeError`
 * (wrong options), `HandshakeRefused` or `CouldNotConnect` if the first try fails. With the
 * handler `finalReceipt` the gateway asks for a receipt after payment [C-9.16].
 *
 * @example
 * const tables = await serveTables(
 *   { uri: 'ws://localhost:8080/pat?token=…', currency: 'GBP' },
 *   {
 *     listTables: () => bills.open(),
 *     lockTable: ({ tableId, tid }) => bills.lock(tableId, tid),
 *     bill: ({ tableId }) => bills.print(tableId),
 *     recordPayments: (paid) => bills.book(paid.tableId, paid.payments),
 *     unlock: ({ tableId, tid }) => bills.unlock(tableId, tid),
 *   },
 * );
 * await tables.closed;
 */
export async function serveTables(
  options: TableTillOptions,
  handlers: TableHandlers,
): Promise<TableTill> {
  checkHandlers(handlers);
  const { answerWithinMs = ANSWER_WITHIN_MS } = options;
  if (!(answerWithinMs > 0)) throw new TypeError('answerWithinMs: expected a number above 0.');
  const { finalReceipt = handlers.finalReceipt !== undefined } = options;
  if (finalReceipt && !handlers.finalReceipt) {
    throw new TypeError('handlers.finalReceipt: expected a function.');
  }
  const uri = tableUri(options, finalReceipt);
  const first = withResolvers<void>();
  const till = new TableTill({ ...options, uri, answerWithinMs, handlers, first });
  await first.promise.catch((cause: unknown) => {
    till.close();
    throw cause;
  });
  return till;
}

interface TableTillDeps extends TableTillBehaviour {
  readonly uri: string;
  readonly answerWithinMs: number;
  readonly handlers: TableHandlers;
  readonly first: Resolvers<void>;
}

/** A restaurant till that answers card machines. Made by `serveTables`. */
export class TableTill {
  /**
   * Fulfilled after `close()`, once no handler is booking any more; rejected with `Discontinued` or
   * `HandshakeRefused` when the gateway has ended it for good.
   */
  readonly closed: Promise<void>;
  readonly #connection: Connection;
  readonly #requests: TableRequests;
  readonly #notifications: TableNotifications;
  readonly #warn: Warn;

  constructor(deps: TableTillDeps) {
    const { uri, tls, handlers, seen, currency, answerWithinMs } = deps;
    const { timing = systemTiming, open = openSocket } = deps;
    const warn = warnSafely(deps.onWarning);
    const shared = { handlers, timing, warn };
    this.#warn = warn;
    this.#notifications = new TableNotifications({
      ...shared,
      seen,
      onUnlock: (at) => this.#requests.handleUnlock(at),
    });
    this.#requests = new TableRequests({
      ...shared,
      currency,
      answerWithinMs,
      whenBooked: (tableId) => this.#notifications.whenBooked(tableId),
      undo: (at) => this.#notifications.undo(at),
    });
    const ended = withResolvers<void>();
    this.closed = ended.promise;
    this.closed.catch(() => undefined);
    const stored = () => this.#notifications.whenStored();
    this.#connection = new Connection({
      open: async (signal) => open(uri, { signal, tls, stored, watch: timing }),
      timing,
      onConnected: (channel) => this.#attach(channel),
      onState: (state) => {
        guard(warn, 'onState', () => deps.onState?.(state));
        settleFirst(state, deps.first, deps.retryFirst ?? false);
        if (state.state === 'stopped') ended.reject(state.cause);
        if (state.state === 'closed') void this.#notifications.whenBooked().then(ended.resolve);
      },
    });
    this.#connection.start();
  }

  /** How it stands with the connection. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /**
   * Connects at once instead of at the end of the pause, as when the network is back; also if
   * Retry-After asked for the pause. Nothing happens while it is connected or connecting.
   */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /**
   * Ends the connection for good. What is being booked is finished; what then fails is not tried
   * again, and the gateway sends it again on the next connection.
   */
  close(): void {
    this.#notifications.close();
    this.#connection.close();
  }

  #attach(channel: Channel): void {
    const scope = new QuestionScope();
    new Peer(channel, {
      onRequest: (call) => this.#requests.answer(call.message, scope),
      onNotification: (message) => this.#notifications.handleNotification(message),
      onDiagnostic: (diagnostic) => {
        if (diagnostic.kind === 'unmatchedResponse') this.#warnRefused(diagnostic.response);
        if (diagnostic.kind === 'listenerFailed') warnListenerFailed(this.#warn, diagnostic.cause);
      },
      onClosed: (code, reason) => {
        scope.close();
        this.#connection.channelClosed(code, reason);
      },
    });
  }

  /** The till sends no requests, so an error message is about an answer of its own [C-9.5]. */
  #warnRefused({ error }: Response): void {
    const { code, message = '', data } = Object(error) as Partial<ErrorObject>;
    // The close code follows and says the same.
    if (code === errorTable.discontinued.code) return;
    const faults = data?.errors?.length ? ` ${faultsText(data.errors)}.` : '';
    const ofAnswer = code === errorTable.noAnswer.code;
    this.#warn({
      warning: ofAnswer ? 'answerRefused' : 'strayAnswer',
      message: `The gateway objects: ${message}${faults}`,
    });
  }
}
