// One conversation in both directions, as somebody hears it who stands beside the line: what each text
// is, which request it answers, and where it departs from what is published. Pure; changes nothing.

import type { Id } from '../rpc/message.ts';
import {
  classifyMessage,
  MAX_BATCH_ITEMS,
  MAX_NESTING,
  nestsTooDeep,
  parseMessage,
  withPlainId,
} from '../rpc/message.ts';
import type { Endpoint } from './endpoint.ts';
import { MessageValidator } from './message-validator.ts';
import type { Assessment, LocatedValue, ObservedMessage, Side } from './observed-message.ts';
import type { PendingMessage, ResponseKey } from './request-tracker.ts';
import { RequestTracker } from './request-tracker.ts';

/**
 * Follows one conversation. Give it every text of both sides in the order in which they went:
 *
 * ```ts
 * const talk = new Conversation({ integration: 'pac', version: 'v1' });
 * const [asked] = talk.follow('partner', '{"jsonrpc":"2.0","id":1,"method":"sale","params":{}}');
 * const [answer] = talk.follow('gateway', '{"jsonrpc":"2.0","id":1,"result":{}}');
 * ```
 *
 * `asked.faults` then tells that a sale needs a `tid`, and `answer.answers` is `asked`. An integration
 * or a version that nobody knows is followed too; every message then has a remark that says so.
 */
export class Conversation {
  readonly #judge: MessageValidator;
  readonly #spoken: Endpoint;
  readonly #pairs = new RequestTracker();

  constructor(spoken: Endpoint) {
    this.#spoken = spoken;
    this.#judge = new MessageValidator(spoken);
  }

  /** The requests of `side` that have no answer yet, oldest first. */
  pending(side: Side): readonly ObservedMessage[] {
    return this.#pairs.waiting(side);
  }

  /** What one text of `side` is: one message, or each message of a batch. Never empty. */
  follow(side: Side, text: string): readonly ObservedMessage[] {
    let value: unknown;
    try {
      value = parseMessage(text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return [this.#rubbish(side, { value, path: '' }, `Not JSON: ${why}`)];
    }
    const why = unusable(value);
    if (why) return [this.#rubbish(side, { value, path: '' }, why)];
    if (!Array.isArray(value)) return [this.#message(side, { value, path: '' })];
    return value.map((item, index) => this.#message(side, { value: item, path: `/${index}` }));
  }

  #rubbish(side: Side, { value, path }: LocatedValue, remark: string): ObservedMessage {
    const id = idText(usableId(value));
    return this.#expected(side, { kind: 'invalid', path, ...id, violations: [], remark }, value);
  }

  /** An answer is due to it, under its id where that can be used. */
  #expected(side: Side, said: ObservedMessage, value: unknown): ObservedMessage {
    this.#pairs.expect({ side, ...idText(usableId(value)), said });
    return said;
  }

  /** By [C-3.14], save that a message which is not quite one is held against what it should be. */
  #message(side: Side, item: LocatedValue): ObservedMessage {
    const { value } = item;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#rubbish(side, item, 'Not a JSON object.');
    }
    if (Object.hasOwn(value, 'method')) return this.#asking(side, item);
    if (Object.hasOwn(value, 'error')) return this.#answering(side, 'error', item);
    if (Object.hasOwn(value, 'result')) return this.#answering(side, 'response', item);
    return this.#rubbish(side, item, 'It has no method, no result and no error.');
  }

  #asking(side: Side, item: LocatedValue): ObservedMessage {
    const { method: called, id } = item.value as { method: unknown; id?: unknown };
    const method = typeof called === 'string' ? called : undefined;
    const kind = id === undefined ? 'notification' : 'request';
    const verdict = this.#judge.onAsking(side, { kind, method }, plain(item));
    const named = method === undefined ? {} : { method };
    const said: ObservedMessage = { kind, path: item.path, ...named, ...idText(id), ...verdict };
    // A notification that cannot be used is answered too [C-3.10, C-13.5].
    const isDue = kind === 'request' || said.violations.length > 0 || said.remark !== undefined;
    return isDue ? this.#expected(side, said, item.value) : said;
  }

  #answering(side: Side, kind: 'response' | 'error', item: LocatedValue): ObservedMessage {
    const { id, error } = item.value as { id?: unknown; error?: unknown };
    const answer: ResponseKey = {
      ...idText(id),
      ...(kind === 'error' && { code: Object(error).code ?? null }),
    };
    const open = this.#pairs.answeredBy(side, answer);
    const method = open?.said.method;
    const said: ObservedMessage = {
      ...{ kind, path: item.path, ...idText(id) },
      ...(method !== undefined && { method }),
      ...(kind === 'error' ? this.#judge.onError(plain(item)) : this.#onResult(side, open, item)),
      ...(open ? { inReplyTo: open.said } : this.#strayRemark(side, answer)),
    };
    if (classifyMessage(item.value).kind === 'invalid')
      return this.#expected(side, said, item.value);
    if (open && this.#counts(open, item)) this.#pairs.settle(open);
    return said;
  }

  #onResult(side: Side, open: PendingMessage | undefined, item: LocatedValue): Assessment {
    if (open?.said.method === undefined) return { violations: [] };
    return this.#judge.onAnswer(side, open.said.method, plain(item));
  }

  /** An answer to nothing that is known here: two kinds are in order. */
  #strayRemark(side: Side, { id, code }: ResponseKey): Pick<Assessment, 'remark'> {
    const isAboutNoRequest = id === undefined && code !== undefined; // [C-3.19]
    // To what was asked on an earlier connection [C-4.40].
    const isLate = side === 'gateway' && id !== undefined && this.#spoken.eposId !== undefined;
    return isAboutNoRequest || isLate ? {} : { remark: 'An answer to nothing that is open.' };
  }

  /** An answer that does not count leaves its request open [C-3.14, C-4.37]. */
  #counts({ said: { method } }: PendingMessage, { value }: LocatedValue): boolean {
    const { result, error } = value as { result?: unknown; error?: unknown };
    const signature = this.#judge.dialect?.pac.signature;
    if (this.#spoken.integration === 'pac' && method === signature?.method) {
      return error === undefined && signature?.decode(result) !== undefined;
    }
    return error === undefined || result === undefined;
  }
}

/** Why nothing in a text is carried out [C-3.17, C-3.36]. */
function unusable(value: unknown): string | undefined {
  if (nestsTooDeep(value)) return `Nested deeper than ${MAX_NESTING} levels.`;
  if (!Array.isArray(value)) return undefined;
  if (value.length === 0) return 'An empty batch.';
  if (value.length <= MAX_BATCH_ITEMS) return undefined;
  return `A batch of ${value.length} messages: at most ${MAX_BATCH_ITEMS} are taken.`;
}

/** The id under which the gateway answers a message [C-3.9, C-3.19]. */
function usableId(value: unknown): Id | undefined {
  const sorted = classifyMessage(value);
  return sorted.kind === 'request' || sorted.kind === 'invalid' ? sorted.id : undefined;
}

function plain({ value, path }: LocatedValue): LocatedValue {
  return { value: withPlainId(Object(value)), path };
}

function idText(id: unknown): { readonly id?: string } {
  return id === undefined ? {} : { id: JSON.stringify(id) };
}
