// Asks whether a linked machine is to lose its key, or a virtual one its holder.

import type { api } from '@tillgate/protocol';
import { call } from '../../api/call.ts';
import { ConfirmDialog } from '../../api/confirm-dialog.tsx';
import { toast } from '../../kit/toast.tsx';

interface RevokeDialogProps {
  readonly site: string;
  /** Undefined while it is closed. */
  readonly machine: api.Terminal | undefined;
  readonly onClose: () => void;
}

const words = {
  link: {
    title: 'Revoke',
    about:
      'The machine loses its key and is cut off within a second. A payment that runs on it is not ' +
      'ended by that. To use it again, enrol it anew.',
    yes: 'Revoke it',
    done: 'is revoked.',
  },
  virtual: {
    title: 'Let go of',
    about:
      'Whoever holds the machine is cut off within a second, and the gateway plays it again. How a ' +
      'payment on it ended will not be known.',
    yes: 'Let it go',
    done: 'is played by the gateway again.',
  },
} as const;

export function RevokeDialog({ site, machine, onClose }: RevokeDialogProps) {
  const { title, about, yes, done } = words[machine?.kind ?? 'link'];
  const tid = machine?.tid ?? '';
  const revoke = async () => {
    await call('removeTerminal', { params: { site, tid } });
    toast(`${tid} ${done}`);
  };
  return (
    <ConfirmDialog
      title={`${title} ${tid}?`}
      open={machine !== undefined}
      action={yes}
      run={revoke}
      onClose={onClose}
    >
      {about}
    </ConfirmDialog>
  );
}
