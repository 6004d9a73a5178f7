// The options of a till at the counter.

import type { Payment, Report } from '@tillgate/protocol';
import type { Address } from '../connection/address.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { NumberStorage } from '../connection/storage.ts';
import type { Shown } from './progress.ts';
import type { OnSignature } from './signature.ts';

/** Something for this till that no call of this run asked for: a run before it must have. */
export type Unclaimed =
  | { readonly kind: 'payment'; readonly requestId: number; readonly payment: Payment }
  | { readonly kind: 'report'; readonly requestId: number; readonly report: Report }
  | { readonly kind: 'notification'; readonly tid: string; readonly notificationValue: Shown };

export interface TillBehaviour extends ConnectionOptions {
  /**
   * Names this till, 1..64 of `A-Z a-z 0-9 . _ -`, so that results it missed come to it after a
   * drop [C-4.40]; each till of a site needs its own. Left out, the SDK makes one up that lasts as
   * long as the object. A name that is given lasts over restarts: keep `storage` with it. False
   * goes without, and then `resolve()` has only `duplicate` to go by.
   */
  readonly eposId?: string | false;
  /** Keeps the number of the last request over restarts [C-4.41]. */
  readonly storage?: NumberStorage;
  /** Judges signatures, unless a transaction has its own. */
  readonly onSignature?: OnSignature;
  /** Told what a run of the till before this one has asked for. Book a payment once [C-4.42]. */
  readonly onUnclaimed?: (unclaimed: Unclaimed) => void;
}

export type ConnectOptions = Address & TillBehaviour;
