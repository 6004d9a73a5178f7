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
import { QrCode } from '../../kit/qr-code.tsx';
import { Secret } from '../../kit/secret.tsx';
import { countdownText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';
import { isLoopback } from '../../socket/gateway-address.ts';
import type { CodeState, IssuedCode } from './terminal-text.ts';
import { codeGroups, codeState, machineHref, TID_RULE } from './terminal-text.ts';

interface EnrolDialogProps {
  readonly site: api.Site;
  /** Undefined while it is closed; empty for a machine not known yet. */
  readonly tid: string | undefined;
  readonly machines: readonly api.Terminal[];
  readonly onClose: () => void;
}

export function EnrolDialog(props: EnrolDialogProps) {
  const { tid, onClose } = props;
  return (
    <Dialog title={titleOf(props)} open={tid !== undefined} onClose={onClose}>
      {tid !== undefined && <Steps {...props} tid={tid} />}
    </Dialog>
  );
}

function titleOf({ tid, machines }: EnrolDialogProps): string {
  if (!tid) return 'Enrol a card machine';
  return isVirtual(machines, tid) ? `Operate ${tid} by hand` : `New code for ${tid}`;
}

function isVirtual(machines: readonly api.Terminal[], tid: string): boolean {
  return machines.some((one) => one.tid === tid && one.kind === 'virtual');
}

function Steps({ site, tid, machines, onClose }: EnrolDialogProps & { readonly tid: string }) {
  const [code, setCode] = useState<IssuedCode | undefined>(undefined);
  const now = useNow();
  const isListed = useRef(false);
  const machineOf = (name: string) => machines.find((one) => one.tid === name);
  const onPairing = (pairing: api.Pairing) =>
    setCode({ ...pairing, pairedBefore: machineOf(pairing.tid)?.pairedAt });
  if (!code) return <Form {...{ site, tid, machines, onPairing, onClose }} />;
  const machine = machineOf(code.tid);
  // A list read before the code was made says nothing about it.
  isListed.current ||= machine?.pairingUntil === code.expiresAt;
  const state = codeState(code, machine, { now, isListed: isListed.current });
  return <Code {...{ code, site, machine, state, onClose }} />;
}

interface FormProps extends EnrolDialogProps {
  readonly tid: string;
  readonly onPairing: (pairing: api.Pairing) => void;
}

function Form({ site, tid, machines, onPairing, onClose }: FormProps) {
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
    void run(async () =>
      onPairing(await call('addTerminal', { params: { site: site.name }, body })),
    );
  };
  return (
    <form class="stack" onSubmit={enrol} noValidate>
      {tid ? (
        <p>
          {isVirtual(machines, tid)
            ? 'Whoever uses the code operates the machine, as on a phone, until it is let go; until then the gateway plays it.'
            : 'The machine keeps working with the key it has until it uses the new code.'}{' '}
          A code that was made before is no good from then on.
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
  readonly site: api.Site;
  /** As it is listed; undefined until it is. */
  readonly machine: api.Terminal | undefined;
  readonly state: CodeState;
  readonly onClose: () => void;
}

function Code({ code, site, machine, state, onClose }: CodeProps) {
  const now = useNow();
  const { tid, pairingCode, expiresAt } = code;
  const isOver = state === 'over';
  return (
    <Secret what="Pairing code" secret={pairingCode} isOver={state !== 'open'} onClose={onClose}>
      {(onCopied) => (
        <>
          {state === 'used' ? (
            <Notice tone="good" title={`${tid} has its key.`}>
              It may connect now.
            </Notice>
          ) : (
            <>
              <p>
                Type this into card machine <b class="mono">{tid}</b> with the site{' '}
                <b class="mono">{site.name}</b>. It can be used once.
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
                {!isOver && (
                  <CopyButton
                    what="Pairing code"
                    label="Copy"
                    text={() => pairingCode}
                    onCopied={onCopied}
                  />
                )}
              </p>
            </>
          )}
          {state === 'open' && <OnPhone {...{ code, site, machine, onCopied }} />}
          <div class="btns">
            <Button kind="main" onClick={onClose}>
              Done
            </Button>
          </div>
        </>
      )}
    </Secret>
  );
}

interface OnPhoneProps extends Pick<CodeProps, 'code' | 'site' | 'machine'> {
  /** Called when the address was taken. */
  readonly onCopied: () => void;
}

/** The card machine page with the code, for the camera of a phone or for a tab of this browser. */
function OnPhone({ code, site, machine, onCopied }: OnPhoneProps) {
  const { tid, pairingCode } = code;
  const { name, title } = site;
  const currency = machine?.currency ?? site.currency;
  const params = { site: name, tid, code: pairingCode, shop: title, currency };
  return (
    <>
      <p>Or open the card machine page with it, on a phone or in another tab:</p>
      <QrCode
        label={`Card machine ${tid}`}
        address={new URL(machineHref(params), location.href).href}
        onTaken={onCopied}
      />
      {isLoopback(location.hostname) && (
        <p class="fld-hint">
          A phone cannot open an address of this computer alone: open the console under a name or an
          address that the phone reaches, then the code has that one.
        </p>
      )}
    </>
  );
}
