// A till at the table on one socket: is asked in its own dialect, within a time, and told what is wrong
// with its answers [C-9.4 - C-9.6]. Knows no session.

import type {
  Currency,
  ErrorName,
  Fault,
  Peer,
  QuestionRow,
  Response,
  TableNotice,
  TableQuestion,
  TableReply,
} from '@tillgate/protocol';
import {
  errorObject,
  errorText,
  isErrorObject,
  notificationText,
  refuse,
  show,
  starCardNumbers,
} from '@tillgate/protocol';
import { DISCONTINUED } from '../pac/tills.ts';
import type { TableLine, TableTill } from '../pat/pat-outbox.ts';
import type { LineParts } from './context.ts';

/** Longest sentence of a till that is passed on to a card machine. */
const MOST_SHOWN = 200;

export class PatLine implements TableLine {
  readonly #parts: LineParts;
  readonly #peer: Peer;
  readonly #till: TableTill;
  /** Questions not yet answered: each is told when the line is gone. */
  readonly #open = new Set<(reply: undefined) => void>();

  constructor(parts: LineParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
    this.#till = parts.world.tableTills.of(parts.handshake.site.name);
    this.#till.attach(this);
  }

  /** The till sends no requests of its own at the table [C-9.1]. */
  answer(_call: unknown, method: string): never {
    throw refuse('unknownMethod', { method });
  }

  get wantsFinalReceipt(): boolean {
    const { finalReceipt, dialect } = this.#parts.handshake;
    return finalReceipt && dialect.pat.questions.finalReceipt !== undefined;
  }

  ask(question: TableQuestion, currency: Currency): Promise<TableReply | undefined> {
    const { handshake, world } = this.#parts;
    const row = handshake.dialect.pat.questions[question.ask];
    if (!row) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (reply: TableReply | undefined): void => {
        callOff();
        this.#open.delete(settle);
        this.#peer.forget(id);
        resolve(reply);
      };
      world.observer.messageSent(row.method);
      this.#open.add(settle);
      const id = this.#peer.ask(row.method, row.write(question), (answer) => {
        settle(this.#read(row, answer, currency));
        return true;
      });
      const callOff = world.clock.after(world.limits.patRequestLimitMs, () => {
        const n = world.limits.patRequestLimitMs / 1000;
        this.#complain(id, 'noAnswer', { method: row.method, n });
        settle(undefined);
      });
    });
  }

  tell(notice: TableNotice, delivered: () => void): void {
    const { method, params } = this.#parts.handshake.dialect.pat.write(notice);
    this.#parts.world.observer.messageSent(method);
    this.#peer.tell(notificationText(method, params));
    this.#peer.mark(delivered);
  }

  discontinue(): void {
    const error = errorObject('discontinued');
    this.#parts.world.observer.errorSent(error.code);
    this.#peer.tell(errorText(undefined, error));
    this.#peer.close(DISCONTINUED, 'Connection Discontinued');
    this.#forsake();
  }

  closed(): void {
    this.#till.detach(this);
    this.#forsake();
  }

  /** What was asked here counts as unanswered at once [C-9.24]. */
  #forsake(): void {
    for (const settle of [...this.#open]) settle(undefined);
  }

  #read(row: QuestionRow, answer: Response, currency: Currency): TableReply | undefined {
    if (Object.hasOwn(answer, 'error')) return this.#readError(row, answer);
    const whole = this.#fitting(row, { ...answer, result: row.tidy(answer.result) });
    if (whole.faults.length > 0) {
      const place = (path: string) => row.placeIn(answer.result, path);
      const faults = whole.faults.map((one) => ({ ...one, path: place(one.path) }));
      return this.#invalid(row, answer, faults);
    }
    const reply = row.read(whole.answer.result as never);
    if (reply.reply === 'tables') return this.#listOf(reply, currency);
    if (reply.reply === 'refused') return refused(reply.userMessage);
    if (reply.reply !== 'locked' || reply.currency === currency) return reply;
    const got = show(reply.currency);
    return this.#invalid(row, answer, [{ path: '/result/currency', expected: currency, got }]);
  }

  /** An error message counts as no, and its sentence is shown [C-9.6]. */
  #readError(row: QuestionRow, answer: Response): TableReply | undefined {
    const { error } = answer;
    if (!isErrorObject(error)) {
      const expected = 'object with code and message';
      return this.#invalid(row, answer, [{ path: '/error', expected, got: show(error) }]);
    }
    const { userMessage } = Object(error.data) as { readonly userMessage?: unknown };
    return refused(userMessage, error.message);
  }

  #fitting({ response }: QuestionRow, answer: Response): Fitting {
    if (response.fits(answer)) return { answer, faults: [] };
    const { site } = this.#parts.handshake;
    const now = this.#parts.world.siteNamed(site.name) ?? site;
    if (!now.strict) {
      const cleaned = response.withoutUnknownKeys(answer) as Response;
      if (response.fits(cleaned)) {
        this.#parts.note('keys that the answer does not have were dropped');
        return { answer: cleaned, faults: [] };
      }
    }
    return { answer, faults: response.faults(answer) };
  }

  /** [C-9.10, C-9.11]. */
  #listOf(list: TableReply & { reply: 'tables' }, currency: Currency): TableReply {
    const tables = [...new Set(list.tables)];
    if (tables.length < list.tables.length) this.#parts.note('a table was listed twice');
    if (list.currency === undefined && tables.length > 0) {
      this.#parts.note('tables were listed without a currency');
    }
    const other = list.currency !== undefined && list.currency !== currency;
    if (other) this.#parts.note('tables were listed in another currency than the card machine has');
    return { reply: 'tables', tables: other ? [] : tables };
  }

  #invalid({ method }: QuestionRow, { id }: Response, errors: readonly Fault[]): undefined {
    const { schemas, dialect } = this.#parts.handshake;
    const schema = `${schemas}/${dialect.version}/pat/${method}.response.json`;
    this.#complain(id as number, 'invalidAnswer', { method }, { errors, schema });
  }

  #complain(id: number, name: ErrorName, ...about: Details): void {
    const error = errorObject(name, ...about);
    this.#parts.world.observer.errorSent(error.code);
    this.#peer.tell(errorText(id, error));
  }
}

/** A no, with the first sentence of the till that is fit to be shown [C-12.21]. */
function refused(...sentences: readonly unknown[]): TableReply {
  const fit = sentences.filter((one) => typeof one === 'string').find((one) => one.trim() !== '');
  return {
    reply: 'refused',
    ...(fit === undefined ? {} : { userMessage: starCardNumbers(fit).slice(0, MOST_SHOWN) }),
  };
}

type Details = [
  values: Readonly<Record<string, string | number>>,
  extra?: { readonly errors: readonly Fault[]; readonly schema: string },
];

/** An answer as it is used, or what is wrong with it. */
interface Fitting {
  readonly answer: Response;
  readonly faults: readonly Fault[];
}
