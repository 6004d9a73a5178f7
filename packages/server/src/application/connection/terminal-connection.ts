// A card machine on one socket [C-13.4 - C-13.8]: what it says is read and passed on, what it is told is
// written. Knows the words of the link; which connection counts is the driver's business.

import type {
  IncomingRequest,
  LinkCommands,
  LinkEvent,
  LinkRequests,
  Peer,
  Request,
} from '@tillgate/protocol';
import {
  decodeRequest,
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
import type { HandOver, LinkEars, LinkedMachine, LinkReport } from '../../ports/link.ts';
import type {
  LastOrder,
  MachineReport,
  ReportOrder,
  TableAnswer,
  TransactionOrder,
} from '../../ports/terminal-driver.ts';
import type { LineParts } from './context.ts';

const POLICY_VIOLATION = 1008;
const DISCONTINUED = 4001;
/** In which a machine's messages are counted [C-13.19]. */
const WINDOW_MS = 10_000;

export class TerminalLine implements LinkedMachine {
  readonly #parts: LineParts;
  readonly #peer: Peer;
  readonly #ears: LinkEars;
  #greeted = false;
  /** Messages in the window that began then. */
  #window = { since: 0, count: 0 };

  constructor(parts: LineParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
    const { site, tid } = this.#place;
    this.#ears = parts.world.links.link(site, tid, this);
    this.heard();
  }

  heard(): void {
    const { site, tid } = this.#place;
    this.#parts.world.machineHeard(site, tid);
  }

  /** A wish of the waiter at the machine [C-13.14]. */
  async answer(call: IncomingRequest): Promise<TableAnswer> {
    this.#count();
    const { world } = this.#parts;
    const { codec, decoded } = decodeRequest(linkWaiterMethods, call.message, this.#reading);
    world.observer.messageReceived(codec.method);
    const { site, tid } = this.#place;
    if (!this.#greeted) throw refuse('terminalUnavailable', { tid });
    // The machine's session hears the wish, so it must be there first.
    await world.terminals.connected(site, tid);
    const answer = await this.#ears.wish(decoded);
    world.observer.messageSent(codec.method);
    return answer;
  }

  /** Throws the refusals of [C-13.5]. */
  notified(message: Request): void {
    this.#count();
    const { method, params } = validateNotification(
      linkEvents,
      message,
      this.#reading,
    ) as LinkEvent;
    if (method !== 'hello' && !this.#greeted) throw refuse('invalidRequest');
    this.#greeted = true;
    this.#parts.world.observer.messageReceived(method);
    this.#ears.hear(reportOf({ method, params } as LinkEvent));
  }

  closed(): void {
    this.#ears.gone();
  }

  start(order: TransactionOrder): Promise<HandOver> {
    return this.#handOver('start', { order });
  }

  startReport(order: ReportOrder): Promise<HandOver> {
    return this.#handOver('startReport', { order });
  }

  cancel(order: string): void {
    this.#tell('cancel', { order });
  }

  answerSignature(order: string, accepted: boolean, unanswered: boolean): void {
    this.#tell('answerSignature', { order, accepted, unanswered });
  }

  async lastOrder(order: string): Promise<LastOrder> {
    const { result } = linkRequests.lastOrder;
    const answer = await this.#ask('lastOrder', { order });
    if (result.isValid(answer)) return answer as LastOrder;
    const cleaned = this.#reading.strict ? answer : result.withoutUnknownKeys(answer);
    if (result.isValid(cleaned)) return cleaned as LastOrder;
    const errors = result.violations(answer);
    const error = errorObject('invalidAnswer', { method: 'lastOrder' }, { errors });
    this.#peer.send(errorText(undefined, error));
    this.#parts.world.observer.errorSent(error.code);
    throw new Error('The answer of this card machine to lastOrder cannot be used.');
  }

  discontinue(): void {
    this.#parts.close(DISCONTINUED, 'Connection Discontinued');
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
      this.#parts.note(`the card machine refused ${method}`);
      return 'refused';
    }
  }

  /** Who does not answer in time is not there [C-13.17]. */
  #ask<M extends keyof LinkRequests>(
    method: M,
    params: LinkRequests[M]['params'],
  ): Promise<unknown> {
    const { clock, limits, observer } = this.#parts.world;
    const { id, answer } = this.#peer.startRequest(method, params);
    observer.messageSent(method);
    const called = clock.after(limits.terminalAnswerMs, () => {
      this.#peer.cancel(id);
      this.#parts.close(POLICY_VIOLATION, `No answer to ${method}`);
    });
    return answer.finally(called);
  }

  #tell<M extends keyof LinkCommands>(method: M, params: LinkCommands[M]): void {
    this.#parts.world.observer.messageSent(method);
    this.#peer.send(notificationText(method, params));
  }

  #count(): void {
    const { clock, limits } = this.#parts.world;
    const now = clock.now();
    if (now - this.#window.since >= WINDOW_MS) this.#window = { since: now, count: 0 };
    this.#window.count += 1;
    if (this.#window.count <= limits.terminalMessages) return;
    this.#parts.close(POLICY_VIOLATION, 'Too many messages');
    throw refuse('invalidRequest');
  }

  get #place() {
    const { site, tid = '' } = this.#parts.handshake;
    return { site: site.name, tid };
  }

  get #reading() {
    const { world, handshake } = this.#parts;
    const { site, dialect, schemas } = handshake;
    return {
      strict: (world.siteNamed(site.name) ?? site).strict,
      schemaUrl: `${schemas}/${dialect.version}/terminal`,
      onKeysDropped: (method: string) =>
        this.#parts.note(`keys that ${method} does not have were dropped`),
    };
  }
}

function reportOf({ method, params }: LinkEvent): LinkReport {
  switch (method) {
    case 'hello':
      return { report: 'connected', profile: params };
    case 'showing':
      return { report: 'showing', order: params.order, value: params.notificationValue };
    case 'signatureWanted': {
      const { order, ...wanted } = params;
      return { report: 'signatureWanted', order, wanted };
    }
    case 'cancelDecided':
      return { report: 'cancelDecided', ...params };
    case 'finished':
      return { report: 'finished', ...params };
    case 'reported':
      return {
        ...{ report: 'reported', order: params.order },
        result: params.result as MachineReport,
      };
  }
}
