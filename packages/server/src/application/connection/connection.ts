// One till, waiter or card machine on one socket: its peer, and the line that suits its integration.
// Knows a channel, never a socket.

import type { Channel, IncomingRequest, PeerDiagnostic, Request } from '@tillgate/protocol';
import {
  CloseCode,
  errorText,
  mask,
  Peer,
  Refusal,
  unusableMessageCodes,
} from '@tillgate/protocol';
import type { ConnectionLabel } from '../../ports/observer.ts';
import type { Handshake } from '../handshake/handshake.ts';
import type { ConnectionContext, ConnectionDeps } from './context.ts';
import { PacConnection } from './pac-connection.ts';
import { PatConnection } from './pat-connection.ts';
import { TerminalConnection } from './terminal-connection.ts';
import { WaiterConnection } from './waiter-connection.ts';

export interface ClosableConnectionDeps extends ConnectionDeps {
  /** Hears when a connection is over. */
  readonly onClosed: (connection: Connection) => void;
  readonly badMessages: { readonly most: number; readonly withinMs: number };
}

const lines = {
  pac: PacConnection,
  pat: PatConnection,
  waiter: WaiterConnection,
  terminal: TerminalConnection,
} as const;

export class Connection implements ConnectionContext {
  readonly handshake: Handshake;
  readonly deps: ClosableConnectionDeps;
  readonly #peer: Peer;
  readonly #handler: PacConnection | PatConnection | WaiterConnection | TerminalConnection;
  /** Times of the bad messages of late [C-11.13]; an idle connection holds no list. */
  #bad: readonly number[] | undefined;

  constructor(world: ClosableConnectionDeps, handshake: Handshake, channel: Channel) {
    this.deps = world;
    this.handshake = handshake;
    this.#peer = new Peer(channel, this);
    world.observer.connectionOpened(this.label);
    this.#handler = new lines[handshake.integration](this, this.#peer);
  }

  get label(): ConnectionLabel {
    const { site, integration, dialect } = this.handshake;
    return { integration, version: dialect.version, site: site.name };
  }

  /** Called by the peer for each request. */
  onRequest(call: IncomingRequest): unknown {
    return this.#handler.answer(call, call.message.method);
  }

  /** Called by the peer for each notification: only a card machine sends any [C-3.10, C-13.4]. */
  get onNotification(): ((message: Request) => void) | undefined {
    const line = this.#handler;
    return line instanceof TerminalConnection
      ? (message) => this.#notice(line, message)
      : undefined;
  }

  /** Called by the peer at every sign of life. */
  onActivity(): void {
    if (this.#handler instanceof TerminalConnection) this.#handler.heard();
  }

  /** Called by the peer when the line is gone. */
  onClosed(code: number): void {
    this.#handler?.onClosed();
    this.deps.onClosed(this);
    this.deps.observer.connectionClosed(this.label, code);
  }

  /** Called by the peer for what the wire does not say. */
  onDiagnostic(note: PeerDiagnostic): void {
    if (note.kind === 'listenerFailed') {
      this.deps.observer.fault('request', note.cause);
    } else if (note.kind === 'unmatchedResponse') {
      this.note('an answer to nothing came');
    } else {
      this.deps.observer.errorSent(note.code);
      if (unusableMessageCodes.has(note.code)) this.#countBad();
    }
  }

  note(text: string): void {
    this.deps.observer.traced(this.label, mask(text));
  }

  /** A card machine is out of reach from here on, however long its socket takes to close. */
  close(code: number, reason: string): void {
    if (this.#handler instanceof TerminalConnection) this.#handler.onClosed();
    this.#peer.close(code, reason);
  }

  /** Nothing answers a notification, save that it cannot be used [C-13.5]. */
  #notice(line: TerminalConnection, message: Request): void {
    try {
      line.notified(message);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#peer.send(errorText(undefined, cause.error));
      this.deps.observer.errorSent(cause.error.code);
      this.#countBad();
    }
  }

  /** Too many messages that cannot be used: somebody is not speaking this protocol. */
  #countBad(): void {
    const { badMessages, clock } = this.deps;
    const oldest = clock.now() - badMessages.withinMs;
    const bad = [...(this.#bad ?? []).filter((at) => at > oldest), clock.now()];
    this.#bad = bad;
    if (bad.length >= badMessages.most) {
      this.close(CloseCode.policyViolation, 'Too many bad messages');
    }
  }
}
