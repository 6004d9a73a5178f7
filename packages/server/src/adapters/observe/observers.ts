// Several observers as one, and one that receives no amounts.

import type {
  ConnectionLabel,
  EndedTransaction,
  FaultPlace,
  HandshakeLabel,
  Observer,
  RefusalKind,
  RefusedHandshake,
} from '../../ports/observer.ts';

export function combinedObserver(...all: readonly Observer[]): Observer {
  return {
    handshakeAnswered: (label: HandshakeLabel, status: number) => {
      for (const one of all) one.handshakeAnswered(label, status);
    },
    handshakeRefused: (refused: RefusedHandshake) => {
      for (const one of all) one.handshakeRefused(refused);
    },
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
    transactionEnded: (ended: EndedTransaction) => {
      for (const one of all) one.transactionEnded(ended);
    },
    refused: (kind: RefusalKind, from: string) => {
      for (const one of all) one.refused(kind, from);
    },
    fault: (where: FaultPlace, cause: unknown) => {
      for (const one of all) one.fault(where, cause);
    },
  };
}

/** Passes everything on but what was paid. */
export function withoutAmounts(observer: Observer): Observer {
  return {
    ...combinedObserver(observer),
    transactionEnded: ({ amount: _, currency: __, ...ended }: EndedTransaction) =>
      observer.transactionEnded(ended),
  };
}
