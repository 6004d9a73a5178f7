// The refusal of a handshake or a pairing: an HTTP status and a body of exactly `{error, message}`
// [C-2.9].

/** The HTTP answer to a handshake that is not let in. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

/** Of any request, whatever it asks for [C-2.31]. */
export const BAD_HOST: HandshakeRefusal = {
  status: 400,
  error: 'bad_host',
  message: 'A request needs exactly one Host header.',
};

/** The site is on another node, which cannot be reached, or is about to be [C-2.33]. */
export const MOVING = {
  status: 503,
  error: 'moving',
  message: 'This site is moving to another node of the gateway. Connect again in a few seconds.',
  retryAfterS: 2,
} as const satisfies HandshakeRefusal;

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
