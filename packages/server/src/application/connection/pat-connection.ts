// One connection of a till at the table: requests in its dialect with a time limit, and errors for
// answers that cannot be used [C-9.4 - C-9.6].

import type {
  Currency,
  ErrorName,
  PatMethodCodec,
  Peer,
  Response,
  SchemaViolation,
  TableNotification,
  TableReply,
  TableRequest,
} from '@tillgate/protocol';
import {
  accept,
  CloseCode,
  describeValue,
  errorObject,
  errorText,
  isErrorObject,
  maskPans,
  notificationText,
  refuse,
} from '@tillgate/protocol';
import type { PatOutbox, TableConnection } from '../pat/pat-outbox.ts';
import type { ConnectionContext } from './context.ts';

/** Longest sentence of a till that is passed on to a card machine. */
const MOST_SHOWN = 200;

export class PatConnection implements TableConnection {
  readonly #context: ConnectionContext;
  readonly #peer: Peer;
  readonly #outbox: PatOutbox;
  /** Requests not answered yet: each is settled when the connection closes. */
  readonly #open = new Set<(reply: undefined) => void>();

  constructor(context: ConnectionContext, peer: Peer) {
    this.#context = context;
    this.#peer = peer;
    this.#outbox = context.deps.outbox;
    this.#outbox.attach(this);
  }

  /** The till sends no requests of its own at the table [C-9.1]. */
  answer(_call: unknown, method: string): never {
    throw refuse('unknownMethod', { method });
  }

  get wantsFinalReceipt(): boolean {
    const { finalReceipt, dialect } = this.#context.handshake;
    return finalReceipt && dialect.pat.requests.finalReceipt !== undefined;
  }

  ask(question: TableRequest, currency: Currency): Promise<TableReply | undefined> {
    const { handshake, deps } = this.#context;
    const codec = handshake.dialect.pat.requests[question.kind];
    if (!codec) return Promise.resolve(undefined);
    const row = { ...codec, method: this.#methodOf(codec) };
    return new Promise((resolve) => {
      const settle = (reply: TableReply | undefined): void => {
        cancelLimit();
        this.#open.delete(settle);
        if (id !== undefined) this.#peer.cancel(id);
        resolve(reply);
      };
      let id: number | undefined;
      this.#open.add(settle);
      this.#outbox.afterNotices(this, () => {
        if (!this.#open.has(settle)) return;
        deps.observer.messageSent(row.method);
        id = this.#peer.sendRequest(row.method, row.encode(question), (answer) => {
          settle(this.#read(row, answer, currency));
          return true;
        });
      });
      const cancelLimit = deps.clock.after(deps.limits.patRequestLimitMs, () => {
        const n = deps.limits.patRequestLimitMs / 1000;
        if (id !== undefined) this.#sendError(id, 'noAnswer', { method: row.method, n });
        settle(undefined);
      });
    });
  }

  /** The method in the spelling that the site chooses. */
  #methodOf({ method, spellings }: PatMethodCodec): string {
    const { finalReceiptMethod } = this.#context.site;
    return spellings.find((spelling) => spelling === finalReceiptMethod) ?? method;
  }

  notify(notice: TableNotification, onWritten: () => void, onDelivered: () => void): void {
    const { method, params } = this.#context.handshake.dialect.pat.encodeNotification(notice);
    this.#context.deps.observer.messageSent(method);
    this.#peer.send(notificationText(method, params), onWritten);
    this.#peer.confirmDelivery(onDelivered);
  }

  superseded(): void {
    const error = errorObject('discontinued');
    this.#context.deps.observer.errorSent(error.code);
    this.#peer.send(errorText(undefined, error));
    this.#peer.close(CloseCode.superseded, 'Connection Discontinued');
    this.#failOpenQuestions();
  }

  onClosed(): void {
    this.#outbox.detach(this);
    this.#failOpenQuestions();
  }

  /** Requests on this connection count as unanswered at once [C-9.24]. */
  #failOpenQuestions(): void {
    for (const settle of [...this.#open]) settle(undefined);
  }

  #read(row: PatMethodCodec, answer: Response, currency: Currency): TableReply | undefined {
    if (Object.hasOwn(answer, 'error')) return this.#readError(row, answer);
    const whole = this.#validate(row, { ...answer, result: row.normalize(answer.result) });
    if (whole.faults) {
      const place = (path: string) => row.mapErrorPath(answer.result, path);
      const faults = whole.faults.map((one) => ({ ...one, path: place(one.path) }));
      return this.#invalid(row, answer, faults);
    }
    const reply = row.decode(whole.answer.result as never);
    if (reply.kind === 'tables') return this.#listOf(reply, currency);
    if (reply.kind === 'refused') return refused(reply.userMessage);
    if (reply.kind !== 'locked' || reply.currency === currency) return reply;
    const got = describeValue(reply.currency);
    return this.#invalid(row, answer, [{ path: '/result/currency', expected: currency, got }]);
  }

  /** An error message counts as no, and its sentence is shown [C-9.6]. */
  #readError(row: PatMethodCodec, answer: Response): TableReply | undefined {
    const { error } = answer;
    if (!isErrorObject(error)) {
      const expected = 'object with code and message';
      return this.#invalid(row, answer, [{ path: '/error', expected, got: describeValue(error) }]);
    }
    const { userMessage } = Object(error.data) as { readonly userMessage?: unknown };
    return refused(userMessage, error.message);
  }

  #validate({ response }: PatMethodCodec, answer: Response): ValidatedAnswer {
    const accepted = accept(response, answer, this.#context.site.strict);
    if (!accepted) return { faults: response.violations(answer) };
    if (accepted.keysDropped) {
      this.#context.note('keys that the answer does not have were dropped');
    }
    return { answer: accepted.value };
  }

  /** [C-9.10, C-9.11]. */
  #listOf(list: TableReply & { kind: 'tables' }, currency: Currency): TableReply {
    const tables = [...new Set(list.tables)];
    if (tables.length < list.tables.length) this.#context.note('a table was listed twice');
    if (list.currency === undefined && tables.length > 0) {
      this.#context.note('tables were listed without a currency');
    }
    const other = list.currency !== undefined && list.currency !== currency;
    if (other)
      this.#context.note('tables were listed in another currency than the card machine has');
    return { kind: 'tables', tables: other ? [] : tables };
  }

  #invalid(
    { method, spellings: [file] }: PatMethodCodec,
    { id }: Response,
    errors: readonly SchemaViolation[],
  ): undefined {
    const schema = `${this.#context.validation.schemaUrl}/${file}.response.json`;
    this.#sendError(id as number, 'invalidAnswer', { method }, { errors, schema });
  }

  #sendError(id: number, name: ErrorName, ...about: Details): void {
    const error = errorObject(name, ...about);
    this.#context.deps.observer.errorSent(error.code);
    this.#peer.send(errorText(id, error));
  }
}

/** A no, with the first sentence of the till that is fit to be shown [C-12.21]. */
function refused(...sentences: readonly unknown[]): TableReply {
  const fit = sentences.filter((one) => typeof one === 'string').find((one) => one.trim() !== '');
  return {
    kind: 'refused',
    ...(fit === undefined ? {} : { userMessage: maskPans(fit).slice(0, MOST_SHOWN) }),
  };
}

type Details = [
  values: Readonly<Record<string, string | number>>,
  extra?: { readonly errors: readonly SchemaViolation[]; readonly schema: string },
];

/** An answer as it is used, or what is wrong with it. */
type ValidatedAnswer =
  | { readonly answer: Response; readonly faults?: undefined }
  | { readonly faults: readonly SchemaViolation[] };
