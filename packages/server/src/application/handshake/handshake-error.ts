// How a request at the door is turned away: an HTTP status and a body of exactly `{error, message}` [C-2.9].

/** The HTTP answer to a handshake that is not let in. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly retryAfterS?: number;
}

export class NotAdmitted extends Error {
  readonly refusal: HandshakeRefusal;

  constructor(refusal: HandshakeRefusal) {
    super(refusal.message);
    this.name = 'NotAdmitted';
    this.refusal = refusal;
  }
}

export function refuseEntry(
  status: number,
  error: string,
  ...rest: readonly [string, number?]
): NotAdmitted {
  const [message, retryAfterS] = rest;
  const wait = retryAfterS === undefined ? {} : { retryAfterS };
  return new NotAdmitted({ status, error, message, ...wait });
}
