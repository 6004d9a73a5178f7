// Enrols a machine that connects over the wire: its name first, then the code to type into it, large,
// with the time that is left. Ends by itself when the machine has used the code.

import type { api } from '@tillgate/protocol';
import { useRef, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { fieldFaults } from '../../api/failure.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Button } from '../../kit/button.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { Notice } from '../../kit/panel.tsx';
import { countdownText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';
import type { CodeState, IssuedCode } from './terminal-text.ts';
import { codeGroups, codeState, machineHref, TID_RULE } from './terminal-text.ts';

interface EnrolDialogProps {
  readonly site: string;
  /** Undefined while it is closed; empty for a machine not known yet. */
  readonly tid: string | undefined;
  readonly machines: readonly api.Terminal[];
  readonly onClose: () => void;
}

export function EnrolDialog(props: EnrolDialogProps) {
  const { tid, onClose } = props;
  return (
    <Dialog
      title={tid ? `New code for ${tid}` : 'Enrol a card machine'}
      open={tid !== undefined}
      onClose={onClose}
    >
      {tid !== undefined && <Steps {...props} tid={tid} />}
    </Dialog>
  );
}

function Steps({ site, tid, machines, onClose }: EnrolDialogProps & { readonly tid: string }) {
  const [code, setCode] = useState<IssuedCode | undefined>(undefined);
  const now = useNow();
  const isListed = useRef(false);
  const machineOf = (name: string) => machines.find((one) => one.tid === name);
  const onPairing = (pairing: api.Pairing) =>
    setCode({ ...pairing, pairedBefore: machineOf(pairing.tid)?.pairedAt });
  if (!code) return <Form site={site} tid={tid} onPairing={onPairing} onClose={onClose} />;
  const machine = machineOf(code.tid);
  // A list read before the code was made says nothing about it.
  isListed.current ||= machine?.pairingUntil === code.expiresAt;
  const state = codeState(code, machine, { now, isListed: isListed.current });
  return <Code code={code} site={site} state={state} onClose={onClose} />;
}

interface FormProps extends Omit<EnrolDialogProps, 'machines'> {
  readonly tid: string;
  readonly onPairing: (pairing: api.Pairing) => void;
}

function Form({ site, tid, onPairing, onClose }: FormProps) {
  const [name, setName] = useState(tid);
  const [label, setLabel] = useState('');
  const { busy, failure, run } = useMutation();
  const faults = fieldFaults(failure, {
    tid: TID_RULE,
    label: 'At most 64 characters, in one line.',
  });
  const enrol = (event: SubmitEvent) => {
    event.preventDefault();
    const body = { tid: name.trim(), ...(label.trim() ? { label: label.trim() } : {}) };
    void run(async () => onPairing(await call('addTerminal', { params: { site }, body })));
  };
  return (
    <form class="stack" onSubmit={enrol} noValidate>
      {tid ? (
        <p>
          The machine keeps working with the key it has until it uses the new code. A code that was
          made before is no good from then on.
        </p>
      ) : (
        <>
          <TextField
            label="TID"
            name="tid"
            mono
            hint={`The name of the machine to tills. ${TID_RULE}`}
            fault={faults.tid}
            value={name}
            onInput={setName}
          />
          <TextField
            label="Label (optional)"
            name="label"
            hint="To know it by, such as “bar”."
            fault={faults.label}
            value={label}
            onInput={setLabel}
          />
        </>
      )}
      {failure && <FailureNotice failure={failure} />}
      <FormActions submit="Make a pairing code" disabled={busy} onCancel={onClose} />
    </form>
  );
}

interface CodeProps {
  readonly code: IssuedCode;
  readonly site: string;
  readonly state: CodeState;
  readonly onClose: () => void;
}

function Code({ code, site, state, onClose }: CodeProps) {
  const now = useNow();
  const { tid, pairingCode, expiresAt } = code;
  const isOver = state === 'over';
  return (
    <div class="stack">
      {state === 'used' ? (
        <Notice tone="good" title={`${tid} has its key.`}>
          It may connect now.
        </Notice>
      ) : (
        <>
          <p>
            Type this into card machine <b class="mono">{tid}</b> with the site{' '}
            <b class="mono">{site}</b>. It can be used once.
          </p>
          <output class="mac-code" aria-label="Pairing code" data-over={isOver || undefined}>
            {codeGroups(pairingCode).map((group, at) => (
              <span key={at}>{group}</span>
            ))}
          </output>
          <p class="mac-left">
            {isOver ? (
              'This code is no good any more. Close this and make another.'
            ) : (
              <>
                <span role="timer">{countdownText(expiresAt, now)}</span> minutes left
              </>
            )}
            {!isOver && <CopyButton what="Pairing code" label="Copy" text={() => pairingCode} />}
          </p>
        </>
      )}
      <div class="btns">
        <Button kind="main" onClick={onClose}>
          Done
        </Button>
        {state === 'open' && (
          <a
            class="btn"
            href={machineHref({ site, tid, code: pairingCode })}
            target="_blank"
            rel="noopener"
          >
            Open as /machine with this code
          </a>
        )}
      </div>
    </div>
  );
}
