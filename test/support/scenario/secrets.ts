// Secrets that must appear in no output, and the places to look for them [C-2.4, C-12.21].

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectTill, Refused } from 'tillgate/testing';
import type { GatewayProcess } from './gateway-process.ts';

/** Of the test site. */
export const TOKEN = '00000000-0000-0000-0000-000000000000';
const PLAIN_WORD = 'canary-token-not-a-uuid';
const WRONG_TOKENS = ['5b0c7a52-0d3e-4f6b-9a41-2f8f0c1d7e90', PLAIN_WORD];
export const CARDS = [
  '4929123456789012',
  '4929-1234-5678-9012',
  '4929 1234 5678 9012',
  '374245455400126',
  '4539.5787.6362.1486',
  '4539  5787  6362  1486',
  '4539\u00a05787\u202f6362\u20131486',
  '４５３９５７８７６３６２１４８６',
];
export const secrets = [TOKEN, ...WRONG_TOKENS, ...CARDS];
/** All secrets but the one that does not look like a token, which is an ordinary text to its till. */
export const unspeakable = secrets.filter((secret) => secret !== PLAIN_WORD);

const MASKED = /\*{3,}[ -]?\d{4}/;
/** Shorter lines of a receipt are words that appear elsewhere too. */
const TELLING_LENGTH = 10;

export function assertAbsent(where: string, text: string, forbidden: readonly string[]): void {
  for (const secret of forbidden) {
    const at = text.indexOf(secret);
    const near = text.slice(Math.max(0, at - 80), at + 80);
    assert.equal(at, -1, `${where} holds ${secret}: ${near}`);
  }
}

/** Checks the log, stdout and metrics of a gateway that has ended. */
export function assertNothingLogged(
  { written }: GatewayProcess,
  metrics: string,
  forbidden: readonly string[],
): void {
  const { stderr, stdout } = written;
  assert.ok(stderr.split('\n').length > 20, 'the log has lines');
  assertAbsent('the log', stderr, forbidden);
  assert.doesNotMatch(stderr, MASKED, 'the log holds no masked card number either');
  assertAbsent('the metrics', metrics, forbidden);
  assert.doesNotMatch(metrics, MASKED);
  assert.equal(stdout.trim().split('\n').length, 1, 'stdout has the ready line only');
}

/**
 * Checks the folder of a gateway that has ended, of which the word that does not look like a token is ordinary text to its till: only the kept
 * messages may hold it, which this removes. No other word is in them either.
 */
export function assertNothingWritten(data: string, forbidden: readonly string[]): void {
  const all = contentOf(data);
  assert.match(all, /\{"sockets":\{/, 'the journal has messages');
  const always = forbidden.filter((word) => word !== PLAIN_WORD);
  assertAbsent('a file', all, always);
  const journal = new DatabaseSync(join(data, 'tillgate.db'));
  journal.exec("DELETE FROM record WHERE collection = 'frames'; VACUUM");
  journal.close();
  const rest = contentOf(data);
  assert.doesNotMatch(rest, /\{"sockets":\{/);
  assertAbsent('a file without the messages', rest, forbidden);
}

/** The journal and all else in its folder. */
export function contentOf(data: string): string {
  return readdirSync(data)
    .map((file) => readFileSync(join(data, file), 'latin1'))
    .join('\n');
}

/** The result of a payment, which the log names, is also a line of its receipts. */
const LOGGED_LINE = 'SUCCESSFUL';

/** The lines that identify a receipt. */
export function distinctiveLines(
  lines: readonly { readonly value: string }[] = [],
): readonly string[] {
  return lines
    .map(({ value }) => value.trim())
    .filter((text) => text.length >= TELLING_LENGTH && /[A-Za-z*]/.test(text))
    .filter((text) => text !== LOGGED_LINE);
}

/** What is answered to a handshake that is refused. */
export async function refusalBody(address: string): Promise<string> {
  const refused = await connectTill(address).catch((cause: unknown) => cause);
  assert.ok(refused instanceof Refused, 'a bad address is refused');
  return refused.body;
}
