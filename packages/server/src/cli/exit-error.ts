// What an error means for whoever called the command: a code and a sentence.

import {
  BadAnswer,
  ConnectionLost,
  CouldNotConnect,
  Discontinued,
  HandshakeRefused,
  NoAnswer,
  NotSent,
  TillError,
} from '@tillgate/client';
import { mask } from '@tillgate/protocol';
import { AdminRefusal } from '../application/admin/refusal.ts';
import { CommandError, exitCode, UsageError } from './exit-code.ts';

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

function codeOf(cause: unknown): number {
  const lost = [ConnectionLost, NoAnswer, BadAnswer];
  const never = [HandshakeRefused, CouldNotConnect, Discontinued, NotSent];
  if (lost.some((kind) => cause instanceof kind)) return exitCode.unknown;
  if (never.some((kind) => cause instanceof kind)) return exitCode.notConnected;
  return exitCode.refused;
}

function sentenceOf(cause: unknown): string {
  if (cause instanceof HandshakeRefused) {
    const word = cause.code ? ` ${cause.code}` : '';
    return `The gateway refused the connection: ${cause.status}${word}. ${cause.message}`;
  }
  if (cause instanceof TillError) return refusalText(cause);
  return cause instanceof Error ? cause.message : String(cause);
}

/** What the gateway said, then what staff should be told. */
function refusalText(refused: TillError): string {
  const faults = refused.errors.map(
    ({ path, expected, got }) => `  ${path}: expected ${expected}, got ${got}`,
  );
  return [
    `Refused (${refused.code}): ${refused.message}`,
    ...faults,
    ...(refused.userMessage ? [refused.userMessage] : []),
  ].join('\n');
}

function unfitText({ message, extra: { errors } }: AdminRefusal): string {
  if (!errors) return message;
  return errors.map(({ expected, got }) => `Expected ${expected}, got ${got}.`).join('\n');
}
