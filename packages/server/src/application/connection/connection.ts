// One till, waiter or card machine on one socket: its peer, and the line that suits its integration.
// Knows a channel, never a socket.

import type { Channel, IncomingRequest, PeerDiagnostic, Request } from '@tillgate/protocol';
import { errorText, mask, Peer, Refusal } from '@tillgate/protocol';
import type { ConnectionLabel } from '../../ports/observer.ts';
import type { Handshake, LineParts, LineWorld } from './context.ts';
import { PacLine } from './pac-connection.ts';
import { PatLine } from './pat-connection.ts';
import { TerminalLine } from './terminal-connection.ts';
import { WaiterLine } from './waiter-connection.ts';

export type { Handshake } from './context.ts';

export interface ConnectionWorld extends LineWorld {
  /** Hears when a connection is over. */
  readonly left: (connection: Connection) => void;
  readonly badMessages: { readonly most: number; readonly withinMs: number };
}

const POLICY_VIOLATION = 1008;
const lines = { pac: PacLine, pat: PatLine, waiter: WaiterLine, terminal: TerminalLine } as const;

export class Connection implements LineParts {
  readonly handshake: Handshake;
  readonly world: ConnectionWorld;
  readonly #peer: Peer;
  readonly #line: PacLine | PatLine | WaiterLine | TerminalLine;
  /** Times of the bad messages of late [C-11.13]; an idle connection holds no list. */
  #bad: readonly number[] | undefined;

  constructor(world: ConnectionWorld, handshake: Handshake, channel: Channel) {
    this.world = world;
    this.handshake = handshake;
    this.#peer = new Peer(channel, this);
    world.observer.connectionOpened(this.label);
    this.#line = new lines[handshake.integration](this, this.#peer);
  }

  get label(): ConnectionLabel {
    const { site, integration, dialect } = this.handshake;
    return { integration, version: dialect.version, site: site.name };
  }

  /** Called by the peer for each request. */
  onRequest(call: IncomingRequest): unknown {
    return this.#line.answer(call, call.message.method);
  }

  /** Called by the peer for each notification: only a card machine sends any [C-3.10, C-13.4]. */
  get onNotification(): ((message: Request) => void) | undefined {
    const line = this.#line;
    return line instanceof TerminalLine ? (message) => this.#notice(line, message) : undefined;
  }

  /** Called by the peer at every sign of life. */
  onActivity(): void {
    if (this.#line instanceof TerminalLine) this.#line.heard();
  }

  /** Called by the peer when the line is gone. */
  onClosed(code: number): void {
    this.#line?.closed();
    this.world.left(this);
    this.world.observer.connectionClosed(this.label, code);
  }

  /** Called by the peer for what the wire does not say. */
  onDiagnostic(note: PeerDiagnostic): void {
    if (note.kind === 'listenerFailed') {
      this.world.observer.fault('request', note.cause);
    } else if (note.kind === 'unmatchedResponse') {
      this.note('an answer to nothing came');
    } else {
      this.world.observer.errorSent(note.code);
      if (note.code === -32700 || note.code === -32600) this.#countBad();
    }
  }

  note(text: string): void {
    this.world.observer.traced(this.label, mask(text));
  }

  /** A card machine is out of reach from here on, however long its socket takes to close. */
  close(code: number, reason: string): void {
    if (this.#line instanceof TerminalLine) this.#line.closed();
    this.#peer.close(code, reason);
  }

  /** Nothing answers a notification, save that it cannot be used [C-13.5]. */
  #notice(line: TerminalLine, message: Request): void {
    try {
      line.notified(message);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#peer.send(errorText(undefined, cause.error));
      this.world.observer.errorSent(cause.error.code);
      this.#countBad();
    }
  }

  /** Too many messages that cannot be used: somebody is not speaking this protocol. */
  #countBad(): void {
    const { badMessages, clock } = this.world;
    const oldest = clock.now() - badMessages.withinMs;
    const bad = [...(this.#bad ?? []).filter((at) => at > oldest), clock.now()];
    this.#bad = bad;
    if (bad.length >= badMessages.most) {
      this.close(POLICY_VIOLATION, 'Too many bad messages');
    }
  }
}
