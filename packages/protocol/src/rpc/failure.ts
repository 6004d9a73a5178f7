// Why a request of one's own has no result.

import type { ErrorObject } from './error.ts';

/** The line broke before the answer came. */
export class ConnectionClosed extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`The connection was closed (${code}${reason && `, ${reason}`}).`);
    this.name = 'ConnectionClosed';
    this.code = code;
    this.reason = reason;
  }
}

/** The other side answered with an error message. */
export class ErrorResponse extends Error {
  readonly error: ErrorObject;

  constructor(error: ErrorObject) {
    super(error.message);
    this.name = 'ErrorAnswer';
    this.error = error;
  }
}

/** The other side answered with `error`, but not with an error object: what it did is unknown. */
export class InvalidResponse extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('The answer is not a valid error message.');
    this.name = 'InvalidAnswer';
    this.error = error;
  }
}
