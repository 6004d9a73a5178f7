// One connection of a till at the counter: decodes its requests in its dialect, has them handled,
// and sends progress and results of its jobs.

import type {
  Id,
  IncomingRequest,
  NotificationValue,
  PacMethodCodec,
  Peer,
  Response,
  SignatureQuestion,
} from '@tillgate/protocol';
import {
  decodeRequest,
  errorObject,
  errorText,
  idInUse,
  JsonText,
  refuse,
} from '@tillgate/protocol';
import type { JobResult, RequestedBy } from '../../domain/job.ts';
import { tokenId } from '../handshake/access.ts';
import { textOf } from '../journal/result-text.ts';
import type { SignatureAnswers, Till, TillConnection } from '../pac/tills.ts';
import type { ConnectionContext } from './context.ts';
import { handlePac } from './methods.ts';

/** Ids that C-3.9 advises; others are taken with a note. */
const ADVISED_ID = 999_999;

export class PacConnection implements TillConnection {
  readonly #context: ConnectionContext;
  readonly #peer: Peer;
  readonly #till: Till;

  constructor(context: ConnectionContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
    this.#till = context.deps.tills.attach(this.#requestedBy, this);
  }

  answer(call: IncomingRequest): unknown {
    const { deps, handshake, site, validation } = this.#context;
    this.#checkId(call.id);
    const { requests } = handshake.dialect.pac;
    const { codec, decoded } = decodeRequest(requests, call.message, validation);
    deps.observer.messageReceived(codec.method);
    deps.observer.messageSent(codec.method);
    const requester = {
      site,
      till: this.#till,
      connection: this,
      requestedBy: this.#requestedBy,
    };
    const result = handlePac({ deps, requester, call }, decoded);
    return result instanceof Promise
      ? result.then((late) => lateText(codec, late))
      : codec.encode(result);
  }

  onClosed(): void {
    this.#till.detach(this);
  }

  show(tid: string, value: NotificationValue): void {
    const text = this.#context.handshake.dialect.pac.encodeNotification(tid, value);
    if (text === undefined) return;
    this.#context.deps.observer.messageSent('terminalNotification');
    this.#peer.send(text);
  }

  ask(question: SignatureQuestion, answers: SignatureAnswers): () => void {
    const { method, encode } = this.#context.handshake.dialect.pac.signature;
    this.#context.deps.observer.messageSent(method);
    const id = this.#peer.sendRequest(method, encode(question), {
      onResponse: (answer) => this.#readAnswer(answer, answers),
      onInvalid: answers.rejected,
    });
    return () => this.#peer.cancel(id);
  }

  /** Whether it counts; otherwise the till is told what is wrong with it, and its question stays open [C-4.37]. */
  #readAnswer(answer: Response, answers: SignatureAnswers): boolean {
    const { handshake, validation } = this.#context;
    const { method, response, decode } = handshake.dialect.pac.signature;
    const accepted = Object.hasOwn(answer, 'error') ? undefined : decode(answer.result);
    if (accepted !== undefined) return answers.judged(accepted);
    const errors = response.violations(answer);
    const schema = `${validation.schemaUrl}/${method}.response.json`;
    const request = Number(answer.id);
    const error = errorObject('invalidAnswer', { method }, { errors, schema, request });
    this.#context.deps.observer.errorSent(error.code);
    // Under this id the till may have opened a request of its own, which the error must not seem to answer.
    this.#peer.send(errorText(undefined, error));
    answers.rejected(errors);
    return false;
  }

  /** Whether the till has a request with this id open, also one of an earlier connection. */
  hasOpenRequest(id: number): boolean {
    return this.#till.hasPending(id);
  }

  respond(id: Id, result: JobResult, delivered: () => void): void {
    this.#peer.respond(id, this.#context.handshake.dialect.pac.encodeLateResult(result));
    this.#peer.confirmDelivery(delivered);
  }

  mark(delivered: () => void): void {
    this.#peer.confirmDelivery(delivered);
  }

  close(code: number, reason: string): void {
    this.#peer.close(code, reason);
  }

  get #requestedBy(): Omit<RequestedBy, 'requestId'> {
    const { dialect, softwareHouseId, installerId, eposId, tokenHash } = this.#context.handshake;
    const token = { tokenId: tokenId({ hash: tokenHash }) };
    const requestedBy = { version: dialect.version, ...token, softwareHouseId, installerId };
    return eposId === undefined ? requestedBy : { ...requestedBy, eposId };
  }

  #checkId(id: Id): void {
    const { eposId } = this.#context.handshake;
    if (eposId !== undefined && this.#till.hasPending(id)) {
      throw refuse('invalidRequest', {}, { errors: idInUse(id) });
    }
    const advised = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= ADVISED_ID;
    if (!advised) this.#context.note('an id outside 0..999999 came');
  }
}

/** Most results that come later are large: their text is made for the journal already. */
function lateText(row: PacMethodCodec, late: Parameters<PacMethodCodec['encode']>[0]): JsonText {
  return new JsonText(textOf(row.encode(late) as JobResult));
}
