// The port for logs and metrics. No token, card number or receipt text may
// pass through here [C-2.4, C-12.21].

import type { Integration, Version } from '@tillgate/protocol';

export interface ConnectionLabel {
  readonly integration: Integration;
  readonly version: Version;
  readonly site: string;
}

/** Where faults happen; a fault is counted by its place. */
export const faultPlaces = [
  'api',
  'journal',
  'lastOrder',
  'site',
  'request',
  'retention',
  'stop',
  'terminal',
  'tls',
] as const;
export type FaultPlace = (typeof faultPlaces)[number];

/** What is refused or held back to protect the gateway and other tills. */
export const refusalKinds = [
  'token',
  'terminalKey',
  'pairingCode',
  'voidPairingCode',
  'operatorKey',
  'origin',
  'connectionBudget',
  'siteBudget',
  'addressBudget',
  'descriptors',
  'pendingSockets',
  'pendingSocketsPerAddress',
  'node',
] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** What a handshake asked for, as far as it can be read. */
export interface HandshakeLabel {
  readonly integration: Integration | 'unknown';
  readonly version: Version | 'unknown';
}

/** A refused handshake [C-2.9]; texts of the address are cut, and absent if they were not given. */
export interface RefusedHandshake extends HandshakeLabel {
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  /** IP address of the client. */
  readonly address: string;
  readonly host: string;
  readonly site?: string;
  readonly softwareHouseId?: string;
  readonly installerId?: string;
  readonly eposId?: string;
  readonly tid?: string;
}

/** A transaction or report that ended; `durationMs` from hand-over to outcome. */
export interface EndedTransaction {
  readonly site: string;
  readonly tid: string;
  readonly type: string;
  readonly result: string;
  readonly durationMs: number;
  /** In pence or cents; absent for a report. */
  readonly amount?: number;
  readonly currency?: string;
}

export interface Observer {
  /** A handshake was answered, with 101 or a refusal. */
  handshakeAnswered(label: HandshakeLabel, status: number): void;
  /** Called for the first few refusals a minute to one network. */
  handshakeRefused(refused: RefusedHandshake): void;
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
  transactionEnded(ended: EndedTransaction): void;
  /** Something was refused or held back; `from` is the name of a site or the address of a client. */
  refused(kind: RefusalKind, from: string): void;
  /** A fault outside the gateway's code: disk, card machine, network. */
  fault(where: FaultPlace, cause: unknown): void;
}
