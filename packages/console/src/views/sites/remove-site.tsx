// Removes a site, once its name has been typed.

import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { toast } from '../../kit/toast.tsx';

interface RemoveSiteProps {
  /** Undefined while it is closed. */
  readonly site: string | undefined;
  readonly onClose: () => void;
}

export function RemoveSite({ site, onClose }: RemoveSiteProps) {
  return (
    <Dialog title={`Remove ${site ?? ''}?`} open={site !== undefined} onClose={onClose}>
      {site !== undefined && <Form site={site} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ site, onClose }: RemoveSiteProps & { readonly site: string }) {
  const [name, setName] = useState('');
  const { busy, failure, run } = useMutation();
  const remove = async (event: SubmitEvent) => {
    event.preventDefault();
    if (name !== site) return;
    const isDone = await run(async () => {
      await call('removeSite', { params: { site } });
    });
    if (!isDone) return;
    toast(`${site} is removed.`);
    onClose();
  };
  return (
    <form class="stack" onSubmit={(event) => void remove(event)} noValidate>
      <p>
        Its tokens and card machines go with it, and its tills are cut off within a second. What was
        paid stays in the journal. This cannot be undone.
      </p>
      <TextField
        label={`Type ${site} to remove it`}
        name="confirm"
        mono
        value={name}
        onInput={setName}
      />
      {failure && <FailureNotice failure={failure} />}
      <FormActions
        submit="Remove the site"
        kind="danger"
        disabled={busy || name !== site}
        cancel="Keep it"
        onCancel={onClose}
      />
    </form>
  );
}
