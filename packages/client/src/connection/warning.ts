// What a till developer should know, though nothing fails by it.

/** What kind of warning it is. */
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
  /** A callback, such as `onState`, threw. */
  | 'listenerFailed'
  /** `storage` threw or gave no request number. */
  | 'storageFailed'
  /** A request to cancel could not be sent or was refused. */
  | 'notCancelled'
  /**
   * A handler of pay at table threw, was too slow or gave what cannot be sent. The waiter was answered
   * no; what has to be booked is tried again.
   */
  | 'handlerFailed'
  /** The gateway could not use an answer of pay at table [C-9.5], or it came too late [C-9.4]. */
  | 'answerRefused'
  /**
   * `start`, `report` or `recall` of a card machine threw, or gave what cannot be sent. What could
   * not be sent was left out.
   */
  | 'machineFailed'
  /** The `memory` of a card machine threw. An order's end is tried again until it is kept. */
  | 'memoryFailed';

/** Something that a till developer should know, though nothing fails by it. */
export interface Warning {
  /** What kind of warning it is. */
  readonly warning: WarningName;
  /** For the developer's log; holds no token and no card number. */
  readonly message: string;
  /** The card machine that it is about, if it is about one. */
  readonly tid?: string;
  /** The table that it is about, if it is about one. */
  readonly tableId?: string;
  /** What was thrown, if something was. */
  readonly cause?: unknown;
}

export type Warn = (warning: Warning) => void;

/** An `onWarning` that throws must not fail a payment. */
export function warnSafely(onWarning: ((warning: Warning) => void) | undefined): Warn {
  return (warning) => {
    try {
      onWarning?.(warning);
    } catch {
      // There is no other place to report it.
    }
  };
}

/** Calls a callback of the user: one that throws must not disturb a payment. */
export function guard(warn: Warn, name: string, call: () => void): void {
  try {
    call();
  } catch (cause) {
    warn({ warning: 'listenerFailed', message: `${name} threw.`, cause });
  }
}

/** A message of the gateway could not be processed because something threw; the connection continues. */
export function warnListenerFailed(warn: Warn, cause: unknown): void {
  warn({ warning: 'badMessage', message: 'A message was not dealt with.', cause });
}
