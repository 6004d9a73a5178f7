// The signature question: `onSignature` is called, and what it returns is the answer. Where there is none,
// or it fails, nothing is answered and the gateway's time-out decides [C-4.36].

import type { SignatureAnswer, SignatureQuestion } from '@tillgate/protocol';
import type { Warn } from '../connection/warning.ts';
import { withResolvers } from '../connection/with-resolvers.ts';

/** True accepts the signature; false has the payment reversed [C-4.34, C-4.35]. See `TillBehaviour.onSignature`. */
export type OnSignature = (question: SignatureQuestion) => boolean | Promise<boolean>;

/** Fulfilled with the answer to send; never settled if there is none. */
export function askForSignature(
  question: SignatureQuestion,
  handler: OnSignature | undefined,
  warn: Warn,
): Promise<SignatureAnswer> {
  const { tid } = question;
  const { promise, resolve } = withResolvers<SignatureAnswer>();
  if (!handler) {
    const message = 'A signature must be checked, and there is no onSignature to ask.';
    warn({ warning: 'noSignatureHandler', message, tid });
    return promise;
  }
  void askHost(question, handler).then(
    (accepted) => {
      if (typeof accepted === 'boolean') resolve({ accepted });
      else failed(`onSignature gave ${typeof accepted}, not a boolean.`);
    },
    (cause: unknown) => failed('onSignature threw.', cause),
  );
  const failed = (message: string, cause?: unknown) =>
    warn({ warning: 'signatureHandlerFailed', message, tid, cause });
  return promise;
}

async function askHost(question: SignatureQuestion, handler: OnSignature): Promise<unknown> {
  return handler(question);
}
