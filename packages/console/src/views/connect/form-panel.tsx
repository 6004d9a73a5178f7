// The form: the parts of the address in the order in which the specification's table names them.

import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../kit/button.tsx';
import { Check, Segmented, TextField } from '../../kit/field.tsx';
import { Panel } from '../../kit/panel.tsx';
import { openConnection } from '../../socket/open-connection.ts';
import { CONNECTION_PANEL, changeForm, faults, form, isSubmitted } from './form.ts';

export function FormPanel() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    isSubmitted.value = true;
    if (Object.keys(faults.value).length > 0) {
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('.con-form [aria-invalid]')?.focus(),
      );
      return;
    }
    openConnection(form.value);
    requestAnimationFrame(() =>
      document.getElementById(CONNECTION_PANEL)?.scrollIntoView({ block: 'nearest' }),
    );
  };
  return (
    <Panel title="Parts of the address">
      <form class="con-form" onSubmit={submit} noValidate>
        <WhereFields />
        <WhoFields />
        <ExtraFields />
        <div class="con-wide">
          <Button kind="main" type="submit" icon="plug">
            Connect
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function faultOf(name: keyof typeof faults.value): string | undefined {
  return isSubmitted.value ? faults.value[name] : undefined;
}

function WhereFields() {
  const { host, integration, version } = form.value;
  return (
    <>
      <div class="con-wide">
        <TextField
          label="Host address"
          name="host"
          hint="Its first part names the site; localhost and IP addresses lead to the default site."
          fault={faultOf('host')}
          value={host}
          mono
          inputMode="url"
          onInput={(value) => changeForm({ host: value })}
        />
      </div>
      <Segmented
        label="Integration type"
        hint={
          integration === 'pac'
            ? 'Pay at counter: the till starts payments.'
            : 'Pay at table: the waiter starts, the till is asked.'
        }
        value={integration}
        options={[
          { value: 'pac', label: 'pac' },
          { value: 'pat', label: 'pat' },
        ]}
        onChange={(value) => changeForm({ integration: value })}
      />
      <Segmented
        label="Connect version"
        hint={version === 'v1' ? 'For new integrations.' : 'Closed to new integrations.'}
        value={version}
        options={[
          { value: 'v1', label: 'v1' },
          { value: 'v0', label: 'v0' },
        ]}
        onChange={(value) => changeForm({ version: value })}
      />
      <div class="con-wide">
        <TokenField />
      </div>
    </>
  );
}

function TokenField() {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      label="API key (token)"
      name="token"
      hint="The key of the site, its only credential. It is not kept in this browser."
      fault={faultOf('token')}
      value={form.value.token}
      type={shown ? 'text' : 'password'}
      mono
      onInput={(value) => changeForm({ token: value })}
      after={
        <IconButton
          icon={shown ? 'eyeOff' : 'eye'}
          label={shown ? 'Hide the token' : 'Show the token'}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}

function WhoFields() {
  const { softwareHouseId, installerId, version } = form.value;
  const free = version === 'v0' ? ' v0 does without.' : '';
  return (
    <>
      <TextField
        label="Software house id"
        name="software-house-id"
        hint={`Who made the till; the same for all its customers.${free}`}
        fault={faultOf('softwareHouseId')}
        value={softwareHouseId}
        mono
        onInput={(value) => changeForm({ softwareHouseId: value })}
      />
      <TextField
        label="Installer id"
        name="installer-id"
        hint={`Who installed it; may be the same.${free}`}
        fault={faultOf('installerId')}
        value={installerId}
        mono
        onInput={(value) => changeForm({ installerId: value })}
      />
    </>
  );
}

function ExtraFields() {
  const { integration, version, finalReceipt, eposId } = form.value;
  return (
    <>
      <div class="con-wide">
        <Check
          label="Final POS receipt request"
          hint="pat with v1 only: ask for a final receipt after each session with a payment."
          checked={finalReceipt && integration === 'pat' && version === 'v1'}
          disabled={integration !== 'pat' || version !== 'v1'}
          onChange={(checked) => changeForm({ finalReceipt: checked })}
        />
      </div>
      <div class="con-wide">
        <TextField
          label="EPoS id (optional)"
          name="epos-id"
          hint="pac only: names this till, so that it gets its results even after a drop."
          fault={faultOf('eposId')}
          value={eposId}
          mono
          disabled={integration !== 'pac'}
          onInput={(value) => changeForm({ eposId: value })}
        />
      </div>
    </>
  );
}
