// A virtual card machine that links to a gateway, as a bridge to any other machine would: for tests of
// the link. Knows a channel, never a socket.

import type {
  Channel,
  IncomingRequest,
  LinkCommands,
  LinkRequests,
  Request,
} from '@tillgate/protocol';
import { linkCommands, linkRequests, Peer, refuse } from '@tillgate/protocol';
import type {
  TableAnswer,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../ports/terminal-driver.ts';

export interface LinkMachineOptions {
  readonly driver: TerminalDriver;
  readonly site: string;
  readonly tid: string;
}

/** Links the machine `tid` of `driver` over `channel`, until that closes; messages are checked. */
export function linkMachine({ driver, site, tid }: LinkMachineOptions, channel: Channel): void {
  const bridge = new LinkBridge(channel);
  bridge.begin((take) => driver.open(site, tid, take));
}

class LinkBridge {
  readonly #peer: Peer;
  #terminal: TerminalHandle | undefined;

  constructor(channel: Channel) {
    this.#peer = new Peer(channel, this);
  }

  begin(open: (take: (report: TerminalReport) => void) => TerminalHandle): void {
    this.#terminal = open((report) => this.#handleReport(report));
  }

  /** Called by the peer for each request of the gateway. */
  onRequest({ message }: IncomingRequest): unknown {
    const { method, params } = message;
    const row = linkRequests[method as keyof LinkRequests];
    if (!row?.request.isValid(message)) throw refuse('invalidParams', { method });
    const { order } = params as { readonly order: never };
    if (method === 'lastOrder') return this.#lastOrder(order);
    if (method === 'start') this.#terminal?.start(order);
    else this.#terminal?.startReport(order);
    return {};
  }

  /** On the link the discriminant is called `knows`. */
  async #lastOrder(order: string): Promise<object | undefined> {
    const last = await this.#terminal?.lastOrder(order);
    if (!last) return undefined;
    const { status: knows, ...rest } = last;
    return { knows, ...rest };
  }

  /** Called by the peer for each notification of the gateway. */
  onNotification(message: Request): void {
    const { method, params } = message;
    if (!linkCommands[method as keyof LinkCommands]?.message.isValid(message)) {
      throw new Error(`The gateway sent ${JSON.stringify(message)}.`);
    }
    if (method === 'cancel') {
      this.#terminal?.cancel((params as LinkCommands['cancel']).order);
      return;
    }
    const { order, accepted, unanswered } = params as LinkCommands['answerSignature'];
    this.#terminal?.answerSignature(order, accepted, unanswered);
  }

  closed(): void {
    this.#terminal?.close();
    this.#terminal = undefined;
  }

  #handleReport(report: TerminalReport): void {
    switch (report.kind) {
      case 'disconnected':
        return;
      case 'connected':
        this.#notify('hello', report.profile);
        return;
      case 'showing':
        this.#notify('showing', { order: report.order, notificationValue: report.value });
        return;
      case 'signatureWanted':
        this.#notify('signatureWanted', { order: report.order, ...report.wanted });
        return;
      case 'tableRequest':
        void this.#requestOfWaiter(report);
        return;
      default: {
        const { kind: method, ...params } = report;
        this.#notify(method, params);
      }
    }
  }

  #notify(method: string, params: object): void {
    this.#peer.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** A gateway out of reach is a no. */
  async #requestOfWaiter({
    request,
    answer,
  }: TerminalReport & { kind: 'tableRequest' }): Promise<void> {
    const { kind, ...params } = request;
    const message = 'The gateway is out of reach.';
    const given = await this.#peer.request(kind, params).catch(() => ({ answer: 'no', message }));
    answer(given as TableAnswer);
  }
}
