// The options of a till at the counter.

import type { Payment, Report } from '@tillgate/protocol';
import type { Address } from '../connection/address.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { NumberStorage } from '../connection/storage.ts';
import type { Shown } from './progress.ts';
import type { OnSignature } from './signature.ts';

/** A result or notification that belongs to no call of this run of the program, so to an earlier run. */
export type Unclaimed =
  | {
      /** A transaction has ended. */
      readonly kind: 'payment';
      /** The id of its request, as `onSent` was told. */
      readonly requestId: number;
      /** How it ended. */
      readonly payment: Payment;
    }
  | {
      /** A report is finished. */
      readonly kind: 'report';
      /** The id of its request. */
      readonly requestId: number;
      /** The report. */
      readonly report: Report;
    }
  | {
      /** A card machine shows something. */
      readonly kind: 'notification';
      /** Which card machine. */
      readonly tid: string;
      /** What it shows. */
      readonly notificationValue: Shown;
    };

/** The options of a till at the counter, without its address. */
export interface TillBehaviour extends ConnectionOptions {
  /**
   * Identifies this till, 1..64 of `A-Z a-z 0-9 . _ -`, so that the gateway sends it the results it
   * missed [C-4.40]; each till of a site needs its own. Default: the `epos-id` of `uri`, or else a
   * generated one, which is valid as long as the object. A given one is valid across restarts: use
   * `storage` with it. False: none, and then `resolve()` can only compare the last payment.
   */
  readonly eposId?: string | false;
  /** Keeps the number of the last request across restarts [C-4.41]. Default: none. See `NumberStorage`. */
  readonly storage?: NumberStorage;
  /**
   * Called when a signature must be checked, unless the transaction has its own `onSignature`; its
   * boolean is the answer. If it throws, rejects or returns anything else, the SDK warns
   * (`signatureHandlerFailed`), sends no answer, and the gateway's time-out decides [C-4.36].
   * Default: none, with the warning `noSignatureHandler`.
   */
  readonly onSignature?: OnSignature;
  /**
   * Called with what an earlier run of the till requested. The same payment may come again, so book it
   * once [C-4.42]. An error that it throws is reported as the warning `listenerFailed`. Default: none.
   */
  readonly onUnclaimed?: (unclaimed: Unclaimed) => void;
}

/** The options of `connect`: the address and the behaviour. */
export type ConnectOptions = Address & TillBehaviour;
