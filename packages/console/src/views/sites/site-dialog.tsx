// Adds a site or changes the settings of one.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { useDoing } from '../../api/asked.ts';
import { call } from '../../api/call.ts';
import { fieldFaults } from '../../api/failure.ts';
import { chooseSite } from '../../api/site-choice.tsx';
import { Troubled } from '../../api/told.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Segmented, TextField } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { machineLines, machinesOf, siteTakes } from './words.ts';

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

interface Draft {
  readonly name: string;
  readonly title: string;
  readonly currency: 'GBP' | 'EUR';
  readonly timeZone: string;
  readonly strict: boolean;
  readonly patReports: boolean;
  readonly v0: boolean;
  readonly signatureOnTimeout: 'accept' | 'reject';
  readonly machines: string;
}

function draftOf(site: api.Site | undefined): Draft {
  return {
    name: site?.name ?? '',
    title: site?.title ?? '',
    currency: site?.currency ?? 'GBP',
    timeZone: site?.timeZone ?? 'Europe/London',
    strict: site?.strict ?? true,
    patReports: site?.patReports ?? false,
    v0: site?.versions.includes('v0') ?? true,
    signatureOnTimeout: site?.signatureOnTimeout ?? 'accept',
    machines: machineLines(site?.terminals ?? {}),
  };
}

function changeOf(draft: Draft, site: api.Site | undefined): api.SiteChange {
  const { title, currency, timeZone, strict, patReports, v0, signatureOnTimeout } = draft;
  return {
    ...(title.trim() && { title: title.trim() }),
    ...{ currency, timeZone: timeZone.trim(), strict, patReports, signatureOnTimeout },
    versions: v0 ? ['v1', 'v0'] : ['v1'],
    terminals: machinesOf(draft.machines, site?.terminals ?? {}),
  };
}

function Form({ site, onClose }: Pick<SiteDialogProps, 'site' | 'onClose'>) {
  const [draft, setDraft] = useState(() => draftOf(site));
  const { busy, failure, run } = useDoing();
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const name = site?.name ?? draft.name.trim();
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = changeOf(draft, site);
    const isDone = await run(async () => {
      if (site) await call('changeSite', { params: { site: name }, body });
      else await call('addSite', { body: { name, ...body } });
    });
    if (!isDone) return;
    if (!site) chooseSite(name);
    toast(site ? `${name} is changed.` : `${name} is added. It needs a token next.`);
    onClose();
  };
  return (
    <form class="sit-form" onSubmit={(event) => void save(event)} noValidate>
      <Fields draft={draft} set={set} isNew={!site} faults={fieldFaults(failure, siteTakes)} />
      {failure && <Troubled failure={failure} />}
      <div class="btns">
        <Button kind="main" type="submit" disabled={busy}>
          {site ? 'Save' : 'Add the site'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
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
        hint="Heads the receipts."
        fault={faults.title}
        value={draft.title}
        onInput={(title) => set({ title })}
      />
      <Segmented
        label="Currency"
        value={draft.currency}
        choices={[
          { value: 'GBP', label: 'GBP' },
          { value: 'EUR', label: 'EUR' },
        ]}
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
      <TextField
        label="Virtual card machines (optional)"
        name="virtual"
        mono
        hint={siteTakes.terminals}
        fault={faults.terminals}
        value={draft.machines}
        onInput={(machines) => set({ machines })}
      />
    </>
  );
}

function Behaviour({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  return (
    <>
      <Segmented
        label="A signature that nobody judged"
        value={draft.signatureOnTimeout}
        choices={[
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
      <Check
        label="Let tills speak v0 too"
        hint="Only for tills from before v1."
        checked={draft.v0}
        onChange={(v0) => set({ v0 })}
      />
      <Check
        label="Tell the till at the table of finished reports"
        checked={draft.patReports}
        onChange={(patReports) => set({ patReports })}
      />
    </>
  );
}
