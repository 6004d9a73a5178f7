// The signature question [C-4.32]: the slip with the signature beside it, and the time that is left.
// Closing the dialog is no answer: the bar over all views opens it again until the gateway decides by itself.

import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { useNow } from '../../kit/use-now.ts';
import { orderText } from './outcome-text.ts';
import type { SignatureRequest } from './till-controller.ts';
import { isSignatureShown, runningPayment, signatureRequest } from './till-controller.ts';

export function SignatureDialog() {
  const request = signatureRequest.value;
  return request ? <OpenRequest key={request.expiresAt} request={request} /> : null;
}

function OpenRequest({ request }: { readonly request: SignatureRequest }) {
  const secondsLeft = Math.ceil((request.expiresAt - useNow()) / 1000);
  if (secondsLeft <= 0) return null;
  const close = () => {
    isSignatureShown.value = false;
  };
  return (
    <Dialog title="Does the signature match?" open={isSignatureShown.value} onClose={close}>
      <div class="till-judge">
        <ReceiptView title="To sign" lines={request.question.receiptLines.MERCHANT ?? []} />
        <Verdict request={request} secondsLeft={secondsLeft} />
      </div>
    </Dialog>
  );
}

interface VerdictProps {
  readonly request: SignatureRequest;
  readonly secondsLeft: number;
}

function Verdict({ request: { question, answer }, secondsLeft }: VerdictProps) {
  const order = runningPayment.value?.order;
  return (
    <div class="till-judgement">
      {order && <p class="till-word">{orderText(order)}</p>}
      <p>
        Compare the signature on the slip with the one on the card
        {question.primaryAccountNumber &&
          ` that ends in ${question.primaryAccountNumber.slice(-4)}`}
        .
      </p>
      <div>
        <p class="quiet" role="timer">
          {secondsLeft} seconds left; then the site’s setting decides.
        </p>
        <progress aria-label="Time left" max={question.timeout} value={secondsLeft} />
      </div>
      <div class="till-verdict">
        <Button kind="main" icon="check" onClick={() => answer(true)}>
          It matches
        </Button>
        <Button kind="danger" icon="cross" onClick={() => answer(false)}>
          It does not match
        </Button>
      </div>
    </div>
  );
}
