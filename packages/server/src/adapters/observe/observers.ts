// Several observers as one.

import type { ConnectionLabel, Observer } from '../../ports/observer.ts';

export function combinedObserver(...all: readonly Observer[]): Observer {
  return {
    connectionOpened: (label: ConnectionLabel) => {
      for (const one of all) one.connectionOpened(label);
    },
    connectionClosed: (label: ConnectionLabel, code: number) => {
      for (const one of all) one.connectionClosed(label, code);
    },
    messageReceived: (method: string) => {
      for (const one of all) one.messageReceived(method);
    },
    messageSent: (method: string) => {
      for (const one of all) one.messageSent(method);
    },
    errorSent: (code: number) => {
      for (const one of all) one.errorSent(code);
    },
    traced: (label: ConnectionLabel, note: string) => {
      for (const one of all) one.traced(label, note);
    },
    pingPayloadNotReturned: (label: ConnectionLabel) => {
      for (const one of all) one.pingPayloadNotReturned(label);
    },
    transactionEnded: (type: string, result: string, durationMs: number) => {
      for (const one of all) one.transactionEnded(type, result, durationMs);
    },
    fault: (where: string, cause: unknown) => {
      for (const one of all) one.fault(where, cause);
    },
  };
}
