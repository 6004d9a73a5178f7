// The port for logs and metrics. No token, card number or receipt text may
// pass through here [C-2.4, C-12.21].

import type { Integration, Version } from '@tillgate/protocol';

export interface ConnectionLabel {
  readonly integration: Integration;
  readonly version: Version;
  readonly site: string;
}

export interface Observer {
  connectionOpened(label: ConnectionLabel): void;
  connectionClosed(label: ConnectionLabel, code: number): void;
  /** `method` is one of the dialect's own names, or `unknown`. */
  messageReceived(method: string): void;
  messageSent(method: string): void;
  errorSent(code: number): void;
  /** A note for the developer of a till that the wire does not carry. */
  traced(label: ConnectionLabel, note: string): void;
  /** The library of this till answers pings without returning their payload [C-3.49]. */
  pingPayloadNotReturned(label: ConnectionLabel): void;
  transactionEnded(type: string, result: string, durationMs: number): void;
  /** A fault outside the gateway's code: disk, card machine, network. */
  fault(where: string, cause: unknown): void;
}
