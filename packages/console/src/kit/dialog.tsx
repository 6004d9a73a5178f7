// A modal question or form: the browser's own dialog, which keeps the focus inside and closes on Escape, unless
// something inside holds it.

import './dialog.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { mayLeave } from './leave-guard.ts';

/** A field, or text that scrolls. */
const FIRST = '.dlg-body :is(input, select, textarea, [tabindex="0"])';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Called on Escape and by the cross; the caller then sets `open` to false. */
  readonly onClose: () => void;
  /** Whether the browser's Back closes it, as it does with the sheets of a phone. */
  readonly closesOnBack?: boolean;
  readonly children: ComponentChildren;
}

export function Dialog({ title, open, onClose, closesOnBack = false, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (!open || !current) return undefined;
    const before = document.activeElement;
    current.showModal();
    // What is to be read or filled in gets the focus, not the button that closes.
    current.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      // Also where the dialog goes away with its view or its question.
      current.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [open]);
  useCloseOnBack(open && closesOnBack, onClose);
  const mayClose = () => !dialog.current || mayLeave(dialog.current);
  const onCancel = (event: Event) => {
    if (!mayClose()) event.preventDefault();
  };
  const closed = () => {
    // A second Escape closes it whatever `cancel` says.
    if (open && !mayClose()) dialog.current?.showModal();
    else if (dialog.current) onClose();
  };
  return (
    <dialog ref={dialog} class="dlg" aria-labelledby={id} onCancel={onCancel} onClose={closed}>
      {open && (
        <>
          <div class="dlg-head">
            <h2 id={id}>{title}</h2>
            <IconButton icon="cross" label="Close" onClick={() => mayClose() && onClose()} />
          </div>
          <div class="dlg-body">{children}</div>
        </>
      )}
    </dialog>
  );
}

/** While it is open there is an entry in the history of the browser, which Back leaves. */
function useCloseOnBack(open: boolean, onClose: () => void): void {
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    let isOver = false;
    const enter = () => {
      if (isOver) return;
      history.pushState({ dialog: id }, '');
      addEventListener('popstate', onClose);
    };
    if (traversal.leaving === undefined) enter();
    else void traversal.leaving.then(enter);
    return () => {
      isOver = true;
      removeEventListener('popstate', onClose);
      // Not where a link has led on.
      if (Object(history.state).dialog === id) leaveEntry();
    };
  }, [open]);
}

/** Leaving an entry takes a moment, in which no other may be entered. */
const traversal: { leaving: Promise<void> | undefined } = { leaving: undefined };

function leaveEntry(): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const left = () => {
    traversal.leaving = undefined;
    resolve();
  };
  traversal.leaving = promise;
  addEventListener('popstate', left, { once: true });
  history.back();
}
