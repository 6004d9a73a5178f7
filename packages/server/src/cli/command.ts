// A command of the command line: its options are declared once, for parsing and for the help text.

import { parseArgs } from 'node:util';
import { commandText } from './command-name.ts';
import { UsageError } from './exit-code.ts';
import { layParagraphs, layTerms } from './layout.ts';
import { columnsOfStream, configureOutput, outputOptions } from './output.ts';

/** Longest name of an option that has its explanation beside it. */
const MAX_TERM = 28;

export interface Option {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: true;
  /** What stands for the value in help texts, such as `URI`. */
  readonly value?: string;
  /** The only values, or those to offer. */
  readonly choices?: readonly string[];
  readonly about: string;
}

export type Options = Readonly<Record<string, Option>>;

export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name] extends { readonly multiple: true }
    ? readonly string[]
    : ValueOf<O[Name]>;
};
type ValueOf<O extends Option> = O['type'] extends 'boolean' ? boolean : string;

interface CommandSpec<O extends Options> {
  /** Without `tillgate`, such as `sale AMOUNT [options]`. */
  readonly usage: string;
  readonly about: readonly string[];
  readonly options: O;
  /** Names of the words that stand without a dash, such as `AMOUNT`; `[ID]` may be left out. */
  readonly words?: readonly string[];
  /** What the first of them may be, where that is known. */
  readonly choices?: readonly string[];
  /** Returns the exit code. */
  readonly run: (values: Values<O>, words: readonly string[]) => Promise<number>;
}

/** The parts of a form for parsing and help. */
type CommandUsage = Omit<CommandSpec<Options>, 'run'>;

export interface Command {
  readonly help: string;
  readonly options: Options;
  /** What the first word may be, where that is known. */
  readonly choices: readonly string[];
  readonly run: (args: readonly string[]) => Promise<number>;
}

export function command<const O extends Options>(spec: CommandSpec<O>): Command {
  const form = { ...spec, options: { ...spec.options, ...outputOptions } };
  return {
    get help() {
      return helpOf(form);
    },
    options: form.options,
    choices: form.choices ?? [],
    run: (args) => {
      const { values, positionals } = read(form, args);
      configureOutput(values);
      return form.run(values as Values<O>, positionals);
    },
  };
}

function helpOf({ usage, about, options }: CommandUsage): string {
  const width = columnsOfStream(process.stdout);
  const terms = Object.entries(options).map(
    ([name, option]) => [nameOf(name, option), option.about] as const,
  );
  return [
    `tillgate ${usage}`,
    '',
    ...layParagraphs(about, width),
    '',
    ...layTerms(terms, { most: MAX_TERM, width }),
  ].join('\n');
}

function nameOf(name: string, { type, choices = [], value = choices.join('|') }: Option): string {
  return type === 'string' ? `--${name} ${value}` : `--${name}`;
}

function read({ usage, options, words = [] }: CommandUsage, args: readonly string[]) {
  const hint = `See: ${commandText(`${verbOf(usage)} --help`)}`;
  try {
    const found = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type, multiple = false }]) => [
          name,
          { type, multiple },
        ]),
      ),
      allowPositionals: true,
      allowNegative: true,
    });
    checkPositionals(words, found.positionals);
    return found;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const known = cause instanceof UsageError || 'code' in cause;
    if (!known) throw cause;
    throw new UsageError(`${plainly(cause.message, Object.keys(options))}\n${hint}`, { cause });
  }
}

function checkPositionals(expected: readonly string[], given: readonly string[]): void {
  const missing = expected.slice(given.length).find((word) => !word.startsWith('['));
  if (missing) throw new UsageError(`${missing} is missing.`);
  const extra = given[expected.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
}

/** The first words of a usage: those in small letters. */
function verbOf(usage: string): string {
  return /^[a-z-]+(?: [a-z-]+)*/.exec(usage)?.[0] ?? '';
}

/** Rewords the messages of parseArgs, which are for programmers. */
function plainly(message: string, known: readonly string[]): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  if (/^-\d/.test(unknown)) return `"${unknown}" is neither an option nor an amount above 0.`;
  const near = nearest(unknown.replace(/^-+/, ''), known);
  return `Unknown option ${unknown}.${near ? ` Did you mean --${near}?` : ''}`;
}

/** The known word that was probably meant; undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, steps: distance(word, name) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.ceil(name.length / 3)))
    .sort((one, other) => one.steps - other.steps);
  return best?.name;
}

/** The edit distance: letters to add, remove or change, and pairs of neighbours to swap. */
function distance(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const row = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const same = letter === to[at] ? 0 : 1;
      const isSwap = at > 0 && letter === to[at - 1] && from[index - 1] === to[at];
      const swapped = isSwap ? beforeLast[at - 1] : undefined;
      const steps = [(row[at] ?? 0) + 1, (last[at + 1] ?? 0) + 1, (last[at] ?? 0) + same];
      row.push(Math.min(...steps, (swapped ?? Number.POSITIVE_INFINITY) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last.at(-1) ?? 0;
}
