// Schemas of card machines as a till sees them [C-5.1], and the notification values [C-6.5].

import { Currency } from './money.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

/** Longest identifier of a terminal or a table [C-3.37]. */
export const MAX_IDENTIFIER = 32;

export const Tid = Type.String({
  minLength: 1,
  maxLength: MAX_IDENTIFIER,
  description: 'Identifier of the card machine; compared exactly, case counts.',
});

/** A virtual card machine by its name, with the letters and the digit that choose its behaviour [C-10.1, C-10.3]. */
export const virtualTidPattern = /^VCM[A-Za-z0-9]{0,25}([SDUTCV])([SCIK])([SDPN])([012])$/;

export const TerminalStatus = Type.Enum(['AVAILABLE', 'BUSY'], {
  title: 'TerminalStatus',
  description:
    'BUSY while it runs a transaction, a report or a table session, or is operated by hand.',
});
export type TerminalStatus = Static<typeof TerminalStatus>;

export const Terminal = Type.Object(
  { tid: Tid, status: TerminalStatus, currency: Currency },
  {
    additionalProperties: false,
    title: 'Terminal',
    description: 'One card machine that is connected to the site.',
  },
);
export type Terminal = Static<typeof Terminal>;

/** Every value of v1, in the order of [C-6.5]. */
export const notificationValues = [
  'APPROVED',
  'ATTEMPTING_CANCEL',
  'BAD_SWIPE',
  'CANCELLING',
  'CARD_ERROR',
  'CARD_EXPIRED',
  'CARD_NOT_SUPPORTED',
  'CONNECTING',
  'CONNECTION_MADE',
  'DECLINED',
  'DECLINED_BY_CARD',
  'INSERT_CARD',
  'PIN_ENTRY',
  'PLEASE_WAIT',
  'PRESENT_CARD',
  'PRESENT_ONLY_ONE_CARD',
  'PROCESSING_ERROR',
  'REMOVE_CARD',
  'RETRYING',
  'REQUEST_SENT',
  'RE_PRESENT_CARD',
  'SIGNATURE_VERIFICATION',
  'SIGNATURE_VERIFICATION_PROCESS_COMPLETED',
  'SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED',
  'SIGNATURE_VERIFICATION_IN_PROGRESS',
  'SIGNATURE_VERIFICATION_TIMEOUT',
  'TRANSACTION_FINISHED',
  'TRANSACTION_STARTED',
  'UNABLE_TO_CANCEL',
  'REPLACE_PAPER',
  'ENTER_CASHBACK',
] as const;

/** What a card machine shows, as a value of the wire [C-6.5]. */
export type NotificationValue = (typeof notificationValues)[number];

/** Values that only the gateway sends: the start, the end, and the signature question. */
const gatewayValues = new Set<NotificationValue>([
  'TRANSACTION_STARTED',
  'TRANSACTION_FINISHED',
  'ATTEMPTING_CANCEL',
  'CANCELLING',
  'UNABLE_TO_CANCEL',
  'SIGNATURE_VERIFICATION',
  'SIGNATURE_VERIFICATION_IN_PROGRESS',
  'SIGNATURE_VERIFICATION_TIMEOUT',
]);
/** Values that a linked card machine may report. */
export const linkNotificationValues = notificationValues.filter(
  (value) => !gatewayValues.has(value),
);

/** The notification value, of those that a version has. */
export function terminalNotification(values: readonly NotificationValue[]) {
  const notificationValue = Type.Enum([...values], {
    description: 'What the card machine is showing; for the screen only, never the outcome.',
  });
  return Type.Object(
    { tid: Tid, notificationValue },
    { additionalProperties: false, description: 'Which card machine, and what it is showing.' },
  );
}
