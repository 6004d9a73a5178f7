// A secret that is shown this once, in a dialog. What would hide it before it was copied is held back and asks first:
// Escape, the cross, the browser's Back, and a reload.

import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { copyText } from './copy-button.tsx';
import { useLeaveGuard } from './leave-guard.ts';
import { Notice } from './panel.tsx';

interface SecretProps {
  /** Such as `Token`. */
  readonly what: string;
  readonly secret: string;
  /** It is used or void, so that nothing is lost. */
  readonly isOver?: boolean;
  readonly onClose: () => void;
  /** Shows the secret; its copy buttons call `onCopied`. A selection that is copied counts, too. */
  readonly children: (onCopied: () => void) => ComponentChildren;
}

export function Secret({ what, secret, isOver = false, onClose, children }: SecretProps) {
  const element = useRef<HTMLDivElement>(null);
  // Not as state: an Escape may come before that is rendered.
  const isCopied = useRef(false);
  const [isAsked, setAsked] = useState(false);
  const mayLeave = () => {
    const may = isCopied.current || isOver;
    setAsked(!may);
    return may;
  };
  useLeaveGuard({ element, mayLeave });
  const onCopied = () => {
    isCopied.current = true;
    setAsked(false);
  };
  const copyAndClose = async () => {
    if (await copyText(secret, what)) onClose();
  };
  return (
    <div class="stack" ref={element} onCopy={onCopied}>
      {children(onCopied)}
      {isAsked && !isOver && (
        <Notice tone="bad" title={`${what} not copied yet.`}>
          <p>It is shown this once. If you close it, another has to be made.</p>
          <div class="btns">
            <Button size="s" kind="main" icon="copy" onClick={() => void copyAndClose()}>
              Copy and close
            </Button>
            <Button size="s" kind="danger" onClick={onClose}>
              Close without it
            </Button>
          </div>
        </Notice>
      )}
    </div>
  );
}
