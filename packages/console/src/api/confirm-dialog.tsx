// Asks once more before something is taken away.

import type { ComponentChildren } from 'preact';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Troubled } from './query-state.tsx';
import { useDoing } from './use-query.ts';

interface SureProps {
  readonly title: string;
  readonly open: boolean;
  /** On the button, such as `Revoke it`. */
  readonly act: string;
  readonly run: () => Promise<void>;
  readonly onClose: () => void;
  /** What then happens. */
  readonly children: ComponentChildren;
}

export function Sure({ title, open, act, run, onClose, children }: SureProps) {
  const doing = useDoing();
  const go = async () => {
    if (await doing.run(run)) onClose();
  };
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <p>{children}</p>
      {doing.failure && <Troubled failure={doing.failure} />}
      <div class="btns">
        <Button kind="danger" disabled={doing.busy} onClick={() => void go()}>
          {act}
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  );
}
