// The options that every connection has: a till at the counter, a till at the table, and a card machine.

import type { ConnectionState } from './connection.ts';
import type { OpenSocket, TlsOptions } from './socket.ts';
import type { Timing } from './timing.ts';
import type { Warning } from './warning.ts';

/**
 * Options of every connection. The SDK does not await what a callback returns: a callback that returns a
 * promise must handle its rejection itself.
 */
export interface ConnectionOptions {
  /**
   * Called at each change of the connection, from the first `connecting` on. An error that it throws is
   * reported as the warning `listenerFailed`; the connection is not affected. Default: none.
   */
  readonly onState?: (state: ConnectionState) => void;
  /**
   * Called with what a developer should know although no call fails because of it. An error that it
   * throws is ignored. Default: none, and warnings are dropped.
   */
  readonly onWarning?: (warning: Warning) => void;
  /**
   * What happens if the first try to connect fails. False, the default: the call rejects. True: the SDK
   * tries again, and the call rejects only if the gateway refuses for good.
   */
  readonly retryFirst?: boolean;
  /** TLS settings, Node only. Default: the certificates that Node trusts. */
  readonly tls?: TlsOptions;
  /**
   * Opens a connection in place of the SDK's own WebSocket, for tests. Called once for each try; if it
   * throws or rejects, that try has failed. Default: `openSocket`.
   */
  readonly open?: OpenSocket;
  /** Clock, timers and random numbers, for tests. Default: those of the system. */
  readonly timing?: Timing;
}
