// Makes a token and shows it, this once, by itself and in the address for a till.

import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { fieldFaults } from '../../api/failure.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useMutation, useQuery } from '../../api/use-query.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, TextField } from '../../kit/field.tsx';
import { FormActions } from '../../kit/form-actions.tsx';
import { endOfDay } from '../../kit/time-format.ts';
import { tokenUrl } from '../../socket/gateway-address.ts';
import { selectedAddress } from '../../socket/selected-address.ts';
import { tokenRules } from './field-rules.ts';
import { NewSecret } from './new-secret.tsx';

interface AddTokenProps {
  readonly site: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function AddToken({ site, open, onClose }: AddTokenProps) {
  return (
    <Dialog title={`Make a token of ${site}`} open={open} onClose={onClose}>
      <Steps site={site} onClose={onClose} />
    </Dialog>
  );
}

function Steps({ site, onClose }: Omit<AddTokenProps, 'open'>) {
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState({ pac: true, pat: true });
  const [lastDay, setLastDay] = useState('');
  const [token, setToken] = useState('');
  const { busy, failure, run } = useMutation();
  const chosen = (['pac', 'pat'] as const).filter((scope) => scopes[scope]);
  if (token) return <NewToken site={site} token={token} scopes={chosen} onClose={onClose} />;
  const faults = fieldFaults(failure, tokenRules);
  const make = (event: SubmitEvent) => {
    event.preventDefault();
    const body = {
      scopes: chosen,
      ...(label.trim() && { label: label.trim() }),
      ...(lastDay && { expiresAt: endOfDay(lastDay) }),
    };
    void run(async () => setToken((await call('addToken', { params: { site }, body })).token));
  };
  return (
    <form class="stack" onSubmit={make} noValidate>
      <TextField
        label="Label (optional)"
        name="token-label"
        hint="To know it by, such as “till 3”."
        fault={faults.label}
        value={label}
        onInput={setLabel}
      />
      <fieldset class="fld">
        <legend class="fld-label">Opens</legend>
        <Check
          label="pac: pay at counter"
          checked={scopes.pac}
          onChange={(pac) => setScopes({ ...scopes, pac })}
        />
        <Check
          label="pat: pay at table"
          checked={scopes.pat}
          onChange={(pat) => setScopes({ ...scopes, pat })}
        />
        {faults.scopes && <p class="fld-fault">{faults.scopes}</p>}
      </fieldset>
      <TextField
        label="Last day (optional)"
        name="token-last-day"
        type="date"
        hint="After it the token opens nothing. Without one it never runs out."
        fault={faults.expiresAt}
        value={lastDay}
        onInput={setLastDay}
      />
      {failure && <FailureNotice failure={failure} />}
      <FormActions submit="Make the token" disabled={busy} onCancel={onClose} />
    </form>
  );
}

interface NewTokenProps {
  readonly site: string;
  readonly token: string;
  readonly scopes: readonly ('pac' | 'pat')[];
  readonly onClose: () => void;
}

function NewToken({ site, token, scopes, onClose }: NewTokenProps) {
  const gateway = useQuery('gateway', async () => await call('readGateway', {}));
  const defaultSite = gateway.data?.defaultSite;
  const { softwareHouseId, installerId } = selectedAddress.value ?? {};
  const ids = { ...(softwareHouseId && { softwareHouseId }), ...(installerId && { installerId }) };
  const addresses = scopes.flatMap((integration) => {
    if (defaultSite === undefined) return [];
    const parts = { ...ids, integration, token };
    const address = tokenUrl({ page: location, site, defaultSite, parts });
    const label = `Copy the whole address${scopes.length > 1 ? ` (${integration})` : ''}`;
    return address === undefined ? [] : [{ label, address }];
  });
  return <NewSecret what="Token" secret={token} addresses={addresses} onClose={onClose} />;
}
