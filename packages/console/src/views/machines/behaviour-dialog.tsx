// How a virtual card machine is to behave: its pace, how the next transaction on it ends, and its scenario.

import { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Select, TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { toast } from '../../kit/toast.tsx';
import type { PaceChoice, ScenarioChoice } from './terminal-text.ts';
import {
  factorOf,
  outcomeParts,
  paceChoice,
  scenarioNames,
  scenarioText,
} from './terminal-text.ts';

interface BehaviourDialogProps {
  readonly site: string;
  /** Undefined while it is closed. */
  readonly machine: api.Terminal | undefined;
  readonly onClose: () => void;
}

export function BehaviourDialog({ site, machine, onClose }: BehaviourDialogProps) {
  return (
    <Dialog
      title={machine ? `Behaviour of ${machine.tid}` : ''}
      open={machine !== undefined}
      onClose={onClose}
    >
      {machine && <Form site={site} machine={machine} onClose={onClose} />}
    </Dialog>
  );
}

const paces: readonly { readonly value: PaceChoice; readonly label: string }[] = [
  { value: 'usual', label: 'As all of this gateway' },
  { value: 'realistic', label: 'As fast as people' },
  { value: 'instant', label: 'At once' },
  { value: 'factor', label: 'So many times as fast as people' },
];

const scenarios: readonly { readonly value: ScenarioChoice; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  ...scenarioNames.map((value) => ({ value, label: scenarioText(value) })),
];

function Form({
  site,
  machine,
  onClose,
}: BehaviourDialogProps & { readonly machine: api.Terminal }) {
  const { tid, nextOutcome } = machine;
  const [choice, setChoice] = useState(paceChoice(machine.pace));
  const [factor, setFactor] = useState(
    String(typeof machine.pace === 'number' ? machine.pace : 10),
  );
  const [set, setSet] = useState(nextOutcome !== undefined);
  const [outcome, setOutcome] = useState(nextOutcome ?? tid.slice(-4, -1));
  const [scenario, setScenario] = useState<ScenarioChoice>(machine.scenario ?? 'none');
  const { busy, failure, run } = useMutation();
  const wrong = choice === 'factor' && factorOf(factor) === undefined;
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (wrong) return;
    const paced = { usual: null, factor: factorOf(factor) ?? null };
    const pace = choice === 'usual' || choice === 'factor' ? paced[choice] : choice;
    const body = {
      pace,
      nextOutcome: set ? outcome : null,
      scenario: scenario === 'none' ? null : scenario,
    };
    const isDone = await run(async () => {
      await call('changeTerminal', { params: { site, tid }, body });
    });
    if (!isDone) return;
    toast(`${tid} will do so.`);
    onClose();
  };
  return (
    <form class="stack" onSubmit={(event) => void save(event)} noValidate>
      <Select label="Pace" value={choice} options={paces} onChange={setChoice} />
      {choice === 'factor' && (
        <TextField
          label="Times as fast"
          name="factor"
          inputMode="decimal"
          hint="0.01 to 1000; 10 takes a tenth of the time."
          fault={wrong ? 'A number from 0.01 to 1000.' : undefined}
          value={factor}
          onInput={setFactor}
        />
      )}
      <Check
        label="The next transaction ends otherwise than the name of the machine says"
        checked={set}
        onChange={setSet}
      />
      {set && (
        <div class="field-row">
          {outcomeParts.map(([label, letters], at) => (
            <Select
              key={label}
              label={label}
              value={outcome[at] ?? ''}
              options={Object.entries(letters).map(([value, word]) => ({ value, label: word }))}
              onChange={(letter) =>
                setOutcome(outcome.slice(0, at) + letter + outcome.slice(at + 1))
              }
            />
          ))}
        </div>
      )}
      <Select
        label="Scenario"
        hint={scenario === 'none' ? 'By its name only.' : api.virtualScenarios[scenario]}
        value={scenario}
        options={scenarios}
        onChange={setScenario}
      />
      <p class="fld-hint">It forgets all of this when the gateway is started again.</p>
      {failure && <FailureNotice failure={failure} />}
      <FormActions submit="Save" disabled={busy} onCancel={onClose} />
    </form>
  );
}
