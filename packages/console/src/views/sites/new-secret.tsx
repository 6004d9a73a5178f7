// Shows a new token or key once: after this is closed without a copy, another has to be made.

import { Button } from '../../kit/button.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Notice } from '../../kit/panel.tsx';

interface NewSecretProps {
  /** Such as `Token`. */
  readonly what: string;
  readonly secret: string;
  readonly onClose: () => void;
}

export function NewSecret({ what, secret, onClose }: NewSecretProps) {
  return (
    <div class="stack">
      <Notice tone="wait" title="It is shown this once.">
        Copy it now: the gateway keeps only its fingerprint and cannot tell it again.
      </Notice>
      <div class="sit-secret">
        <output class="mono" aria-label={what}>
          {secret}
        </output>
        <CopyButton what={what} label="Copy" text={() => secret} />
      </div>
      <div class="btns">
        <Button kind="main" onClick={onClose}>
          I have it
        </Button>
      </div>
    </div>
  );
}
