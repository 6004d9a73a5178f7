// Runs one command line of `tillgate`: finds the verb, runs it and returns its exit code. The modules of a verb
// are loaded when it runs, so that a till does not wait for the gateway to load.

import { packageVersion } from '../package-version.ts';
import { nearest } from './command.ts';
import { commandText } from './command-name.ts';
import { commandGroups, commands } from './commands.ts';
import { exitCode, UsageError } from './exit-code.ts';
import { layTerms } from './layout.ts';
import { columnsOfStream, configureOutput, note, print, showStatus } from './output.ts';

/** Width of the names in the overview. */
const COMMAND_COLUMN = 16;

export interface RunResult {
  readonly code: number;
  /** The command failed: a gateway that could not start may have left something running. */
  readonly failed: boolean;
}

/** Runs the command; an error is printed to stderr and becomes an exit code. */
export async function runCommandLine(args: readonly string[]): Promise<RunResult> {
  configureOutput({});
  try {
    return { code: await main(args), failed: false };
  } catch (cause) {
    const { exitErrorOf } = await import('./exit-error.ts');
    const { code, message } = exitErrorOf(cause);
    showStatus('');
    note(message);
    return { code, failed: true };
  }
}

async function main(args: readonly string[]): Promise<number> {
  const [first = '', second = ''] = args;
  if (first === 'help') return main([...args.slice(1), '--help']);
  if (first === '--version' || first === '-v') return show(packageVersion());
  if (first === '' || first === '--help' || first === '-h') {
    return show(overview(), first === '' ? exitCode.usage : exitCode.done);
  }
  if (!Object.hasOwn(commands, first)) return group(first, second, args.slice(2));
  return run(first, args.slice(1));
}

/** `site add` and the like. */
async function group(first: string, second: string, rest: readonly string[]): Promise<number> {
  const name = `${first} ${second}`;
  if (Object.hasOwn(commands, name)) return run(name, rest);
  const members = Object.keys(commands).filter((verb) => verb.startsWith(`${first} `));
  if (members.length === 0) throw new UsageError(unknown(first));
  if (isHelp(second)) return show(listOf(members));
  const problem = second
    ? `Unknown command "${name}".`
    : `"${first}" needs a subcommand: ${members.map((member) => member.split(' ')[1]).join(', ')}.`;
  throw new UsageError(`${problem}\n${listOf(members)}`);
}

async function run(name: string, args: readonly string[]): Promise<number> {
  const { command } = (await commands[name]?.load()) ?? {};
  if (!command) throw new UsageError(unknown(name));
  const end = args.indexOf('--');
  if (args.slice(0, end < 0 ? args.length : end).some(isHelp)) return show(command.help);
  return command.run(args);
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

function unknown(word: string): string {
  const near = nearest(word, [
    ...new Set(Object.keys(commands).flatMap((verb) => verb.split(' ')[0] ?? [])),
  ]);
  const hint = near ? ` Did you mean "${near}"?` : '';
  return `Unknown command "${word}".${hint}\nSee: ${commandText('--help')}`;
}

function show(text: string, code: number = exitCode.done): number {
  if (code === exitCode.done) print(text);
  else note(text);
  return code;
}

function overview(): string {
  return [
    'tillgate COMMAND [options]      tillgate COMMAND --help tells more',
    ...commandGroups.flatMap(({ title, members }) => ['', title, listOf(members)]),
    '',
    'Exit codes',
    '  0  done; for a payment: approved',
    '  1  not done: refused by the gateway, declined, cancelled, void or unsuccessful',
    '  2  wrong use of a command; nothing was done',
    '  3  the outcome is not known: look at the card machine before trying again',
    '  4  could not connect, or the gateway refused the connection; nothing was done',
    '',
    'Every command takes --color auto|always|never and --quiet.',
  ].join('\n');
}

function listOf(names: readonly string[]): string {
  const terms = names.map((name) => [name, commands[name]?.about ?? ''] as const);
  return layTerms(terms, {
    least: COMMAND_COLUMN,
    most: COMMAND_COLUMN,
    width: columnsOfStream(process.stdout),
  }).join('\n');
}
