// Adds an operator and shows the key, this once.

import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { fieldFaults } from '../../api/failure.ts';
import { FailureNotice, QueryState } from '../../api/query-state.tsx';
import { useSites } from '../../api/site-choice.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Segmented, TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { operatorRules } from './field-rules.ts';
import { NewSecret } from './new-secret.tsx';

interface AddOperatorProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AddOperator({ open, onClose }: AddOperatorProps) {
  return (
    <Dialog title="Add an operator" open={open} onClose={onClose}>
      <Steps onClose={onClose} />
    </Dialog>
  );
}

function Steps({ onClose }: Pick<AddOperatorProps, 'onClose'>) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<'all' | 'some'>('all');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [key, setKey] = useState('');
  const { busy, failure, run } = useMutation();
  if (key) return <NewSecret what="Operator key" secret={key} onClose={onClose} />;
  const faults = fieldFaults(failure, operatorRules);
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), sites: scope === 'all' ? null : [...chosen] };
    void run(async () => setKey((await call('addOperator', { body })).key));
  };
  return (
    <form class="stack" onSubmit={add} noValidate>
      <TextField
        label="Name"
        name="operator-name"
        mono
        hint="As it stands in the audit trail."
        fault={faults.name}
        value={name}
        onInput={setName}
      />
      <Segmented
        label="May see"
        value={scope}
        options={[
          { value: 'all', label: 'All sites' },
          { value: 'some', label: 'Some sites' },
        ]}
        onChange={setScope}
      />
      {scope === 'some' && <Chosen chosen={chosen} onChange={setChosen} fault={faults.sites} />}
      {failure && <FailureNotice failure={failure} />}
      <FormActions submit="Add the operator" disabled={busy} onCancel={onClose} />
    </form>
  );
}

interface ChosenProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly fault: string | undefined;
}

function Chosen({ chosen, onChange, fault }: ChosenProps) {
  const sites = useSites();
  return (
    <fieldset class="fld">
      <legend class="fld-label">Sites</legend>
      <QueryState query={sites} what="the sites" />
      {sites.data?.map(({ name }) => (
        <Check
          key={name}
          label={name}
          checked={chosen.includes(name)}
          onChange={(on) => onChange(on ? [...chosen, name] : chosen.filter((one) => one !== name))}
        />
      ))}
      {fault && <p class="fld-fault">{fault}</p>}
    </fieldset>
  );
}
