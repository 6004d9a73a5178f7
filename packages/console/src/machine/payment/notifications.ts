// The notifications that the till gets for the screens of a payment [C-6.5]. Pure.

import type { NotificationValue } from '@tillgate/protocol';
import type { Result } from '../books/transaction-record.ts';
import type { CardFlow } from './card-flow.ts';

/** The notifications that the till gets for a screen. */
export function notificationsFor({
  screen,
  signatureAnswered,
  declinedFor,
}: CardFlow): readonly NotificationValue[] {
  switch (screen.kind) {
    case 'cashback':
      return ['ENTER_CASHBACK'];
    case 'presentCard':
      return ['PRESENT_CARD'];
    case 'insertCard':
      return ['INSERT_CARD'];
    case 'reading':
    case 'checking':
    case 'gratuity':
    case 'keyEntry':
      return ['PLEASE_WAIT'];
    case 'pin':
      return ['PIN_ENTRY'];
    case 'connecting':
      return ['CONNECTING'];
    case 'connected':
      return ['CONNECTION_MADE'];
    case 'result':
      if (declinedFor === 'cardExpired') return ['CARD_EXPIRED', 'DECLINED'];
      if (declinedFor === 'pinTries') return ['DECLINED_BY_CARD'];
      return resultNotifications(screen.result, signatureAnswered);
    case 'removeCard':
      return ['REMOVE_CARD'];
    case 'paperNeeded':
    case 'outOfPaper':
      return ['REPLACE_PAPER'];
    default:
      return [];
  }
}

function resultNotifications(
  result: Result,
  signatureAnswered: boolean,
): readonly NotificationValue[] {
  const completed = signatureAnswered
    ? (['SIGNATURE_VERIFICATION_PROCESS_COMPLETED'] as const)
    : [];
  if (result === 'SUCCESSFUL') return [...completed, 'APPROVED'];
  if (result === 'DECLINED') return ['DECLINED'];
  return result === 'UNSUCCESSFUL' ? ['PROCESSING_ERROR'] : completed;
}
