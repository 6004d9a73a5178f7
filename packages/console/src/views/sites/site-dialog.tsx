// Adds a site or changes the settings of one.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { fieldFaults } from '../../api/failure.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { selectSite } from '../../api/site-choice.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Segmented, TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { currencyOptions } from '../../kit/money.ts';
import { toast } from '../../kit/toast.tsx';
import { siteRules } from './field-rules.ts';
import { MachinesField } from './machines-field.tsx';
import type { SiteFormData } from './site-form.ts';
import {
  finalReceiptChoices,
  hasValidAmounts,
  rowFaults,
  settingsOf,
  siteFormOf,
  versionChoices,
} from './site-form.ts';

interface SiteDialogProps {
  readonly kind: 'add' | 'change';
  /** As it is now; undefined for a new one. */
  readonly site: api.Site | undefined;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function SiteDialog({ kind, site, open, onClose }: SiteDialogProps) {
  return (
    <Dialog
      title={kind === 'add' ? 'Add a site' : `Change ${site?.name ?? ''}`}
      open={open}
      onClose={onClose}
    >
      <Form site={site} onClose={onClose} />
    </Dialog>
  );
}

function Form({ site, onClose }: Pick<SiteDialogProps, 'site' | 'onClose'>) {
  const [draft, setDraft] = useState(() => siteFormOf(site));
  const [tried, setTried] = useState(false);
  const { busy, failure, run } = useMutation();
  const set = (part: Partial<SiteFormData>) => setDraft({ ...draft, ...part });
  const name = site?.name ?? draft.name.trim();
  const title = draft.title.trim();
  const ofRows = rowFaults(draft.machines);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(ofRows).length > 0 || !hasValidAmounts(draft.machines)) return;
    const settings = settingsOf(draft);
    const isDone = await run(async () => {
      const params = { site: name };
      if (site) await call('changeSite', { params, body: { ...settings, title: title || null } });
      else await call('addSite', { body: { name, ...settings, ...(title && { title }) } });
    });
    if (!isDone) return;
    if (!site) selectSite(name);
    toast(site ? `${name} is changed.` : `${name} is added. It needs a token next.`);
    onClose();
  };
  return (
    <form class="stack" onSubmit={(event) => void save(event)} noValidate>
      <Fields draft={draft} set={set} isNew={!site} faults={fieldFaults(failure, siteRules)} />
      <MachinesField
        rows={draft.machines}
        currency={draft.currency}
        faults={tried ? ofRows : {}}
        onChange={(machines) => set({ machines })}
      />
      {failure && <FailureNotice failure={failure} />}
      <FormActions submit={site ? 'Save' : 'Add the site'} disabled={busy} onCancel={onClose} />
    </form>
  );
}

interface FieldsProps {
  readonly draft: SiteFormData;
  readonly set: (part: Partial<SiteFormData>) => void;
  readonly isNew: boolean;
  readonly faults: Readonly<Record<string, string>>;
}

function Fields({ draft, set, isNew, faults }: FieldsProps) {
  return (
    <>
      {isNew && (
        <TextField
          label="Name"
          name="site-name"
          mono
          hint="The first part of its host name; it cannot be changed later."
          fault={faults.name}
          value={draft.name}
          onInput={(name) => set({ name })}
        />
      )}
      <TextField
        label="Title (optional)"
        name="site-title"
        hint="Heads the receipts; without one its name does."
        fault={faults.title}
        value={draft.title}
        onInput={(title) => set({ title })}
      />
      <Segmented
        label="Currency"
        value={draft.currency}
        options={currencyOptions}
        onChange={(currency) => set({ currency })}
      />
      <TextField
        label="Time zone"
        name="time-zone"
        hint="Of the times on receipts."
        fault={faults.timeZone}
        value={draft.timeZone}
        onInput={(timeZone) => set({ timeZone })}
      />
      <Behaviour draft={draft} set={set} />
    </>
  );
}

function Behaviour({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  return (
    <>
      <Segmented
        label="A signature that nobody judged"
        value={draft.signatureOnTimeout}
        options={[
          { value: 'accept', label: 'Accept it' },
          { value: 'reject', label: 'Reject it' },
        ]}
        onChange={(signatureOnTimeout) => set({ signatureOnTimeout })}
      />
      <Check
        label="Refuse keys of a request that nobody knows"
        checked={draft.strict}
        onChange={(strict) => set({ strict })}
      />
      <Segmented
        label="Tills may speak"
        hint="v0 is for tills from before v1."
        value={draft.versions}
        options={versionChoices}
        onChange={(versions) => set({ versions })}
      />
      <Check
        label="Tell the till at the table of finished reports"
        checked={draft.patReports}
        onChange={(patReports) => set({ patReports })}
      />
      <Segmented
        label="Request for the final receipt at the table"
        value={draft.finalReceiptMethod}
        options={finalReceiptChoices}
        onChange={(finalReceiptMethod) => set({ finalReceiptMethod })}
      />
      <Check
        label="Refuse cashback that a card machine does not offer"
        checked={draft.strictCashback}
        onChange={(strictCashback) => set({ strictCashback })}
      />
    </>
  );
}
