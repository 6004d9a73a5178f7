// A question or a form in front of the rest of the page: the browser's own dialog, which keeps the
// focus inside and ends on Escape.

import './dialog.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Asked for by Escape or the cross; whoever opened it sets `open` to false. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, open, onClose, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (open && !current?.open) {
      current?.showModal();
      // Whoever opens a form wants to fill it in, not to close it.
      current?.querySelector<HTMLElement>('.dlg-body :is(input, select, textarea)')?.focus();
    }
    if (!open) current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="dlg" aria-labelledby={id} onClose={onClose}>
      {open && (
        <>
          <div class="dlg-head">
            <h2 id={id}>{title}</h2>
            <IconButton icon="cross" label="Close" onClick={onClose} />
          </div>
          <div class="dlg-body">{children}</div>
        </>
      )}
    </dialog>
  );
}
