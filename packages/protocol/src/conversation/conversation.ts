// Follows the messages of one connection in both directions: what each text is, which request it responds to,
// and where it violates the published schemas. `tillgate send`, the console and the test till use it.

import { isObject } from '../rpc/error.ts';
import type { Id } from '../rpc/message.ts';
import {
  classifyMessage,
  MAX_BATCH_ITEMS,
  MAX_NESTING,
  nestsTooDeep,
  parseMessage,
  withoutNullMembers,
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
 * `asked.violations` then says that a sale needs a `tid`, and `answer.inReplyTo` is `asked`. An integration
 * or a version that is unknown is followed too; every message then has a remark that says so.
 */
export class Conversation {
  readonly #validator: MessageValidator;
  readonly #endpoint: Endpoint;
  readonly #tracker = new RequestTracker();

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#validator = new MessageValidator(endpoint);
  }

  /** The requests of `side` that have no response yet, oldest first. */
  pending(side: Side): readonly ObservedMessage[] {
    return this.#tracker.pending(side);
  }

  /** Assesses one text that `side` sent: one message, or each message of a batch; never empty. */
  follow(side: Side, text: string): readonly ObservedMessage[] {
    let value: unknown;
    try {
      value = parseMessage(text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return [this.#invalid(side, { value, path: '' }, `Not JSON: ${why}`)];
    }
    const why = unusable(value);
    if (why) return [this.#invalid(side, { value, path: '' }, why)];
    if (!Array.isArray(value)) return [this.#message(side, { value, path: '' })];
    return value.map((item, index) => this.#message(side, { value: item, path: `/${index}` }));
  }

  #invalid(side: Side, { value, path }: LocatedValue, remark: string): ObservedMessage {
    const id = idText(usableId(value));
    return this.#expectResponse(
      side,
      { kind: 'invalid', path, ...id, violations: [], remark },
      value,
    );
  }

  /** Records that a response is expected, under the id of the message where that can be used. */
  #expectResponse(side: Side, message: ObservedMessage, value: unknown): ObservedMessage {
    this.#tracker.expect({ side, ...idText(usableId(value)), message });
    return message;
  }

  /** Classifies by [C-3.14], but also compares an almost correct message with the schema it resembles. */
  #message(side: Side, received: LocatedValue): ObservedMessage {
    if (!isObject(received.value)) return this.#invalid(side, received, 'Not a JSON object.');
    const value = withoutNullMembers(received.value);
    const item = { ...received, value };
    if (Object.hasOwn(value, 'method')) return this.#requestOrNotification(side, item);
    if (Object.hasOwn(value, 'error')) return this.#response(side, 'error', item);
    if (Object.hasOwn(value, 'result')) return this.#response(side, 'response', item);
    return this.#invalid(side, item, 'It has no method, no result and no error.');
  }

  #requestOrNotification(side: Side, item: LocatedValue): ObservedMessage {
    const { method: called, id } = item.value as { method: unknown; id?: unknown };
    const method = typeof called === 'string' ? called : undefined;
    const kind = id === undefined ? 'notification' : 'request';
    const assessment = this.#validator.assessRequest(side, { kind, method }, plain(item));
    const named = method === undefined ? {} : { method };
    const message: ObservedMessage = {
      kind,
      path: item.path,
      ...named,
      ...idText(id),
      ...assessment,
    };
    // A notification of a card machine that violates its schema gets an error as well [C-13.5].
    const isWrong = message.violations.length > 0 || message.remark !== undefined;
    const needsResponse =
      kind === 'request' || (isWrong && this.#endpoint.integration === 'terminal');
    return needsResponse ? this.#expectResponse(side, message, item.value) : message;
  }

  #response(side: Side, kind: 'response' | 'error', item: LocatedValue): ObservedMessage {
    const { id, error } = item.value as { id?: unknown; error?: unknown };
    const answer: ResponseKey = {
      ...idText(id),
      ...(kind === 'error' && { code: Object(error).code ?? null }),
      ...(id === undefined && aboutRequest(error)),
    };
    const open = this.#tracker.requestFor(side, answer);
    const method = open?.message.method;
    const message: ObservedMessage = {
      kind,
      path: item.path,
      ...idText(id),
      ...(method !== undefined && { method }),
      ...(kind === 'error'
        ? this.#validator.assessError(plain(item))
        : this.#assessResult(side, open, item)),
      ...(open ? { inReplyTo: open.message } : this.#unmatchedRemark(side, answer)),
    };
    if (classifyMessage(item.value).kind === 'invalid')
      return this.#expectResponse(side, message, item.value);
    if (open && this.#isFinal(open, item)) this.#tracker.settle(open);
    return message;
  }

  #assessResult(side: Side, open: PendingMessage | undefined, item: LocatedValue): Assessment {
    if (open?.message.method === undefined) return { violations: [] };
    return this.#validator.assessResponse(side, open.message.method, plain(item));
  }

  /** A response without a known request: an error without id, and one for an earlier connection, are allowed. */
  #unmatchedRemark(side: Side, { id, code }: ResponseKey): Pick<Assessment, 'remark'> {
    const isAboutNoRequest = id === undefined && code !== undefined; // [C-3.19]
    // The response to a request of an earlier connection [C-4.40].
    const isLate = side === 'gateway' && id !== undefined && this.#endpoint.eposId !== undefined;
    return isAboutNoRequest || isLate ? {} : { remark: 'An answer to nothing that is open.' };
  }

  /** A response that does not count leaves its request pending [C-3.14, C-4.37]. */
  #isFinal({ message: { method } }: PendingMessage, { value }: LocatedValue): boolean {
    const { result, error } = value as { result?: unknown; error?: unknown };
    const signature = this.#validator.dialect?.pac.signature;
    if (this.#endpoint.integration === 'pac' && method === signature?.method) {
      return error === undefined && signature?.decode(result) !== undefined;
    }
    return error === undefined || result === undefined;
  }
}

/** Why a text is rejected as a whole [C-3.17, C-3.36]. */
function unusable(value: unknown): string | undefined {
  if (nestsTooDeep(value)) return `Nested deeper than ${MAX_NESTING} levels.`;
  if (!Array.isArray(value)) return undefined;
  if (value.length === 0) return 'An empty batch.';
  if (value.length <= MAX_BATCH_ITEMS) return undefined;
  return `A batch of ${value.length} messages: at most ${MAX_BATCH_ITEMS} are taken.`;
}

/** The id under which the gateway responds to a message [C-3.9, C-3.19]. */
function usableId(value: unknown): Id | undefined {
  const sorted = classifyMessage(value);
  return sorted.kind === 'request' || sorted.kind === 'invalid' ? sorted.id : undefined;
}

/** The request that an error without id is about [C-4.37]. */
function aboutRequest(error: unknown): Pick<ResponseKey, 'about'> {
  const { request } = Object(Object(error).data) as { readonly request?: unknown };
  return request === undefined ? {} : { about: JSON.stringify(request) };
}

function plain({ value, path }: LocatedValue): LocatedValue {
  return { value: withPlainId(Object(value)), path };
}

function idText(id: unknown): { readonly id?: string } {
  return id === undefined ? {} : { id: JSON.stringify(id) };
}
