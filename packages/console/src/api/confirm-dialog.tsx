// Asks for confirmation before something is removed.

import type { ComponentChildren } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { FailureNotice } from './query-state.tsx';
import { useMutation } from './use-query.ts';

interface ConfirmDialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Text of the button, such as `Revoke it`. */
  readonly action: string;
  readonly run: () => Promise<void>;
  readonly onClose: () => void;
  /** What the action does. */
  readonly children: ComponentChildren;
}

export function ConfirmDialog({ title, open, action, run, onClose, children }: ConfirmDialogProps) {
  const doing = useMutation();
  const go = async () => {
    if (await doing.run(run)) onClose();
  };
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <p>{children}</p>
      {doing.failure && <FailureNotice failure={doing.failure} />}
      <div class="btns">
        <Button kind="danger" disabled={doing.busy} onClick={() => void go()}>
          {action}
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  );
}
