// The notice in place of a stream of events that the gateway refused.

import { Button } from '../kit/button.tsx';
import { Notice } from '../kit/panel.tsx';

export function StreamRefused({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Notice tone="bad" title="The gateway tells no more here.">
      <p>Perhaps too many pages of yours listen already; close one of them.</p>
      <div class="btns">
        <Button size="s" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </Notice>
  );
}
