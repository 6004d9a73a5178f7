// The signature question [C-4.32]: the slip with the signature beside it, and the time that is left.
// To put it aside is no answer: it can be opened again until the gateway decides by itself.

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Notice } from '../../kit/panel.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { orderText } from './outcome-text.ts';
import type { SignatureRequest } from './till-controller.ts';
import { runningPayment, signatureRequest } from './till-controller.ts';

export function SignatureDialog() {
  const now = signatureRequest.value;
  const [aside, setAside] = useState<SignatureRequest | undefined>(undefined);
  const left = useSecondsLeft(now);
  if (!now || left <= 0) return null;
  const open = aside !== now;
  return (
    <>
      {!open && (
        <Notice tone="wait" title="A signature waits to be judged.">
          <p>{left} seconds are left.</p>
          <Button onClick={() => setAside(undefined)}>Judge it</Button>
        </Notice>
      )}
      <Dialog title="Does the signature match?" open={open} onClose={() => setAside(now)}>
        <div class="till-judge">
          <ReceiptView title="To sign" lines={now.question.receiptLines.MERCHANT ?? []} />
          <Judgement now={now} left={left} />
        </div>
      </Dialog>
    </>
  );
}

function Judgement({ now, left }: { readonly now: SignatureRequest; readonly left: number }) {
  const { question, answer } = now;
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
          {left} seconds left; then the site’s setting decides.
        </p>
        <progress aria-label="Time left" max={question.timeout} value={left} />
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

function useSecondsLeft(now: SignatureRequest | undefined): number {
  const [at, setAt] = useState(Date.now());
  useEffect(() => {
    if (!now) return undefined;
    setAt(Date.now());
    const timer = setInterval(() => setAt(Date.now()), 500);
    return () => clearInterval(timer);
  }, [now]);
  if (!now) return 0;
  // `at` may be older than the question.
  const left = Math.ceil((now.expiresAt - at) / 1000);
  return Math.min(now.question.timeout, Math.max(0, left));
}
