// A till at the counter on one socket: what it asks is read in its own dialect and carried out, and what
// its jobs have to say goes out on it.

import type {
  Call,
  Id,
  NotificationValue,
  Peer,
  RequestRow,
  SignatureQuestion,
} from '@tillgate/protocol';
import { JsonText, readRequest, refuse } from '@tillgate/protocol';
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

  answer(call: Call): unknown {
    const { world, handshake } = this.#parts;
    const { site, dialect } = handshake;
    this.#checkId(call.id);
    const now = world.siteNamed(site.name) ?? site;
    const { row, wish } = readRequest(dialect.pac.requests, call.message, {
      strict: now.strict,
      schemas: `${handshake.schemas}/${dialect.version}/pac`,
      dropped: (method) => this.#parts.note(`keys that ${method} does not have were dropped`),
    });
    world.observer.messageReceived(row.method);
    world.observer.messageSent(row.method);
    const asker = { site: now, till: this.#till, line: this, starter: this.#starter };
    const result = answerPac({ world, asker, call }, wish);
    return result instanceof Promise
      ? result.then((late) => lateText(row, late))
      : row.write(result);
  }

  closed(): void {
    this.#till.detach(this);
  }

  show(tid: string, value: NotificationValue): void {
    const text = this.#parts.handshake.dialect.pac.notification(tid, value);
    if (text === undefined) return;
    this.#parts.world.observer.messageSent('terminalNotification');
    this.#peer.tell(text);
  }

  ask(question: SignatureQuestion, judged: (accepted: boolean) => boolean): () => void {
    const { method, write, read } = this.#parts.handshake.dialect.pac.signature;
    this.#parts.world.observer.messageSent(method);
    const id = this.#peer.ask(method, write(question), (answer) => {
      const accepted = read(answer.result);
      if (accepted === undefined) this.#parts.note('an answer without accepted does not count');
      return accepted !== undefined && judged(accepted);
    });
    return () => this.#peer.forget(id);
  }

  respond(id: Id, result: JobResult, delivered: () => void): void {
    this.#peer.respond(id, this.#parts.handshake.dialect.pac.late(result));
    this.#peer.mark(delivered);
  }

  mark(delivered: () => void): void {
    this.#peer.mark(delivered);
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
function lateText(row: RequestRow, late: Parameters<RequestRow['write']>[0]): JsonText {
  return new JsonText(textOf(row.write(late) as JobResult));
}
