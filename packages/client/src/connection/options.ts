// The options that every connection has: a till at the counter, a till at the table, and a card machine.

import type { ConnectionState } from './connection.ts';
import type { OpenSocket, TlsOptions } from './socket.ts';
import type { Timing } from './timing.ts';
import type { Warning } from './warning.ts';

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
