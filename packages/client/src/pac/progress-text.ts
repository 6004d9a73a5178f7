// What a card machine shows, as a text for staff at the till or at the machine [C-6.5].

import type { NotificationValue } from '@tillgate/protocol';
import { outcomes } from '@tillgate/protocol';
import type { Shown } from './progress.ts';

const words: Readonly<Record<NotificationValue, string>> = {
  APPROVED: outcomes.SUCCESSFUL.word,
  ATTEMPTING_CANCEL: 'Asking the card machine to cancel',
  BAD_SWIPE: 'The stripe could not be read: swipe again',
  CANCELLING: 'Cancelling',
  CARD_ERROR: 'The card is faulty',
  CARD_EXPIRED: 'The card is out of date',
  CARD_NOT_SUPPORTED: 'This card is not taken here',
  CONNECTING: 'Calling the bank',
  CONNECTION_MADE: 'The bank answers',
  DECLINED: outcomes.DECLINED.word,
  DECLINED_BY_CARD: 'Declined by the card',
  ENTER_CASHBACK: 'Cashback is entered at the card machine',
  INSERT_CARD: 'Insert the card',
  PIN_ENTRY: 'The customer enters the PIN',
  PLEASE_WAIT: 'Please wait',
  PRESENT_CARD: 'Present the card',
  PRESENT_ONLY_ONE_CARD: 'Present one card only',
  PROCESSING_ERROR: 'The card machine could not go on',
  REMOVE_CARD: 'Remove the card',
  REPLACE_PAPER: 'The printer is out of paper',
  REQUEST_SENT: 'The bank has the request',
  RETRYING: 'Trying the bank again',
  RE_PRESENT_CARD: 'Present the card again',
  SIGNATURE_VERIFICATION: 'A signature must be checked',
  SIGNATURE_VERIFICATION_IN_PROGRESS: 'Waiting for the signature to be judged',
  SIGNATURE_VERIFICATION_PROCESS_COMPLETED: 'The signature was judged',
  SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED:
    'The card machine could not act on the judgement',
  SIGNATURE_VERIFICATION_TIMEOUT: 'Nobody judged the signature in time',
  TRANSACTION_FINISHED: 'Finished',
  TRANSACTION_STARTED: 'Started on the card machine',
  UNABLE_TO_CANCEL: 'Too late to cancel; it goes on',
};

/**
 * What a card machine shows as an English sentence for staff, such as `Present the card`. A value that
 * this SDK does not know yet is spelt out [C-6.4]: `SING_A_SONG` is `Sing a song`.
 *
 * @example
 * progressText('PRESENT_CARD'); // 'Present the card'
 */
export function progressText(value: Shown): string {
  if (Object.hasOwn(words, value)) return words[value as NotificationValue];
  const text = value.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
