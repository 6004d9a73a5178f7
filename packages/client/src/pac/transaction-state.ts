// The state of one transaction, as a value: `next` gives the state after an event. Used by
// `OpenTransaction`, which carries out what a change of state asks for.

import type { Payment, TransactionRequest } from '@tillgate/protocol';
import type { TillError } from '../connection/errors.ts';
import { matchesRequest } from './compare.ts';
import type { KnownOutcome, UnknownReason } from './outcome.ts';
import { knownOutcome } from './outcome.ts';

export type TransactionState = Evidence &
  (
    | { readonly kind: 'pending' }
    /** The promise was settled with an unknown outcome; the answer may still come. */
    | {
        readonly kind: 'unknown';
        readonly reason: UnknownReason;
        /** What little the gateway knew when it said TIMED_OUT. */
        readonly payment?: Payment;
      }
    | { readonly kind: 'known'; readonly outcome: KnownOutcome }
    /** The gateway refused the request: nothing was handed over. */
    | { readonly kind: 'refused'; readonly error: TillError }
  );

/** What was observed of the card machine and of the request, whatever the outcome. */
interface Evidence {
  /** The answer may still come on the connection that the request was sent on. */
  readonly awaitsAnswer: boolean;
  /** A notification, a signature question or a result came: the card machine got the transaction. */
  readonly handedOver: boolean;
  /** The card machine was found busy after the request was sent. */
  readonly wasBusy: boolean;
}

export type TransactionEvent =
  /** A notification or a signature question came. */
  | { readonly kind: 'progressed' }
  | { readonly kind: 'foundBusy' }
  | { readonly kind: 'connectionLost' }
  | { readonly kind: 'limitReached' }
  | { readonly kind: 'answerUnreadable' }
  | { readonly kind: 'answerRefused'; readonly error: TillError }
  /** The answer to the request, perhaps on a later connection. */
  | { readonly kind: 'resultReceived'; readonly payment: Payment }
  /** `duplicate` gave a payment that was judged to be that of this request. */
  | { readonly kind: 'paymentFound'; readonly payment: Payment };

export const pending: TransactionState = {
  kind: 'pending',
  awaitsAnswer: true,
  handedOver: false,
  wasBusy: false,
};

/**
 * The state after an event. A known outcome stays whatever comes later, but for a refusal: then nothing was
 * handed over, and a payment that was taken for this one was another's [C-3.21].
 */
export function next(
  state: TransactionState,
  event: TransactionEvent,
  request: TransactionRequest,
): TransactionState {
  switch (event.kind) {
    case 'progressed':
      return { ...state, handedOver: true };
    case 'foundBusy':
      return { ...state, wasBusy: true };
    case 'connectionLost':
      return unknown({ ...state, awaitsAnswer: false }, 'connectionLost');
    case 'limitReached':
      return unknown(state, 'noAnswer');
    case 'answerUnreadable':
      return unknown({ ...state, awaitsAnswer: false }, 'badAnswer');
    case 'answerRefused':
      return { ...evidenceIn(state), awaitsAnswer: false, kind: 'refused', error: event.error };
    case 'resultReceived': {
      const answered = { ...state, awaitsAnswer: false };
      if (!matchesRequest(event.payment, request)) return unknown(answered, 'badAnswer');
      return ended({ ...answered, handedOver: true }, event.payment);
    }
    case 'paymentFound':
      return ended(state, event.payment);
  }
}

function ended(state: TransactionState, payment: Payment): TransactionState {
  if (isFinal(state)) return state;
  const outcome = knownOutcome(payment);
  if (outcome) return { ...evidenceIn(state), kind: 'known', outcome };
  return { ...evidenceIn(state), kind: 'unknown', reason: 'timedOut', payment };
}

function unknown(state: TransactionState, reason: UnknownReason): TransactionState {
  if (isFinal(state)) return state;
  return { ...(state.kind === 'unknown' ? state : evidenceIn(state)), kind: 'unknown', reason };
}

function isFinal({ kind }: TransactionState): boolean {
  return kind === 'known' || kind === 'refused';
}

function evidenceIn({ awaitsAnswer, handedOver, wasBusy }: TransactionState): Evidence {
  return { awaitsAnswer, handedOver, wasBusy };
}
