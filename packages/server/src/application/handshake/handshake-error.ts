// The refusal of a handshake or a pairing: an HTTP status and a body of exactly `{error, message}`
// [C-2.9].

/** The HTTP answer to a handshake that is not let in. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

export class HandshakeError extends Error {
  readonly refusal: HandshakeRefusal;

  constructor(refusal: HandshakeRefusal) {
    super(refusal.message);
    this.name = 'HandshakeError';
    this.refusal = refusal;
  }
}

export function rejectHandshake(
  status: number,
  error: string,
  ...rest: readonly [string, number?]
): HandshakeError {
  const [message, retryAfterS] = rest;
  const wait = retryAfterS === undefined ? {} : { retryAfterS };
  return new HandshakeError({ status, error, message, ...wait });
}
