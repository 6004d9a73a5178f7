// Links a card machine of any driver to a gateway over a channel, as a bridge to a real machine would: for tests
// of the link.

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

/** Links the machine `tid` of `driver` until `channel` closes; messages of the gateway are validated. */
export function linkMachine({ driver, site, tid }: LinkMachineOptions, channel: Channel): void {
  const bridge = new LinkBridge(channel);
  bridge.begin((onReport) => driver.open(site, tid, onReport));
}

class LinkBridge {
  readonly #peer: Peer;
  #terminal: TerminalHandle | undefined;

  constructor(channel: Channel) {
    this.#peer = new Peer(channel, this);
  }

  begin(open: (onReport: (report: TerminalReport) => void) => TerminalHandle): void {
    this.#terminal = open((report) => this.#handleReport(report));
  }

  /** Called by the peer for each request of the gateway. */
  onRequest({ message }: IncomingRequest): unknown {
    const { method, params } = message;
    const codec = linkRequests[method as keyof LinkRequests];
    if (!codec?.request.isValid(message)) throw refuse('invalidParams', { method });
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

  /** Answers `no` if the gateway cannot be reached. */
  async #requestOfWaiter({
    request,
    answer,
  }: TerminalReport & { kind: 'tableRequest' }): Promise<void> {
    const { kind, ...params } = request;
    const message = 'The gateway is out of reach.';
    const reply = await this.#peer.request(kind, params).catch(() => ({ answer: 'no', message }));
    answer(reply as TableAnswer);
  }
}
