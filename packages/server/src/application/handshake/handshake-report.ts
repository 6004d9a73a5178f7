// What operators learn of handshakes and pairings: each answer to a handshake is counted, and a refusal is one
// line in the log, for the first few a minute from one network.

import type { Integration, Version } from '@tillgate/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { HandshakeLabel, Observer, RefusedHandshake } from '../../ports/observer.ts';
import { RateLimit } from './rate-limit.ts';

/** Longest text of an address that is logged. */
const MAX_TEXT = 128;
const MAX_HOST = 253;

/** What can be read of a handshake, whether it is accepted or not. */
export interface HandshakeAttempt {
  readonly integration: Integration | undefined;
  readonly host: string;
  /** Name of the site that the host leads to. */
  readonly site: string | undefined;
  readonly query: URLSearchParams;
  readonly address: string;
  readonly network: string;
}

/** The answer: 101, or a refusal with its `error` and `message` [C-2.9]. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
}

interface HandshakeReporterDeps {
  readonly observer: Observer;
  readonly clock: Clock;
  readonly refusalLines: { readonly most: number; readonly withinMs: number };
}

export class HandshakeReporter {
  readonly #observer: Observer;
  readonly #lines: RateLimit;

  constructor({ observer, clock, refusalLines }: HandshakeReporterDeps) {
    this.#observer = observer;
    this.#lines = new RateLimit(clock, refusalLines);
  }

  /** To be called once for each answer to a handshake. */
  answered(attempt: HandshakeAttempt, answer: HandshakeAnswer): void {
    this.#observer.handshakeAnswered(labelOf(attempt), answer.status);
    if (answer.status !== 101) this.refused(attempt, answer);
  }

  /** For a refusal that answers no handshake, such as that of a pairing code. */
  refused(attempt: HandshakeAttempt, answer: HandshakeAnswer): void {
    if (this.#lines.count(attempt.network) > 0) return;
    const { status, error = '', message = '' } = answer;
    const { site, host, address } = attempt;
    const label = labelOf(attempt);
    this.#observer.handshakeRefused({
      ...{ status, error, reason: message, ...label, address, host: host.slice(0, MAX_HOST) },
      ...(site !== undefined && { site }),
      ...textsOf(attempt.query),
    });
  }
}

function labelOf(attempt: HandshakeAttempt): HandshakeLabel {
  return {
    integration: attempt.integration ?? 'unknown',
    version: versionOf(attempt) ?? 'unknown',
  };
}

/** The version that is asked for [C-2.2]; those who are no tills have only one. */
function versionOf({ integration, query }: HandshakeAttempt): Version | undefined {
  if (integration === 'waiter' || integration === 'terminal') return 'v1';
  const given = query.get('api-version') ?? 'v0';
  return integration && (given === 'v1' || given === 'v0') ? given : undefined;
}

type Texts = Pick<RefusedHandshake, 'softwareHouseId' | 'installerId' | 'eposId' | 'tid'>;

const texts: Readonly<Record<keyof Texts, string>> = {
  softwareHouseId: 'software-house-id',
  installerId: 'installer-id',
  eposId: 'epos-id',
  tid: 'tid',
};

/** What else the address says of its sender; a token that stands in the wrong place is not among it. */
function textsOf(query: URLSearchParams): Texts {
  const tokens = query.getAll('token');
  const given = Object.entries(texts)
    .map(([key, name]) => [key, query.get(name)?.trim() ?? ''] as const)
    .filter(([, text]) => text !== '' && !tokens.some((token) => token && text.includes(token)));
  return Object.fromEntries(given.map(([key, text]) => [key, text.slice(0, MAX_TEXT)]));
}
