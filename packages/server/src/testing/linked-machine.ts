// A virtual card machine that links to a gateway, as a bridge to any other machine would: for tests of
// the link. Knows a channel, never a socket.

import type { Call, Channel, LinkAsking, LinkTold, Request, WaiterWish } from '@tillgate/protocol';
import { linkNotices, linkQuestions, Peer, refuse } from '@tillgate/protocol';
import type {
  TableAnswer,
  TerminalDriver,
  TerminalLine,
  TerminalReport,
} from '../ports/terminal-driver.ts';

export interface BehindTheLink {
  readonly driver: TerminalDriver;
  readonly site: string;
  readonly tid: string;
}

/** Links the machine `tid` of `driver` over `channel`, until that closes; messages are checked. */
export function linkMachine({ driver, site, tid }: BehindTheLink, channel: Channel): void {
  const bridge = new Bridge(channel);
  bridge.begin((take) => driver.open(site, tid, take));
}

class Bridge {
  readonly #peer: Peer;
  #line: TerminalLine | undefined;

  constructor(channel: Channel) {
    this.#peer = new Peer(channel, this);
  }

  begin(open: (take: (report: TerminalReport) => void) => TerminalLine): void {
    this.#line = open((report) => this.#hear(report));
  }

  /** Called by the peer for each request of the gateway. */
  answer({ message }: Call): unknown {
    const { method, params } = message;
    const row = linkQuestions[method as keyof LinkAsking];
    if (!row?.request.fits(message)) throw refuse('invalidParams', { method });
    const { order } = params as { readonly order: never };
    if (method === 'lastOrder') return this.#line?.lastOrder(order);
    if (method === 'start') this.#line?.start(order);
    else this.#line?.startReport(order);
    return {};
  }

  /** Called by the peer for each notification of the gateway. */
  notified(message: Request): void {
    const { method, params } = message;
    if (!linkNotices[method as keyof LinkTold]?.message.fits(message)) {
      throw new Error(`The gateway sent ${JSON.stringify(message)}.`);
    }
    if (method === 'cancel') {
      this.#line?.cancel((params as LinkTold['cancel']).order);
      return;
    }
    const { order, accepted, unanswered } = params as LinkTold['answerSignature'];
    this.#line?.answerSignature(order, accepted, unanswered);
  }

  closed(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  #hear(report: TerminalReport): void {
    switch (report.report) {
      case 'disconnected':
        return;
      case 'connected':
        this.#tell('hello', report.profile);
        return;
      case 'showing':
        this.#tell('showing', { order: report.order, notificationValue: report.value });
        return;
      case 'signatureWanted':
        this.#tell('signatureWanted', { order: report.order, ...report.wanted });
        return;
      case 'tableWish':
        void this.#wish(report.number, report.wish);
        return;
      default: {
        const { report: method, ...params } = report;
        this.#tell(method, params);
      }
    }
  }

  #tell(method: string, params: object): void {
    this.#peer.tell(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  /** A gateway out of reach is a no. */
  async #wish(number: number, { wish, ...params }: WaiterWish): Promise<void> {
    const message = 'The gateway is out of reach.';
    const answer = await this.#peer.call(wish, params).catch(() => ({ answer: 'no', message }));
    this.#line?.answerTable(number, answer as TableAnswer);
  }
}
