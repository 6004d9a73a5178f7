// Where the core says what happens, for logs and metrics. No token, card number or receipt text may
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
  /** What a developer of a till may want to know and the wire does not say. */
  traced(label: ConnectionLabel, note: string): void;
  transactionEnded(type: string, result: string, durationMs: number): void;
  /** The world broke: disk, machine, network. */
  fault(where: string, cause: unknown): void;
}
