// One connection of a card machine [C-13.4 - C-13.8]: passes its reports on, and sends it commands in the
// messages of the link. Of several connections of one machine the link driver decides which is active.

import type {
  IncomingRequest,
  LinkCommands,
  LinkEvent,
  LinkRequests,
  Peer,
  Refusal,
  Request,
  SchemaViolation,
} from '@tillgate/protocol';
import {
  accept,
  addressedTo,
  CloseCode,
  decodeRequest,
  describeValue,
  ErrorResponse,
  errorObject,
  errorText,
  InvalidResponse,
  linkEvents,
  linkRequests,
  linkWaiterMethods,
  notificationText,
  refuse,
  validateNotification,
} from '@tillgate/protocol';
import type { HandOver, LinkedMachine, LinkListener } from '../../ports/link.ts';
import type {
  LastOrder,
  MachineReport,
  ReportOrder,
  TableAnswer,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';
import type { ConnectionContext } from './context.ts';
import { linkReport } from './methods.ts';

/** In which a machine's messages are counted [C-13.19]. */
const WINDOW_MS = 10_000;
/** What a machine in a browser asks for as a sign of life; its -32601 means nothing [C-3.47]. */
const SIGN_OF_LIFE = 'connectedTerminals';

export class TerminalConnection implements LinkedMachine {
  readonly #context: ConnectionContext;
  readonly #peer: Peer;
  readonly #listener: LinkListener;
  #greeted = false;
  /** Messages in the window that began then. */
  #window = { since: 0, count: 0 };

  constructor(context: ConnectionContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
    const { site, tid } = this.#address;
    this.#listener = context.deps.links.link(site, tid, this);
    this.heard();
  }

  heard(): void {
    this.#context.deps.terminalHeard(this.#address.tid);
  }

  /** A request of the waiter at the machine [C-13.14]. */
  async answer(call: IncomingRequest): Promise<TableAnswer> {
    this.#count();
    const { deps } = this.#context;
    const { codec, decoded } = this.#checked(call.message, () => {
      if (Object.hasOwn(linkEvents, call.message.method)) throw wrongKind(call.message);
      return decodeRequest(linkWaiterMethods, call.message, this.#context.validation);
    });
    deps.observer.messageReceived(codec.method);
    const { tid } = this.#address;
    if (!this.#greeted) throw refuse('terminalUnavailable', { tid });
    // The terminal's session handles the request, so it must be open first.
    await deps.terminals.connected(tid);
    const answer = await this.#listener.onRequest(decoded);
    deps.observer.messageSent(codec.method);
    return answer;
  }

  /** Throws the refusals of [C-13.5]. */
  notified(message: Request): void {
    this.#count();
    const event = this.#checked(message, () => {
      if (Object.hasOwn(linkWaiterMethods, message.method)) throw wrongKind(message);
      return validateNotification(linkEvents, message, this.#context.validation) as LinkEvent;
    });
    const { method } = event;
    if (method !== 'hello' && !this.#greeted)
      throw refuse('invalidRequest', {}, beforeHello(method));
    this.#checked(message, () => this.#mustBePossible(event));
    this.#greeted = true;
    this.#context.deps.observer.messageReceived(method);
    this.#listener.onReport(linkReport(event));
  }

  /** A message that cannot be used came; the order may have ended with it [C-13.5]. */
  unusable(): void {
    // The error message goes first.
    queueMicrotask(() => this.#listener.onReport({ kind: 'unreadable' }));
  }

  /** What `check` returns; the refusal that it throws makes the message unusable. */
  #checked<Valid>({ method }: Request, check: () => Valid): Valid {
    try {
      return check();
    } catch (cause) {
      if (method !== SIGN_OF_LIFE) this.unusable();
      throw cause;
    }
  }

  /** Refuses the end of an order that the order or the machine's profile excludes. */
  #mustBePossible({ method, params }: LinkEvent): void {
    if (method !== 'finished' && method !== 'reported') return;
    const end: LastOrder =
      method === 'finished'
        ? { status: 'outcome', outcome: params.outcome }
        : { status: 'report', result: params.result as MachineReport };
    const errors = this.#contradictions(params.order, end, '/params');
    if (errors.length === 0) return;
    const schema = `${this.#context.validation.schemaUrl}/${method}.json`;
    throw refuse('invalidParams', { method }, { errors, schema });
  }

  #contradictions(
    order: string,
    end: LastOrder,
    path: '/params' | '/result',
  ): readonly SchemaViolation[] {
    const { tid } = this.#address;
    const session = this.#context.deps.terminals.opened(tid);
    return under(path, session?.contradictions(order, end) ?? []);
  }

  onClosed(): void {
    this.#listener.onClosed();
  }

  start(order: TransactionOrder): Promise<HandOver> {
    const { mayEnterCashback: _, ...published } = order;
    return this.#handOver('start', { order: published });
  }

  startReport(order: ReportOrder): Promise<HandOver> {
    return this.#handOver('startReport', { order });
  }

  cancel(order: string): void {
    this.#notify('cancel', { order });
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#notify('answerSignature', { order, accepted, unanswered });
  }

  async lastOrder(order: string): Promise<LastOrder> {
    const { result } = linkRequests.lastOrder;
    const answer = await this.#ask('lastOrder', { order });
    const accepted = accept(result, answer, this.#context.site.strict);
    const last = accepted && lastOrderOf(accepted.value as WireLastOrder);
    const errors = last
      ? this.#contradictions(order, last, '/result')
      : under('/result', result.violations(answer));
    if (last && errors.length === 0) return last;
    const error = addressedTo(
      errorObject('invalidAnswer', { method: 'lastOrder' }, { errors }),
      'card machine',
    );
    this.#peer.send(errorText(undefined, error));
    this.#context.deps.observer.errorSent(error.code);
    throw new Error('The answer of this card machine to lastOrder cannot be used.');
  }

  superseded(): void {
    this.#context.close(CloseCode.superseded, 'Connection Discontinued');
  }

  /** Any error means that it was not begun [C-13.9]. */
  async #handOver<M extends 'start' | 'startReport'>(
    method: M,
    params: LinkRequests[M]['params'],
  ): Promise<HandOver> {
    try {
      await this.#ask(method, params);
      return 'taken';
    } catch (cause) {
      const refused = cause instanceof ErrorResponse || cause instanceof InvalidResponse;
      if (!refused) return 'unanswered';
      this.#context.note(`the card machine refused ${method}`);
      return 'refused';
    }
  }

  /** Who does not answer in time is not there [C-13.17]. */
  #ask<M extends keyof LinkRequests>(
    method: M,
    params: LinkRequests[M]['params'],
  ): Promise<unknown> {
    const { clock, limits, observer } = this.#context.deps;
    const { id, response } = this.#peer.startRequest(method, params);
    observer.messageSent(method);
    const called = clock.after(limits.terminalAnswerMs, () => {
      this.#peer.cancel(id);
      this.#context.close(CloseCode.policyViolation, `No answer to ${method}`);
    });
    return response.finally(called);
  }

  #notify<M extends keyof LinkCommands>(method: M, params: LinkCommands[M]): void {
    this.#context.deps.observer.messageSent(method);
    this.#peer.send(notificationText(method, params));
  }

  #count(): void {
    const { clock, limits } = this.#context.deps;
    const now = clock.now();
    if (now - this.#window.since >= WINDOW_MS) this.#window = { since: now, count: 0 };
    this.#window.count += 1;
    if (this.#window.count <= limits.terminalMessages) return;
    this.#context.close(CloseCode.policyViolation, 'Too many messages');
    const expected = `at most ${limits.terminalMessages} messages in ${WINDOW_MS / 1000} s`;
    throw refuse('invalidRequest', {}, { errors: [{ path: '', expected, got: 'more messages' }] });
  }

  get #address() {
    const { site, tid = '' } = this.#context.handshake;
    return { site: site.name, tid };
  }
}

/** A request without an id, or a notification with one. */
function wrongKind({ method, id }: Request): Refusal {
  const expected =
    id === undefined ? `an id: ${method} is a request` : `nothing: ${method} is a notification`;
  const errors = [{ path: '/id', expected, got: describeValue(id) }];
  return refuse('unknownMethod', { method }, { errors });
}

function beforeHello(method: string) {
  return { errors: [{ path: '/method', expected: 'hello first', got: describeValue(method) }] };
}

function under(path: string, violations: readonly SchemaViolation[]): readonly SchemaViolation[] {
  return violations.map((violation) => ({ ...violation, path: `${path}${violation.path}` }));
}

type WireLastOrder = LinkRequests['lastOrder']['result'];

/** On the link the discriminant is called `knows`. */
function lastOrderOf({ knows: status, ...rest }: WireLastOrder): LastOrder {
  return { status, ...rest } as LastOrder;
}
