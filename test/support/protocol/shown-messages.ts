// The messages that the JSON examples of PROTOCOL.md show, each with its version and its name.

import assert from 'node:assert/strict';
import type { Dialect, Message } from '@tillgate/protocol';
import { v0, v1 } from '@tillgate/protocol';
import type { Example } from './protocol-document.ts';
import { jsonExamples } from './protocol-document.ts';

interface Chapter {
  /** How many messages its examples show; the items of a batch are counted one by one. */
  readonly messages: number;
  /** The version whose schemas they must fit, unless they are of v0; absent for no messages. */
  readonly dialect?: Dialect;
  /** Which conversation they are part of. */
  readonly integration?: Message['integration'];
}

/** Every chapter with examples. */
export const chapters: Readonly<Record<number, Chapter>> = {
  2: { messages: 1 }, // the body of an HTTP refusal, no message
  3: { messages: 16, dialect: v1, integration: 'pac' },
  4: { messages: 37, dialect: v1, integration: 'pac' },
  8: { messages: 12, dialect: v0, integration: 'pac' },
  9: { messages: 21, dialect: v1, integration: 'pat' },
};

/** What is wrong on purpose: an answer to a lock without an amount, and the error that it gets. */
const WRONG = '{"confirmed":true}';

export function isWrong({ message }: Shown): boolean {
  return JSON.stringify(message.result) === WRONG;
}

interface ShownMessage {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface Shown extends Example {
  readonly message: ShownMessage;
}

export const shown: readonly Shown[] = jsonExamples().flatMap((example) =>
  ([example.value].flat() as ShownMessage[]).map((message) => ({ ...example, message })),
);

/** Blocks that speak of a card machine as only v0 does [C-8.1]. */
const blocksOfV0: ReadonlySet<number> = new Set(
  shown.filter(({ message }) => 'tpi' in Object(message.params)).map(({ block }) => block),
);

/** Undefined for what is no message. */
export function dialectOf({ chapter, block }: Shown): Dialect | undefined {
  return blocksOfV0.has(block) ? v0 : chapters[chapter]?.dialect;
}

/** The request that a response answers: the last one before it in the chapter under its id. */
function requestOf(answer: Shown): ShownMessage | undefined {
  const before = shown.slice(0, shown.indexOf(answer));
  const inChapter = before.filter(({ chapter }) => chapter === answer.chapter);
  return inChapter.findLast(({ message }) => message.method && message.id === answer.message.id)
    ?.message;
}

/** For an answer whose request is not shown: what its result tells by its own words. */
const methodOfType: Readonly<Record<string, string>> = {
  SALE: 'sale',
  REFUND: 'refund',
  PRE_AUTH: 'preAuth',
  COMPLETION: 'completion',
  ACCOUNT_VERIFICATION: 'accountVerification',
  END_OF_DAY: 'reportEndOfDay',
  BANKING: 'reportBanking',
  X_BALANCE: 'reportXBalance',
  Z_BALANCE: 'reportZBalance',
};

function methodByContent(result: unknown): string {
  const { transactionType, reportType } = Object(result) as Record<string, string>;
  const method = methodOfType[transactionType ?? reportType ?? ''];
  assert.ok(method, `no request is shown for ${JSON.stringify(result)}`);
  return method;
}

/** Its name among the messages of its integration, such as `sale.request`. */
export function nameOf(one: Shown): string {
  const { message } = one;
  if (message.method)
    return message.id === undefined ? message.method : `${message.method}.request`;
  if (Object.hasOwn(message, 'error')) return 'error';
  return `${requestOf(one)?.method ?? methodByContent(message.result)}.response`;
}

/** Its raw schema below the folder of the schemas; undefined for what is no message. */
export function schemaFileOf(one: Shown): string | undefined {
  const dialect = dialectOf(one);
  return dialect && `${dialect.version}/${chapters[one.chapter]?.integration}/${nameOf(one)}.json`;
}
