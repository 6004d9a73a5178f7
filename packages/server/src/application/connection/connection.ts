// One open connection of a till, a waiter or a card machine: its JSON-RPC peer, and the handler of
// its integration. The table of methods is in methods.ts.

import type {
  Channel,
  IncomingRequest,
  PeerDiagnostic,
  Request,
  Sender,
  ValidationOptions,
} from '@tillgate/protocol';
import {
  addressedTo,
  CloseCode,
  errorText,
  mask,
  Peer,
  Refusal,
  unusableMessageCodes,
} from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { ConnectionLabel } from '../../ports/observer.ts';
import type { Handshake } from '../handshake/handshake.ts';
import type { ConnectionContext, ConnectionDeps } from './context.ts';
import { PacConnection } from './pac-connection.ts';
import { PatConnection } from './pat-connection.ts';
import { TerminalConnection } from './terminal-connection.ts';
import { WaiterConnection } from './waiter-connection.ts';

export interface ClosableConnectionDeps extends ConnectionDeps {
  /** Called when a connection has closed. */
  readonly onClosed: (connection: Connection) => void;
  readonly badMessages: { readonly most: number; readonly withinMs: number };
}

/** A channel whose traffic people may watch. */
export interface TracedChannel extends Channel {
  /** Identifies the connection in the traffic. */
  readonly name?: string;
  /** Shows a note for the developer of the other end beside the messages. */
  note?(text: string): void;
}

const handlers = {
  pac: PacConnection,
  pat: PatConnection,
  waiter: WaiterConnection,
  terminal: TerminalConnection,
} as const;

export class Connection implements ConnectionContext {
  readonly handshake: Handshake;
  readonly deps: ClosableConnectionDeps;
  /** In milliseconds since 1970. */
  readonly openedAt: number;
  /** False once the library of the other end is known to answer pings without their payload [C-3.49]. */
  returnsPingPayload = true;
  #channel: TracedChannel | undefined;
  #peer: Peer | undefined;
  /** Undefined before `open`, and if the channel closed before its handler was made. */
  #handler: PacConnection | PatConnection | WaiterConnection | TerminalConnection | undefined;
  #isClosed = false;
  /** Times of the last bad messages [C-11.13]; an idle connection holds no list. */
  #bad: readonly number[] | undefined;

  constructor(deps: ClosableConnectionDeps, handshake: Handshake) {
    this.deps = deps;
    this.handshake = handshake;
    this.openedAt = deps.clock.now();
  }

  /** Called once; the channel may close while it is called. */
  open(channel: TracedChannel): void {
    this.#channel = channel;
    this.deps.observer.connectionOpened(this.label);
    const peer = new Peer(channel, this);
    this.#peer = peer;
    if (!this.#isClosed) this.#handler = new handlers[this.handshake.integration](this, peer);
  }

  /** Identifies the connection in the traffic; empty before `open`. */
  get name(): string {
    return this.#channel?.name ?? '';
  }

  get label(): ConnectionLabel {
    const { site, integration, dialect } = this.handshake;
    return { integration, version: dialect.version, site: site.name };
  }

  get site(): Site {
    return this.deps.site() ?? this.handshake.site;
  }

  get validation(): ValidationOptions {
    const { schemas, dialect, integration } = this.handshake;
    return {
      strict: this.site.strict,
      schemaUrl: `${schemas}/${dialect.version}/${integration}`,
      onKeysDropped: (method) => this.note(`keys that ${method} does not have were dropped`),
    };
  }

  /** Called by the peer for each request. */
  onRequest(call: IncomingRequest): unknown {
    return this.#handler?.answer(call, call.message.method);
  }

  /** Who sends on this connection, for the sentences of errors. */
  get sender(): Sender {
    const { integration } = this.handshake;
    if (integration === 'terminal') return 'card machine';
    return integration === 'waiter' ? 'waiter' : 'till';
  }

  /** Called by the peer for each notification: only those of a card machine have a meaning [C-3.10, C-13.4]. */
  onNotification(message: Request): void {
    const handler = this.#handler;
    if (handler instanceof TerminalConnection) this.#handleNotification(handler, message);
    else
      this.note(`a notification came, which has no meaning here: ${message.method.slice(0, 80)}`);
  }

  /** Called by the peer before it numbers a request of its own [C-3.11]. */
  hasOpenRequest(id: number): boolean {
    return this.#handler instanceof PacConnection && this.#handler.hasOpenRequest(id);
  }

  /** Called by the peer at every sign of life. */
  onActivity(): void {
    if (this.#handler instanceof TerminalConnection) this.#handler.heard();
  }

  /** Called by the peer when the channel has closed. */
  onClosed(code: number): void {
    this.#isClosed = true;
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
    } else if (note.kind === 'pingPayloadNotReturned') {
      this.returnsPingPayload = false;
      this.deps.observer.pingPayloadNotReturned(this.label);
      this.note("this till's library does not return ping payloads");
    } else {
      this.deps.observer.errorSent(note.code);
      if (unusableMessageCodes.has(note.code)) this.#countUnusable();
    }
  }

  note(text: string): void {
    const masked = mask(text);
    this.deps.observer.traced(this.label, masked);
    this.#channel?.note?.(masked);
  }

  /** A card machine counts as out of reach from here on, however long its socket takes to close. */
  close(code: number, reason: string): void {
    if (this.#handler instanceof TerminalConnection) this.#handler.onClosed();
    this.#peer?.close(code, reason);
  }

  /** A notification has no answer, except an error if it cannot be used [C-13.5]. */
  #handleNotification(handler: TerminalConnection, message: Request): void {
    try {
      handler.notified(message);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#peer?.send(errorText(undefined, addressedTo(cause.error, this.sender)));
      this.deps.observer.errorSent(cause.error.code);
      this.#countBad();
    }
  }

  #countUnusable(): void {
    if (this.#handler instanceof TerminalConnection) this.#handler.unusable();
    this.#countBad();
  }

  /** After too many messages that cannot be used the connection is closed. */
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
