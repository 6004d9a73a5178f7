// A linked card machine: keeps it connected, passes orders of the gateway to `OrderProcessor`, its events to
// the gateway, and requests of its waiter there and the answers back.

import type {
  Channel,
  ErrorObject,
  IncomingRequest,
  LinkCommands,
  LinkEvent,
  LinkLastOrder,
  LinkOrder,
  LinkReportOrder,
  Request,
  Response,
  WaiterAnswer,
  WaiterRequest,
} from '@tillgate/protocol';
import { linkCommands, linkRequests, Peer, refuse } from '@tillgate/protocol';
import type { ConnectionState } from '../connection/connection.ts';
import { Connection, settleFirst } from '../connection/connection.ts';
import { faultsText } from '../connection/errors.ts';
import { openSocket } from '../connection/open-socket.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { parseTolerant } from '../connection/read.ts';
import { systemTiming } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { guard, warnListenerFailed, warnSafely } from '../connection/warning.ts';
import type { Resolvers } from '../connection/with-resolvers.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { LinkAddress } from './address.ts';
import { terminalUri } from './address.ts';
import type { CardMachine } from './machine.ts';
import { checkMachine } from './machine.ts';
import type { StartOrder } from './order-processor.ts';
import { OrderProcessor } from './order-processor.ts';
import type { ListRequest, LockRequest, PayRequest, WaiterAnswerOf } from './waiter-requests.ts';
import { sendWaiterRequest } from './waiter-requests.ts';

/** Longer than any gateway waits for the till [C-11.6]; for the case that its answer is lost. */
const SIGNATURE_WITHIN_MS = 300_000;

/** The options of a linked card machine, without its address. */
export interface LinkBehaviour extends ConnectionOptions {
  /** How long `askSignature` waits before the signature counts as accepted, in ms. Default: 300000. */
  readonly signatureWithinMs?: number;
}

/** The options of `linkTerminal`: the address and the behaviour. */
export type LinkOptions = LinkAddress & LinkBehaviour;

/**
 * Links a card machine to the gateway and keeps it linked, until `close()` or until the gateway ends it
 * for good: its key is revoked, or the same machine is linked somewhere else. Rejects with
 * `TypeError` (wrong options), what `machine.memory.load` throws, or `HandshakeRefused` or
 * `CouldNotConnect` if the first try fails.
 *
 * @example
 * const link = await linkTerminal({ host: 'wss://shop1.pay.example', token, tid: '12345678' }, {
 *   profile: { currency: 'GBP', cashback: false, transactions: ['SALE'], reports: [] },
 *   memory: orderInStorage(localStorage),
 *   async start(order, screen) {
 *     screen.show('PRESENT_CARD');
 *     const card = await reader.read({ signal: screen.cancel });
 *     await screen.commit();
 *     const { approved, authCode } = await bank.charge(card, order.amount);
 *     return { transactionResult: approved ? 'SUCCESSFUL' : 'DECLINED', card: { authCode } };
 *   },
 *   recall: (order) => bank.lookUp(order.id),
 * });
 */
export async function linkTerminal(
  options: LinkOptions,
  machine: CardMachine,
): Promise<TerminalLink> {
  checkMachine(machine);
  const { signatureWithinMs = SIGNATURE_WITHIN_MS } = options;
  if (!(signatureWithinMs > 0)) throw new TypeError('signatureWithinMs: expected more than 0.');
  const first = withResolvers<void>();
  const deps = { ...options, ...terminalUri(options), signatureWithinMs, machine, first };
  const link = new TerminalLink(deps);
  await link.load();
  await first.promise.catch((cause: unknown) => {
    link.close();
    throw cause;
  });
  return link;
}

interface LinkDeps extends LinkBehaviour {
  readonly uri: string;
  readonly tid: string;
  readonly machine: CardMachine;
  readonly signatureWithinMs: number;
  readonly first: Resolvers<void>;
}

/** A card machine that is linked. Made by `linkTerminal`. */
export class TerminalLink {
  /** The identifier of the card machine. */
  readonly tid: string;
  /**
   * Fulfilled after `close()`, once the current order has ended and is saved; rejected with
   * `Discontinued` or `HandshakeRefused` when the gateway has ended the link for good.
   */
  readonly closed: Promise<void>;
  readonly #machine: CardMachine;
  readonly #connection: Connection;
  readonly #orders: OrderProcessor;
  readonly #warn: Warn;
  #peer: Peer | undefined;

  constructor(deps: LinkDeps) {
    const { uri, tid, tls, machine, signatureWithinMs, first, retryFirst = false } = deps;
    const { timing = systemTiming, open = openSocket } = deps;
    const warn = warnSafely(deps.onWarning);
    this.tid = tid;
    this.#machine = machine;
    this.#warn = warn;
    this.#orders = new OrderProcessor({
      machine,
      tid,
      signatureWithinMs,
      timing,
      warn,
      send: (telling) => this.#send(telling),
      reannounce: () => this.#greet(),
    });
    const ended = withResolvers<void>();
    this.closed = ended.promise;
    this.closed.catch(() => undefined);
    this.#connection = new Connection({
      open: async (signal) => open(uri, { signal, tls, watch: timing }),
      timing,
      onConnected: (channel) => this.#attach(channel),
      onState: (state) => {
        guard(warn, 'onState', () => deps.onState?.(state));
        settleFirst(state, first, retryFirst);
        if (state.state === 'stopped') {
          this.#orders.connectionEnded(state.cause);
          ended.reject(state.cause);
        } else if (state.state === 'closed') {
          this.#orders.connectionEnded();
          void this.#orders.whenIdle().then(ended.resolve);
        }
      },
    });
  }

  /** How it stands with the link. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Takes up the last order, then connects. Called by `linkTerminal`. */
  async load(): Promise<void> {
    await this.#orders.load();
    this.#connection.start();
  }

  /** The open tables. From here until `leave` the machine is busy. */
  tables(who: ListRequest = {}): Promise<WaiterAnswerOf<'tables'>> {
    return this.#sendWaiterRequest<'tables'>('tables', who);
  }

  /** Locks a table; the answer says how much is to pay. */
  lock(table: LockRequest): Promise<WaiterAnswerOf<'locked'>> {
    return this.#sendWaiterRequest<'locked'>('lock', table);
  }

  /** The bill to print; only before the first payment. */
  bill(): Promise<WaiterAnswerOf<'bill'>> {
    return this.#sendWaiterRequest<'bill'>('bill');
  }

  /**
   * Pays a part of the bill: by card, for which an order comes to `start` meanwhile, or noted as paid
   * by other means. `unknown`: it is not known whether the card was charged.
   */
  pay(payment: PayRequest): Promise<WaiterAnswerOf<'payment' | 'unknown'>> {
    return this.#sendWaiterRequest<'payment' | 'unknown'>('pay', payment);
  }

  /** Done with the table; the answer has the final receipt, if there is one. */
  leave(): Promise<WaiterAnswerOf<'left'>> {
    return this.#sendWaiterRequest<'left'>('leave');
  }

  /**
   * Connects at once instead of at the end of the pause, as when the network is back; also if
   * Retry-After asked for the pause. Nothing happens while it is connected or connecting.
   */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Ends the connection for good. The current order goes on; its end is sent at the next `linkTerminal`. */
  close(): void {
    this.#peer = undefined;
    this.#orders.close();
    this.#connection.close();
  }

  #sendWaiterRequest<Word extends WaiterAnswer['answer']>(
    kind: WaiterRequest['kind'],
    params: object = {},
  ): Promise<WaiterAnswerOf<Word>> {
    const answer: Promise<unknown> = sendWaiterRequest(this.#peer, { kind, params }, this.#warn);
    return answer as Promise<WaiterAnswerOf<Word>>;
  }

  #attach(channel: Channel): void {
    const isOpen = () => this.#peer === peer;
    const peer = new Peer(channel, {
      onRequest: (call) => this.#answer(call, isOpen),
      onNotification: (message) => this.#handleNotification(message),
      onDiagnostic: (diagnostic) => {
        if (diagnostic.kind === 'unmatchedResponse') this.#warnRefused(diagnostic.response);
        if (diagnostic.kind === 'listenerFailed') warnListenerFailed(this.#warn, diagnostic.cause);
      },
      onClosed: (code, reason) => {
        if (isOpen()) this.#peer = undefined;
        this.#connection.channelClosed(code, reason);
      },
    });
    this.#peer = peer;
    this.#greet();
  }

  #greet(): void {
    const { currency, cashback, transactions, reports } = this.#machine.profile;
    const lists = { transactions: [...transactions], reports: [...reports] };
    this.#send({ method: 'hello', params: { currency, cashback, ...lists } });
  }

  #send(telling: LinkEvent): boolean {
    this.#peer?.send(JSON.stringify({ jsonrpc: '2.0', ...telling }));
    return this.#peer !== undefined;
  }

  #answer(call: IncomingRequest, isOpen: () => boolean): unknown {
    const { method, params } = this.#parse(call.message);
    const { order } = params as { readonly order: unknown };
    switch (method) {
      case 'start':
        return this.#accept(call, isOpen, this.#orders.accept(order as LinkOrder));
      case 'startReport':
        return this.#accept(call, isOpen, this.#orders.acceptReport(order as LinkReportOrder));
      default:
        return this.#last(call, order as string);
    }
  }

  async #accept(
    call: IncomingRequest,
    isOpen: () => boolean,
    taking: Promise<StartOrder | undefined>,
  ) {
    const begin = await taking;
    call.onAnswered(() => begin?.(isOpen()));
    return {};
  }

  #last(call: IncomingRequest, order: string): LinkLastOrder {
    const last = this.#orders.lastOrder(order);
    if (last.knows === 'running') call.onAnswered(() => this.#orders.resend());
    return last;
  }

  /** Throws the refusal of what is no question of the link, or does not fit. */
  #parse(message: Request): Request {
    const { method } = message;
    const row = Object.values(linkRequests).find((each) => each.method === method);
    if (!row) throw refuse('unknownMethod', { method });
    const fitting = parseTolerant(row.request, message, () => this.#warnUnknownKeys(method));
    if (fitting) return fitting;
    throw refuse('invalidParams', { method }, { errors: row.request.violations(message) });
  }

  #handleNotification(message: Request): void {
    const { method } = message;
    const row = Object.values(linkCommands).find((each) => each.method === method);
    const fitting = row && parseTolerant(row.message, message, () => this.#warnUnknownKeys(method));
    if (!fitting) {
      const text = `A notification ${method} could not be read.`;
      this.#warn({ warning: 'badMessage', message: text });
    } else if (method === 'cancel') {
      this.#orders.cancel(fitting.params as LinkCommands['cancel']);
    } else {
      this.#orders.resolveSignature(fitting.params as LinkCommands['answerSignature']);
    }
  }

  /** An error without id is about an event that this machine sent [C-13.5]. */
  #warnRefused({ id, error }: Response): void {
    if (id !== undefined) return;
    const { message = '', data } = Object(error) as Partial<ErrorObject>;
    const faults = data?.errors?.length ? ` ${faultsText(data.errors)}.` : '';
    this.#warn({ warning: 'strayAnswer', message: `The gateway objects: ${message}${faults}` });
  }

  #warnUnknownKeys(method: string): void {
    this.#warn({ warning: 'unknownKeys', message: `${method} has unknown keys.` });
  }
}
