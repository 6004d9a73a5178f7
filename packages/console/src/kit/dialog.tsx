// A modal question or form: the browser's own dialog, which keeps the focus inside and closes on Escape.

import './dialog.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Called on Escape and by the cross; the caller then sets `open` to false. */
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
      // The first field gets the focus, not the button that closes.
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
