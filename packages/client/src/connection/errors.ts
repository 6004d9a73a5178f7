// What can go wrong for a till, one class for each thing it would do about it. No message of these
// holds a token.

import type { ErrorObject, SchemaViolation } from '@tillgate/protocol';
import { errorTable } from '@tillgate/protocol';

/** The gateway does not want this connection: the answer to the handshake [C-2.9]. */
export class HandshakeRefused extends Error {
  /** HTTP status, such as 401. */
  readonly status: number;
  /** The gateway's word for it, such as `unauthorized`; `""` if something else answered. */
  readonly code: string;
  /** Milliseconds after which the gateway asks to be tried again, if it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, said: { code: string; message: string; retryAfterMs?: number }) {
    super(said.message || `The handshake was refused with HTTP status ${status}.`);
    this.name = 'HandshakeRefused';
    this.status = status;
    this.code = said.code;
    this.retryAfterMs = said.retryAfterMs;
  }
}

/** No gateway was reached: wrong host, no network, TLS trouble, or no answer in 15 s. */
export class CouldNotConnect extends Error {
  constructor(why: string, cause?: unknown) {
    super(`Could not connect: ${why}`, { cause });
    this.name = 'CouldNotConnect';
  }
}

/**
 * The gateway ended the connection for good. `takenOver`: a newer one with the same epos-id is open
 * or, at the table, a newer one of the site [C-3.44]. `tokenRevoked`: the token is no longer valid
 * [C-3.45].
 */
export class Discontinued extends Error {
  readonly reason: 'takenOver' | 'tokenRevoked';

  constructor(reason: 'takenOver' | 'tokenRevoked') {
    super(
      reason === 'takenOver'
        ? 'A newer connection has taken over from this one.'
        : 'The token was revoked.',
    );
    this.name = 'Discontinued';
    this.reason = reason;
  }
}

/** There was no connection to send on: nothing reached the gateway, nothing was started. */
export class NotSent extends Error {
  readonly method: string;

  constructor(method: string, cause?: unknown) {
    const why = cause instanceof Error ? ` ${cause.message}` : '';
    super(`${method} was not sent: there is no connection to the gateway.${why}`, { cause });
    this.name = 'NotSent';
    this.method = method;
  }
}

/** The connection broke before the answer came. It may or may not have been carried out. */
export class ConnectionLost extends Error {
  readonly method: string;

  constructor(method: string) {
    super(`The connection was lost before ${method} was answered.`);
    this.name = 'ConnectionLost';
    this.method = method;
  }
}

/** No answer within the limit [C-11.20]. It may or may not have been carried out. */
export class NoAnswer extends Error {
  readonly method: string;

  constructor(method: string, limitMs: number) {
    super(`No answer to ${method} within ${limitMs / 1000} s.`);
    this.name = 'NoAnswer';
    this.method = method;
  }
}

/** An answer that does not fit its published schema. */
export class BadAnswer extends Error {
  readonly method: string;
  readonly errors: readonly SchemaViolation[];

  constructor(method: string, errors: readonly SchemaViolation[]) {
    super(`The answer to ${method} does not fit its schema: ${faultsText(errors)}.`);
    this.name = 'BadAnswer';
    this.method = method;
    this.errors = errors;
  }
}

/**
 * The gateway refused the request. For a transaction: nothing was handed over to a card machine
 * [C-3.21].
 */
export class TillError extends Error {
  readonly method: string;
  /** One of the table of PROTOCOL.md 3.4, such as -32071. */
  readonly code: number;
  /** A sentence to show to staff as it is; `""` if the gateway gave none. */
  readonly userMessage: string;
  /** For -32602: each fault by path, what was expected and what came. */
  readonly errors: readonly SchemaViolation[];
  /** Whether the same request may work later. */
  readonly retryable: boolean;

  constructor(method: string, error: ErrorObject) {
    super(error.message);
    this.name = 'TillError';
    this.method = method;
    this.code = error.code;
    this.userMessage = error.data?.userMessage ?? '';
    this.errors = error.data?.errors ?? [];
    this.retryable = mayRetry(error.code);
  }
}

function mayRetry(code: number): boolean {
  const row = Object.values(errorTable).find((each) => each.code === code);
  return row?.retry.startsWith('yes') ?? false;
}

export function faultsText(faults: readonly SchemaViolation[]): string {
  return faults
    .map((fault) => `${fault.path || 'it'}: expected ${fault.expected}, got ${fault.got}`)
    .join('; ');
}
