// Who presses the keys of the till in a rehearsal: a program that gets each command as JSON, an HTTP hook, the till
// itself, or a person who reads a sentence.

import { spawn } from 'node:child_process';
import { amountText } from '@tillgate/protocol';
import { CommandError, exitCode } from '../exit-code.ts';
import { clean, progress } from '../output.ts';
import type { TillProcess } from './till-process.ts';
import { killGroup } from './till-process.ts';

/** What the till is to do. Amounts are pence or cents. */
export type DriverCommand =
  | {
      readonly do: 'sale' | 'refund' | 'pre-auth' | 'verify';
      readonly tid: string;
      readonly currency: string;
      readonly amount: number;
      /** Cash to hand out with a sale. */
      readonly cashback?: number;
    }
  | {
      readonly do: 'completion';
      readonly tid: string;
      readonly currency: string;
      readonly amount: number;
      readonly authCode: string;
    }
  | { readonly do: 'cancel'; readonly tid: string }
  | { readonly do: 'report'; readonly tid: string; readonly type: string }
  /** How staff answer the signature questions that come from now on. */
  | { readonly do: 'signature'; readonly answer: 'accept' | 'reject' | 'none' }
  /** What the till holds of its last transaction. */
  | { readonly do: 'status' }
  /** What the till has printed since it started its last transaction. */
  | { readonly do: 'receipts' }
  | {
      readonly do: 'open-table';
      readonly table: string;
      readonly currency: string;
      readonly amount: number;
    }
  /** What the till holds of a table. */
  | { readonly do: 'table-status'; readonly table: string };

/** What a till holds for the truth about a transaction; the words are those of the SDK's outcomes. */
export const beliefs = [
  ...(['approved', 'declined', 'cancelled', 'void', 'unsuccessful'] as const),
  ...(['unknown', 'open', 'refused', 'none'] as const),
] as const;
export type Belief = (typeof beliefs)[number];

/** A line that was printed: its text, or with the format in which it was printed. */
export type PrintedLine = string | { readonly value: string; readonly format?: readonly string[] };

export interface PrintedCopies {
  /** The copy to sign. */
  readonly slip?: readonly PrintedLine[];
  readonly merchant?: readonly PrintedLine[];
  readonly customer?: readonly PrintedLine[];
}

/** The answer of a driver; everything may be absent. */
export interface DriverAnswer {
  /** The till cannot do that; the scenario is left out. */
  readonly unsupported?: boolean;
  /** For `status`. */
  readonly outcome?: Belief;
  /** For `status`: what the customer paid in all, pence or cents. */
  readonly amountTotal?: number;
  /** For `receipts`. */
  readonly printed?: PrintedCopies;
  /** For `table-status`: what is still to pay, pence or cents. */
  readonly left?: number;
  /** For `table-status`: whether a card machine holds it. */
  readonly locked?: boolean;
  /** For `table-status`: gratuities booked, pence or cents. */
  readonly gratuity?: number;
}

export interface Driver {
  /** Whether it answers what the till holds for true. */
  readonly canTell: boolean;
  /** Rejects with `CommandError` if it does not answer in time, or with rubbish. */
  do(command: DriverCommand): Promise<DriverAnswer>;
}

/** Longest time that a driver takes for a command. */
const DRIVER_LIMIT_MS = 20_000;
/** Longest answer in characters. */
const MAX_ANSWER = 262_144;

/**
 * Runs `commandLine` by the shell for each command, with the JSON on its stdin; its stdout may be a JSON answer. It is
 * ended when `ending` is aborted.
 */
export function programDriver(commandLine: string, ending: AbortSignal): Driver {
  return {
    canTell: true,
    do: (command) =>
      new Promise((resolve, reject) => {
        const child = spawn(commandLine, {
          ...{ shell: true, detached: true },
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const kill = (): void => killGroup(child, 'SIGKILL');
        const timer = setTimeout(kill, DRIVER_LIMIT_MS);
        ending.addEventListener('abort', kill);
        let text = '';
        child.stdout.on('data', (piece: Buffer) => {
          if (text.length <= MAX_ANSWER) text += piece.toString();
        });
        child.stdin.on('error', () => {});
        child.on('error', (cause) => reject(failed(command, cause.message)));
        child.on('close', (code, signal) => {
          clearTimeout(timer);
          ending.removeEventListener('abort', kill);
          if (code === 0) settle(() => answerIn(command, text), resolve, reject);
          else reject(failed(command, `it ended with ${signal ?? code}`));
        });
        child.stdin.end(`${JSON.stringify(command)}\n`);
      }),
  };
}

/** Posts each command to `url`; the body of the response may be a JSON answer. */
export function httpDriver(url: URL, ending: AbortSignal): Driver {
  return {
    canTell: true,
    do: async (command) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(command),
        signal: AbortSignal.any([ending, AbortSignal.timeout(DRIVER_LIMIT_MS)]),
      }).catch((cause: Error) => {
        throw failed(command, cause.message);
      });
      if (!response.ok) throw failed(command, `it answered with status ${response.status}`);
      return answerIn(command, await response.text());
    },
  };
}

/** The till's own process: a command is a line on its stdin, the answer a line of JSON on its stdout. */
export function lineDriver(till: () => TillProcess | undefined): Driver {
  let before: Promise<unknown> = Promise.resolve();
  const ask = async (command: DriverCommand): Promise<DriverAnswer> => {
    const running = till();
    if (!running) throw failed(command, 'the till does not run');
    running.write(JSON.stringify(command));
    const line = await within(running.nextLine(), command);
    return answerIn(command, line);
  };
  return {
    canTell: true,
    do: (command) => {
      const answer = before.then(() => ask(command));
      before = answer.catch(() => {});
      return answer;
    },
  };
}

/** A person who reads what to do; what the till holds for true is not known. */
export const personDriver: Driver = {
  canTell: false,
  do: async (command) => {
    const sentence = sentenceFor(command);
    if (sentence !== '') progress({ text: `  → ${sentence}`, tone: 'accent' });
    return {};
  },
};

function sentenceFor(command: DriverCommand): string {
  switch (command.do) {
    case 'sale':
    case 'refund':
    case 'pre-auth':
    case 'completion':
    case 'verify': {
      const amount = amountText(command.amount);
      const extra = command.do === 'sale' && command.cashback ? ' with cashback of ' : '';
      const cash = extra && 'cashback' in command ? extra + amountText(command.cashback ?? 0) : '';
      return `Start a ${command.do} of ${amount}${cash} at card machine ${command.tid}.`;
    }
    case 'cancel':
      return `Cancel the transaction at card machine ${command.tid}.`;
    case 'report':
      return `Ask card machine ${command.tid} for the report ${command.type}.`;
    case 'signature':
      return {
        accept: 'Accept the signature.',
        reject: 'Reject the signature.',
        none: 'Do not answer the signature question.',
      }[command.answer];
    case 'open-table':
      return `Open table ${command.table} with a bill of ${amountText(command.amount)}.`;
    case 'status':
    case 'receipts':
    case 'table-status':
      return '';
  }
}

function answerIn(command: DriverCommand, text: string): DriverAnswer {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch (cause) {
    throw failed(command, 'its answer is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw failed(command, 'its answer is no object');
  const { outcome } = value as DriverAnswer;
  if (outcome !== undefined && !beliefs.includes(outcome)) {
    throw failed(command, `outcome: expected ${beliefs.join(', ')}, got ${clean(String(outcome))}`);
  }
  mustBePrinted(command, value);
  return value;
}

function mustBePrinted(command: DriverCommand, { printed }: DriverAnswer): void {
  if (printed === undefined) return;
  const lines = Object.values(Object(printed)).flat();
  const isLine = (line: unknown) =>
    typeof line === 'string' || typeof Object(line).value === 'string';
  if (typeof printed === 'object' && lines.every(isLine)) return;
  throw failed(command, 'printed: expected copies of lines, each a text or an object with a value');
}

async function within<T>(promise: Promise<T>, command: DriverCommand): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(failed(command, `no answer within ${DRIVER_LIMIT_MS / 1000} s`)),
    DRIVER_LIMIT_MS,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function settle<T>(make: () => T, resolve: (value: T) => void, reject: (cause: unknown) => void) {
  try {
    resolve(make());
  } catch (cause) {
    reject(cause);
  }
}

function failed(command: DriverCommand, why: string, cause?: unknown): CommandError {
  const message = `The driver did not do "${command.do}": ${why}.`;
  return new CommandError(exitCode.refused, message, { cause });
}
