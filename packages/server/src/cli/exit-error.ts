// Turns an error into the exit code and the sentence that the command ends with.

import type { ClientError } from '@tillgate/client';
import { HandshakeRefused, NotSent, TillError, TillgateError } from '@tillgate/client';
import { mask } from '@tillgate/protocol';
import { AdminRefusal } from '../application/admin/refusal.ts';
import { CommandError, exitCode, UsageError } from './exit-code.ts';
import { clean } from './output.ts';

export interface ExitError {
  readonly code: number;
  readonly message: string;
}

export function exitErrorOf(cause: unknown): ExitError {
  if (cause instanceof UsageError) return { code: exitCode.usage, message: cause.message };
  if (cause instanceof CommandError) return { code: cause.exitCode, message: cause.message };
  if (cause instanceof AdminRefusal) return { code: exitCode.usage, message: unfitText(cause) };
  return { code: codeOf(cause), message: mask(sentenceOf(cause)) };
}

/**
 * The error to throw if `cause` breaks off a payment: a refusal is thrown as it is; anything unexpected
 * leaves the outcome unknown and must not look like a declined card. `unknown` says what is not known.
 */
export function brokenOff(cause: unknown, unknown: string): unknown {
  const isSure =
    cause instanceof CommandError || cause instanceof TillError || cause instanceof NotSent;
  if (isSure) return cause;
  const why = mask(cause instanceof Error ? cause.message : String(cause));
  const advice = 'Look at the card machine before you try again.';
  return new CommandError(exitCode.unknown, `${unknown} ${why} ${advice}`, { cause });
}

function codeOf(cause: unknown): number {
  if (!(cause instanceof TillgateError)) return exitCode.refused;
  const { name } = cause as ClientError;
  switch (name) {
    case 'ConnectionLost':
    case 'NoAnswer':
    case 'BadAnswer':
      return exitCode.unknown;
    case 'HandshakeRefused':
    case 'CouldNotConnect':
    case 'Discontinued':
    case 'NotSent':
      return exitCode.notConnected;
    case 'TillError':
      return exitCode.refused;
  }
}

function sentenceOf(cause: unknown): string {
  if (cause instanceof HandshakeRefused) {
    const { code, status, message } = cause;
    return code ? `The gateway refused the connection: ${status} ${code}. ${message}` : message;
  }
  if (cause instanceof TillError) return refusalText(cause);
  return cause instanceof Error ? cause.message : String(cause);
}

/** The gateway's message, then the sentence for staff. */
function refusalText(refused: TillError): string {
  const faults = refused.errors.map(
    ({ path, expected, got }) => `  ${clean(`${path}: expected ${expected}, got ${got}`)}`,
  );
  return [
    `Refused (${refused.code}): ${clean(refused.message)}`,
    ...faults,
    ...(refused.userMessage ? [clean(refused.userMessage)] : []),
  ].join('\n');
}

function unfitText({ message, extra: { errors } }: AdminRefusal): string {
  if (!errors) return message;
  return errors.map(({ expected, got }) => `Expected ${expected}, got ${got}.`).join('\n');
}
