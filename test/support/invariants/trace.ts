// Records all messages on the sockets and all writes to the journal, in their order, for the invariants of
// chapter 12.

import type { Version } from '@tillgate/protocol';
import type { Frame, TestTill } from 'tillgate/testing';

/** One row of a journal, as far as the invariants read it. */
export interface Written {
  readonly stream: string;
  readonly activityId: number;
  readonly body: string;
}

export type TraceEntry =
  | {
      readonly kind: 'sent' | 'received';
      readonly line: number;
      /** Version, integration and site of the connection. */
      readonly version: Version;
      readonly integration: 'pac' | 'pat';
      readonly site: string;
      readonly frame: Frame;
      /** Items of the batch it came in; 0 for a message of its own. */
      readonly batch: number;
    }
  | { readonly kind: 'closed'; readonly line: number; readonly code: number }
  | { readonly kind: 'journalled'; readonly written: Written };

/** A message, either way. */
export type MessageEntry = Extract<TraceEntry, { kind: 'sent' | 'received' }>;
type Line = Pick<MessageEntry, 'line' | 'version' | 'integration' | 'site'>;

/** The card machine that params or a result speak of, in either spelling [C-8.1]. */
export function tidOf(body: Frame['params']): string {
  return String(body?.tid ?? body?.tpi);
}

export class Trace {
  readonly entries: TraceEntry[] = [];
  #lines = 0;

  /** Follows one socket from now on. */
  follow(till: TestTill, site: string): void {
    this.#lines += 1;
    const line = this.#lines;
    const { socket, version } = till;
    const integration = new URL(socket.url).pathname.startsWith('/pat') ? 'pat' : 'pac';
    const on: Line = { line, version, integration, site };
    // What came with the handshake itself.
    for (const frame of till.received) {
      this.entries.push({ kind: 'received', ...on, frame, batch: 0 });
    }
    const send = socket.send.bind(socket) as (data: unknown, ...rest: unknown[]) => void;
    const noting = (data: unknown, ...rest: unknown[]): void => {
      this.#note('sent', on, data);
      send(data, ...rest);
    };
    socket.send = noting as typeof socket.send;
    socket.prependListener('message', (data) => this.#note('received', on, data));
    socket.on('close', (code) => this.entries.push({ kind: 'closed', line, code }));
  }

  journalled(written: Written): void {
    this.entries.push({ kind: 'journalled', written });
  }

  /** What is no JSON is no message: its refusal shows in what is received. */
  #note(kind: 'sent' | 'received', on: Line, data: unknown): void {
    let value: unknown;
    try {
      value = JSON.parse(String(data));
    } catch {
      return;
    }
    const batch = Array.isArray(value) ? value.length : 0;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      this.entries.push({ kind, ...on, frame: Object(one) as Frame, batch });
    }
  }
}
