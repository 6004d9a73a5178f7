// The options of a till.

import type { Payment, Report } from '@tillgate/protocol';
import type { Shown } from '../pac/progress.ts';
import type { OnSignature } from '../pac/signature.ts';
import type { Address } from './address.ts';
import type { ConnectionState } from './connection.ts';
import type { NumberStorage } from './request-numbers.ts';
import type { OpenSocket, TlsOptions } from './socket.ts';
import type { Timing } from './timing.ts';
import type { Warning } from './warning.ts';

/** Something for this till that no call of this run asked for: a run before it must have. */
export type Unclaimed =
  | { readonly kind: 'payment'; readonly requestId: number; readonly payment: Payment }
  | { readonly kind: 'report'; readonly requestId: number; readonly report: Report }
  | { readonly kind: 'notification'; readonly tid: string; readonly notificationValue: Shown };

/** What any till may set about its connection. */
export interface ConnectionOptions {
  /** Told each change of the connection. */
  readonly onState?: (state: ConnectionState) => void;
  /** Told what a developer should know, though nothing fails by it. */
  readonly onWarning?: (warning: Warning) => void;
  /** True: it keeps trying, unless the gateway refuses for good. Default: the call rejects. */
  readonly retryFirst?: boolean;
  /** TLS settings; Node only. */
  readonly tls?: TlsOptions;
  /** Another way to open a connection, for tests. */
  readonly open?: OpenSocket;
  /** Another clock, for tests. */
  readonly timing?: Timing;
}

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
