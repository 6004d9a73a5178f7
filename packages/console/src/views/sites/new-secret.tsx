// Shows a new token or key once, with what it opens to copy beside it.

import { Button } from '../../kit/button.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Notice } from '../../kit/panel.tsx';
import { Secret } from '../../kit/secret.tsx';

interface NewSecretProps {
  /** Such as `Token`. */
  readonly what: string;
  readonly secret: string;
  /** Addresses that contain it, with what each is for. */
  readonly addresses?: readonly { readonly label: string; readonly address: string }[];
  readonly onClose: () => void;
}

export function NewSecret({ what, secret, addresses = [], onClose }: NewSecretProps) {
  return (
    <Secret what={what} secret={secret} onClose={onClose}>
      {(onCopied) => (
        <>
          <Notice tone="wait" title="It is shown this once.">
            Copy it now: the gateway keeps only its fingerprint and cannot tell it again.
          </Notice>
          <div class="sit-secret">
            <output class="mono" aria-label={what}>
              {secret}
            </output>
            <CopyButton what={what} label="Copy" text={() => secret} onCopied={onCopied} />
          </div>
          {addresses.length > 0 && (
            <div class="btns">
              {addresses.map(({ label, address }) => (
                <CopyButton
                  key={label}
                  what="Address"
                  label={label}
                  text={() => address}
                  onCopied={onCopied}
                />
              ))}
            </div>
          )}
          <div class="btns">
            <Button kind="main" onClick={onClose}>
              I have it
            </Button>
          </div>
        </>
      )}
    </Secret>
  );
}
