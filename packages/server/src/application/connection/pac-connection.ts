// A till at the counter on one socket: what it asks is read in its own dialect and carried out, and what
// its jobs have to say goes out on it.

import type {
  Id,
  IncomingRequest,
  NotificationValue,
  PacMethodCodec,
  Peer,
  SignatureQuestion,
} from '@tillgate/protocol';
import { decodeRequest, JsonText, refuse } from '@tillgate/protocol';
import type { JobResult, Starter } from '../../domain/job.ts';
import { textOf } from '../journal/result-text.ts';
import { answerPac } from '../pac/pac.ts';
import type { Till, TillLine } from '../pac/tills.ts';
import type { LineParts } from './context.ts';

/** Ids that C-3.9 advises; others are taken with a note. */
const ADVISED_ID = 999_999;

export class PacLine implements TillLine {
  readonly #parts: LineParts;
  readonly #peer: Peer;
  readonly #till: Till;

  constructor(parts: LineParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
    const { world, handshake } = parts;
    this.#till = world.tills.arrive({ site: handshake.site.name, ...this.#starter }, this);
  }

  answer(call: IncomingRequest): unknown {
    const { world, handshake } = this.#parts;
    const { site, dialect } = handshake;
    this.#checkId(call.id);
    const now = world.siteNamed(site.name) ?? site;
    const { codec, decoded } = decodeRequest(dialect.pac.requests, call.message, {
      strict: now.strict,
      schemaUrl: `${handshake.schemas}/${dialect.version}/pac`,
      onKeysDropped: (method) => this.#parts.note(`keys that ${method} does not have were dropped`),
    });
    world.observer.messageReceived(codec.method);
    world.observer.messageSent(codec.method);
    const asker = { site: now, till: this.#till, line: this, starter: this.#starter };
    const result = answerPac({ world, asker, call }, decoded);
    return result instanceof Promise
      ? result.then((late) => lateText(codec, late))
      : codec.encode(result);
  }

  closed(): void {
    this.#till.detach(this);
  }

  show(tid: string, value: NotificationValue): void {
    const text = this.#parts.handshake.dialect.pac.encodeNotification(tid, value);
    if (text === undefined) return;
    this.#parts.world.observer.messageSent('terminalNotification');
    this.#peer.send(text);
  }

  ask(question: SignatureQuestion, judged: (accepted: boolean) => boolean): () => void {
    const { method, encode, decode } = this.#parts.handshake.dialect.pac.signature;
    this.#parts.world.observer.messageSent(method);
    const id = this.#peer.sendRequest(method, encode(question), (answer) => {
      const accepted = decode(answer.result);
      if (accepted === undefined) this.#parts.note('an answer without accepted does not count');
      return accepted !== undefined && judged(accepted);
    });
    return () => this.#peer.cancel(id);
  }

  respond(id: Id, result: JobResult, delivered: () => void): void {
    this.#peer.respond(id, this.#parts.handshake.dialect.pac.encodeLateResult(result));
    this.#peer.confirmDelivery(delivered);
  }

  mark(delivered: () => void): void {
    this.#peer.confirmDelivery(delivered);
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  get #starter(): Omit<Starter, 'requestId'> {
    const { dialect, softwareHouseId, installerId, eposId } = this.#parts.handshake;
    const starter = { version: dialect.version, softwareHouseId, installerId };
    return eposId === undefined ? starter : { ...starter, eposId };
  }

  #checkId(id: Id): void {
    const { eposId } = this.#parts.handshake;
    if (eposId !== undefined && this.#till.owes(id)) throw refuse('invalidRequest');
    const advised = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= ADVISED_ID;
    if (!advised) this.#parts.note('an id outside 0..999999 came');
  }
}

/** Most results that come later are large: their text is made for the journal already. */
function lateText(row: PacMethodCodec, late: Parameters<PacMethodCodec['encode']>[0]): JsonText {
  return new JsonText(textOf(row.encode(late) as JobResult));
}
