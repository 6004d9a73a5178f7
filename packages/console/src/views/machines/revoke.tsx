// Asks whether a linked machine is to lose its key.

import type { api } from '@tillgate/protocol';
import { useDoing } from '../../api/asked.ts';
import { call } from '../../api/call.ts';
import { Troubled } from '../../api/told.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { toast } from '../../kit/toast.tsx';

interface RevokeProps {
  readonly site: string;
  /** Undefined while it is closed. */
  readonly machine: api.Terminal | undefined;
  readonly onClose: () => void;
}

export function Revoke({ site, machine, onClose }: RevokeProps) {
  const { busy, failure, run } = useDoing();
  const revoke = async (tid: string) => {
    const isDone = await run(async () => {
      await call('removeTerminal', { params: { site, tid } });
    });
    if (!isDone) return;
    toast(`${tid} is revoked.`);
    onClose();
  };
  return (
    <Dialog
      title={machine ? `Revoke ${machine.tid}?` : ''}
      open={machine !== undefined}
      onClose={onClose}
    >
      {machine && (
        <>
          <p>
            The machine loses its key and is cut off within a second. A payment that runs on it is
            not ended by that. To use it again, enrol it anew.
          </p>
          {failure && <Troubled failure={failure} />}
          <div class="btns">
            <Button kind="danger" disabled={busy} onClick={() => void revoke(machine.tid)}>
              Revoke it
            </Button>
            <Button onClick={onClose}>Keep it</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
