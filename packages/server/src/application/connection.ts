// One till on one socket: its dialect, its peer, what it may ask and what it is told. Knows a channel,
// never a socket.

import type {
  Call,
  Channel,
  Dialect,
  Id,
  NotificationValue,
  PeerNote,
  SignatureQuestion,
} from '@tillgate/protocol';
import { JsonText, mask, Peer, readRequest, refuse } from '@tillgate/protocol';
import type { JobResult, Starter } from '../domain/job.ts';
import type { Site } from '../domain/site.ts';
import type { ConnectionLabel, Observer } from '../ports/observer.ts';
import type { PacWorld } from './pac.ts';
import { answerPac } from './pac.ts';
import { textOf } from './result-text.ts';
import type { Till, TillLine, Tills } from './tills.ts';

/** What the address of the socket told [C-2.2]. */
export interface Handshake {
  readonly site: Site;
  readonly integration: 'pac' | 'pat';
  readonly dialect: Dialect;
  /** Names the token, without telling it. */
  readonly tokenHash: string;
  readonly softwareHouseId: string;
  readonly installerId: string;
  readonly eposId: string | undefined;
  /** Where the raw schemas are served, such as `https://shop1.pay.example/schemas`. */
  readonly schemas: string;
}

export interface ConnectionWorld extends PacWorld {
  readonly tills: Tills;
  readonly observer: Observer;
  /** The site as it is now: its settings may change while the socket is open. */
  readonly siteNamed: (name: string) => Site | undefined;
  /** Hears when a connection is over. */
  readonly left: (connection: Connection) => void;
  readonly badMessages: { readonly most: number; readonly withinMs: number };
}

/** Ids that C-3.9 advises; others are taken with a note. */
const ADVISED_ID = 999_999;
const POLICY_VIOLATION = 1008;

export class Connection implements TillLine {
  readonly handshake: Handshake;
  readonly #world: ConnectionWorld;
  readonly #peer: Peer;
  readonly #till: Till;
  /** Times of the bad messages of late [C-11.13]; an idle connection holds no list. */
  #bad: readonly number[] | undefined;

  constructor(world: ConnectionWorld, handshake: Handshake, channel: Channel) {
    this.#world = world;
    this.handshake = handshake;
    this.#peer = new Peer(channel, this);
    world.observer.connectionOpened(this.label);
    this.#till = world.tills.arrive({ site: handshake.site.name, ...this.#starter }, this);
  }

  get label(): ConnectionLabel {
    const { site, integration, dialect } = this.handshake;
    return { integration, version: dialect.version, site: site.name };
  }

  /** Called by the peer for each request. */
  answer(call: Call): unknown {
    const { site, dialect, integration } = this.handshake;
    this.#checkId(call.id);
    // The till sends no requests of its own at the table [C-9.1].
    const table = integration === 'pac' ? dialect.pac.requests : {};
    const now = this.#world.siteNamed(site.name) ?? site;
    const { row, wish } = readRequest(table, call.message, {
      strict: now.strict,
      schemas: `${this.handshake.schemas}/${dialect.version}/${integration}`,
      dropped: (method) => this.#note(`keys that ${method} does not have were dropped`),
    });
    this.#world.observer.messageReceived(row.method);
    this.#world.observer.messageSent(row.method);
    const asker = { site: now, till: this.#till, line: this, starter: this.#starter };
    const result = answerPac({ world: this.#world, asker, call }, wish);
    if (!(result instanceof Promise)) return row.write(result);
    // Most results that come later are large: their text is made for the journal already.
    return result.then((late) => new JsonText(textOf(row.write(late) as JobResult)));
  }

  /** Called by the peer when the line is gone. */
  closed(code: number): void {
    this.#till?.detach(this);
    this.#world.left(this);
    this.#world.observer.connectionClosed(this.label, code);
  }

  /** Called by the peer for what the wire does not say. */
  trace(note: PeerNote): void {
    if (note.note === 'fault') {
      this.#world.observer.fault('request', note.cause);
    } else if (note.note === 'strayAnswer') {
      this.#note('an answer to nothing came');
    } else {
      this.#world.observer.errorSent(note.code);
      if (note.code === -32700 || note.code === -32600) this.#countBad();
    }
  }

  show(tid: string, value: NotificationValue): void {
    const text = this.handshake.dialect.pac.notification(tid, value);
    if (text === undefined) return;
    this.#world.observer.messageSent('terminalNotification');
    this.#peer.tell(text);
  }

  ask(question: SignatureQuestion, judged: (accepted: boolean) => boolean): () => void {
    const { method, write, read } = this.handshake.dialect.pac.signature;
    this.#world.observer.messageSent(method);
    const id = this.#peer.ask(method, write(question), (answer) => {
      const accepted = read(answer.result);
      if (accepted === undefined) this.#note('an answer without accepted does not count');
      return accepted !== undefined && judged(accepted);
    });
    return () => this.#peer.forget(id);
  }

  respond(id: Id, result: JobResult, delivered: () => void): void {
    this.#peer.respond(id, this.handshake.dialect.pac.late(result));
    this.#peer.mark(delivered);
  }

  mark(delivered: () => void): void {
    this.#peer.mark(delivered);
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  get #starter(): Omit<Starter, 'requestId'> {
    const { dialect, softwareHouseId, installerId, eposId } = this.handshake;
    const starter = { version: dialect.version, softwareHouseId, installerId };
    return eposId === undefined ? starter : { ...starter, eposId };
  }

  #checkId(id: Id): void {
    if (this.handshake.eposId !== undefined && this.#till.owes(id)) throw refuse('invalidRequest');
    const advised = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= ADVISED_ID;
    if (!advised) this.#note('an id outside 0..999999 came');
  }

  /** Too many messages that cannot be used: somebody is not speaking this protocol. */
  #countBad(): void {
    const { badMessages, clock } = this.#world;
    const oldest = clock.now() - badMessages.withinMs;
    const bad = [...(this.#bad ?? []).filter((at) => at > oldest), clock.now()];
    this.#bad = bad;
    if (bad.length >= badMessages.most) {
      this.#peer.close(POLICY_VIOLATION, 'Too many bad messages');
    }
  }

  #note(text: string): void {
    this.#world.observer.traced(this.label, mask(text));
  }
}
