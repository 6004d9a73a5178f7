// The errors of the SDK: one class for each thing that a till would do about it, all of one base. No
// message of these holds a token or a card number.

import type { ErrorObject, SchemaViolation } from '@tillgate/protocol';
import { errorTable } from '@tillgate/protocol';

/**
 * The base of every error that the SDK itself raises; wrong parameters and options are `TypeError` and
 * `RangeError`. `name` says what kind of thing went wrong, `code` says which. Both are stable; sentences
 * (`message`) may change.
 *
 * @example
 * try {
 *   await till.terminals();
 * } catch (error) {
 *   if (!(error instanceof TillgateError)) throw error;
 *   log.warn(error.name, error.code, error.message); // 'NotSent' 'not_sent' 'connectedTerminals was…'
 * }
 */
export abstract class TillgateError extends Error {
  /** The name of the class, such as `NotSent`. */
  abstract override readonly name: string;
  /**
   * `not_sent` and the like, fixed for each class; of a `TillError` the number of PROTOCOL.md 3.4, such
   * as -32071; of a `HandshakeRefused` the code that the gateway gave [C-2.9].
   */
  abstract readonly code: string | number;
}

/**
 * Every error of the SDK, for a `switch` over `name` that the compiler checks.
 *
 * @example
 * function isOver(error: ClientError): boolean {
 *   switch (error.name) {
 *     case 'NotSent':
 *     case 'CouldNotConnect':
 *     case 'HandshakeRefused':
 *     case 'Discontinued':
 *     case 'TillError':
 *       return true; // nothing was started
 *     case 'ConnectionLost':
 *     case 'NoAnswer':
 *     case 'BadAnswer':
 *       return false; // it may have been carried out
 *   }
 * }
 */
export type ClientError =
  | HandshakeRefused
  | CouldNotConnect
  | Discontinued
  | NotSent
  | ConnectionLost
  | NoAnswer
  | BadAnswer
  | TillError;

/**
 * The gateway refused the connection: the answer to the handshake [C-2.9]. With an empty `code` something
 * in front of the gateway answered, such as a proxy; the SDK then goes on trying.
 */
export class HandshakeRefused extends TillgateError {
  override readonly name = 'HandshakeRefused';
  /** HTTP status, such as 401. */
  readonly status: number;
  /** The gateway's code, such as `unauthorized`; `""` if something else answered, such as a proxy. */
  readonly code: string;
  /** The Retry-After of the answer, in milliseconds, if it has one. The SDK waits 60 s at most. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, refusal: { code: string; message: string; retryAfterMs?: number }) {
    const by = refusal.code === '' ? ' by something in front of the gateway' : '';
    super(refusal.message || `The handshake was refused with HTTP status ${status}${by}.`);
    this.status = status;
    this.code = refusal.code;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** No gateway was reached: wrong host, no network, TLS trouble, or no answer in 15 s. */
export class CouldNotConnect extends TillgateError {
  override readonly name = 'CouldNotConnect';
  readonly code = 'could_not_connect';

  constructor(why: string, cause?: unknown) {
    super(`Could not connect: ${why}`, { cause });
  }
}

/**
 * The gateway ended the connection for good. `takenOver`: a newer one with the same epos-id is open
 * or, at the table, a newer one of the site [C-3.44]. `tokenRevoked`: the token is no longer valid
 * [C-3.45].
 */
export class Discontinued extends TillgateError {
  override readonly name = 'Discontinued';
  readonly code: 'taken_over' | 'token_revoked';
  /** The same as `code`, in camel case. */
  readonly reason: 'takenOver' | 'tokenRevoked';

  constructor(reason: 'takenOver' | 'tokenRevoked') {
    super(
      reason === 'takenOver'
        ? 'A newer connection has taken over from this one.'
        : 'The token was revoked.',
    );
    this.reason = reason;
    this.code = reason === 'takenOver' ? 'taken_over' : 'token_revoked';
  }
}

/** There was no connection to send on: nothing reached the gateway, nothing was started. */
export class NotSent extends TillgateError {
  override readonly name = 'NotSent';
  readonly code = 'not_sent';
  /** The method of the request, such as `sale`. */
  readonly method: string;

  constructor(method: string, cause?: unknown) {
    const why = cause instanceof Error ? ` ${cause.message}` : '';
    super(`${method} was not sent: there is no connection to the gateway.${why}`, { cause });
    this.method = method;
  }
}

/** The connection broke before the answer came. The request may or may not have been carried out. */
export class ConnectionLost extends TillgateError {
  override readonly name = 'ConnectionLost';
  readonly code = 'connection_lost';
  /** The method of the request, such as `sale`. */
  readonly method: string;

  constructor(method: string) {
    super(`The connection was lost before ${method} was answered.`);
    this.method = method;
  }
}

/** No answer within the limit [C-11.20]. The request may or may not have been carried out. */
export class NoAnswer extends TillgateError {
  override readonly name = 'NoAnswer';
  readonly code = 'no_answer';
  /** The method of the request, such as `sale`. */
  readonly method: string;

  constructor(method: string, limitMs: number) {
    super(`No answer to ${method} within ${limitMs / 1000} s.`);
    this.method = method;
  }
}

/** An answer that does not match its published schema. */
export class BadAnswer extends TillgateError {
  override readonly name = 'BadAnswer';
  readonly code = 'bad_answer';
  /** The method of the request, such as `sale`. */
  readonly method: string;
  /** Each violation by path, what was expected and what came. */
  readonly errors: readonly SchemaViolation[];

  constructor(method: string, errors: readonly SchemaViolation[]) {
    super(`The answer to ${method} does not fit its schema: ${faultsText(errors)}.`);
    this.method = method;
    this.errors = errors;
  }
}

/**
 * The gateway refused the request. For a transaction: nothing was handed over to a card machine
 * [C-3.21].
 *
 * @example
 * if (error instanceof TillError && error.code === -32071) showStaff(error.userMessage); // busy
 */
export class TillError extends TillgateError {
  override readonly name = 'TillError';
  /** The method of the request, such as `sale`. */
  readonly method: string;
  /** One of the table of PROTOCOL.md 3.4, such as -32071. */
  readonly code: number;
  /** A sentence to show to staff as it is; `""` if the gateway gave none. */
  readonly userMessage: string;
  /** For -32602: each violation by path, what was expected and what came. */
  readonly errors: readonly SchemaViolation[];
  /** Whether the same request may work later. */
  readonly retryable: boolean;

  constructor(method: string, error: ErrorObject) {
    super(error.message);
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
