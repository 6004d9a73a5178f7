// The messages that a till may send on a connection, from the declarations of its version, in groups that
// say what they are for. Pure.

import type { Exchange, Message, PacCommand } from '@tillgate/protocol';
import { dialects, exchangesOf } from '@tillgate/protocol';
import type { TillConnectionName } from '../../frames/frame.ts';

export type TargetApi = Pick<TillConnectionName, 'integration' | 'version'>;

export interface MessageOption {
  /** Name of the published message, such as `sale.request`. */
  readonly name: string;
  /** The method; `error` for the error message. */
  readonly method: string;
  readonly title: string;
  readonly purpose: string;
  readonly group: Group;
  readonly rules: readonly string[];
  readonly schema: object;
  /** As texts, ready to edit. */
  readonly examples: readonly string[];
}

export type Group = (typeof groups)[number];

/** In the order in which they are shown. */
export const groups = [
  'Card machines',
  'Payments',
  'While and after',
  'Reports',
  'Answers to the gateway',
] as const;

const groupOfCommand: Readonly<Record<PacCommand['kind'], Group>> = {
  terminals: 'Card machines',
  terminal: 'Card machines',
  terminalsByTid: 'Card machines',
  transaction: 'Payments',
  duplicate: 'While and after',
  cancel: 'While and after',
  report: 'Reports',
};

/** In the order of the groups. */
export function messageOptionsFor(speech: TargetApi): readonly MessageOption[] {
  const dialect = dialects[speech.version];
  const all = exchangesOf(dialect)
    .filter(({ integration }) => integration === speech.integration)
    .flatMap((exchange) => optionsOf(exchange, speech));
  return all.toSorted((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group));
}

function optionsOf(exchange: Exchange, speech: TargetApi): readonly MessageOption[] {
  const { message, response, kind, name } = exchange;
  if (kind === 'error') return [choice(message, { method: name, group: 'Answers to the gateway' })];
  const asked =
    message.sender === 'till'
      ? [choice(message, { method: name, group: groupOf(exchange, speech) })]
      : [];
  const answered =
    response?.sender === 'till'
      ? [choice(response, { method: name, group: 'Answers to the gateway' })]
      : [];
  return [...asked, ...answered];
}

/** By the command that the example is decoded to. */
function groupOf({ name, message }: Exchange, { version }: TargetApi): Group {
  const row = dialects[version].pac.requests[name];
  const [example] = examplesOf(message) as readonly { readonly params?: unknown }[];
  const command = row?.decode((example?.params ?? {}) as never);
  return command ? groupOfCommand[command.kind] : 'Card machines';
}

function choice(
  message: Message,
  { method, group }: Pick<MessageOption, 'method' | 'group'>,
): MessageOption {
  const { title = '', description = '' } = message.schema as Readonly<Record<string, string>>;
  return {
    ...{ name: message.name, method, title, purpose: description, group, rules: message.rules },
    schema: message.schema,
    examples: examplesOf(message).map((example) => JSON.stringify(example, null, 2)),
  };
}

function examplesOf({ schema }: Message): readonly unknown[] {
  return (schema as { readonly examples?: readonly unknown[] }).examples ?? [];
}

/** Those of which every word is found in name, title or purpose. */
export function searchMessages(
  choices: readonly MessageOption[],
  wanted: string,
): readonly MessageOption[] {
  const words = wanted.toLowerCase().split(/\s+/);
  return choices.filter(({ name, title, purpose }) => {
    const text = `${name} ${title} ${purpose}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * The message a text should be: named by its own method where it has one, else the chosen one. An
 * unfinished text is still the chosen one.
 */
export function messageOf(
  choices: readonly MessageOption[],
  text: string,
  chosen: MessageOption,
): MessageOption {
  const method = /"method"\s*:\s*"(\w+)"/.exec(text)?.[1];
  return (method !== undefined && messageNamed(choices, method)) || chosen;
}

/** The request, or notification, with this method. */
export function messageNamed(
  choices: readonly MessageOption[],
  method: string,
): MessageOption | undefined {
  return choices.find(({ name }) => name === `${method}.request`);
}
