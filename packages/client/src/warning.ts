// What a till developer should hear of, though nothing fails by it.

export type WarningName =
  /** An answer or notification that does not fit its schema. */
  | 'badMessage'
  /** Keys that the schema does not know were dropped. */
  | 'unknownKeys'
  /** An answer to nothing that was asked, or an error of the gateway about no request. */
  | 'strayAnswer'
  /** A signature must be judged and there is no `onSignature`; the gateway's time-out decides. */
  | 'noSignatureHandler'
  /** `onSignature` threw or gave no boolean; it was not answered. */
  | 'signatureHandlerFailed'
  /** A listener of the host threw. */
  | 'listenerFailed'
  /** `storage` threw or gave no request number. */
  | 'storageFailed'
  /** A wish to cancel could not be passed on or was refused. */
  | 'notCancelled';

export interface Warning {
  readonly warning: WarningName;
  /** For the developer's log; holds no token and no card number. */
  readonly message: string;
  readonly tid?: string;
  readonly cause?: unknown;
}

export type Warn = (warning: Warning) => void;

/** Calls a listener of the host: one that throws must not disturb a payment. */
export function guard(warn: Warn, name: string, call: () => void): void {
  try {
    call();
  } catch (cause) {
    warn({ warning: 'listenerFailed', message: `${name} threw.`, cause });
  }
}
