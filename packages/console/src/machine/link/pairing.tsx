// The first screen of a new machine: it exchanges a pairing code for a key [C-13.2], without a click if the address
// of the page has the code.

import type { Currency } from '@tillgate/client';
import { HandshakeRefused, pairTerminal } from '@tillgate/client';
import './pairing.css';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Segmented, TextField } from '../../kit/field.tsx';
import { Notice } from '../../kit/panel.tsx';
import type { Identity } from '../books/memory.ts';
import { siteAt } from './default-site.ts';
import type { Link } from './link.ts';
import { readPageAddress } from './page-address.ts';

type Form = Omit<Identity, 'token'> & { readonly code: string };

interface PairingProps {
  readonly link: Link;
  /** Why the machine was unpaired; empty if that need not be said. */
  readonly reason: string;
}

export function Pairing({ link, reason }: PairingProps) {
  const [form, setForm] = useState(firstForm);
  const [fault, setFault] = useState(reason);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Form>) => setForm({ ...form, ...part });
  const pair = async () => {
    setBusy(true);
    setFault('');
    const refusal = await pairMachine(form, link);
    setBusy(false);
    if (refusal) setFault(refusal);
  };
  // The address of the page had everything: no click is needed.
  useEffect(() => {
    if (form.site && form.tid && form.code) void pair();
  }, []);
  return (
    <form
      class="mc-pairing"
      onSubmit={(event) => {
        event.preventDefault();
        void pair();
      }}
    >
      <h2>Pair this machine</h2>
      <p class="quiet">
        Have a code made with <code>tillgate terminal add</code>, or in the console, and type it
        here.
      </p>
      {fault && (
        <Notice tone="bad" title={fault}>
          <p>Codes are good once, for 15 minutes.</p>
        </Notice>
      )}
      <TextField label="Gateway" value={form.host} onInput={(host) => set({ host })} mono />
      <div class="mc-two">
        <TextField label="Site" value={form.site} onInput={(site) => set({ site })} mono />
        <TextField label="TID" value={form.tid} onInput={(tid) => set({ tid })} mono />
      </div>
      <TextField label="Pairing code" value={form.code} onInput={(code) => set({ code })} mono />
      <TextField
        label="Shop name on receipts"
        value={form.shop}
        onInput={(shop) => set({ shop })}
      />
      <Segmented
        label="Currency"
        value={form.currency}
        options={[
          { value: 'GBP', label: 'GBP' },
          { value: 'EUR', label: 'EUR' },
        ]}
        onChange={(currency: Currency) => set({ currency })}
      />
      <Button kind="main" type="submit" icon="link" disabled={busy}>
        {busy ? 'Pairing' : 'Pair'}
      </Button>
    </form>
  );
}

function firstForm(): Form {
  const given = readPageAddress();
  const site = given.site || siteAt(location.hostname);
  const host = location.origin.replace(/^http/, 'ws');
  return { ...given, host, site, shop: given.shop || site };
}

/** Undefined on success, otherwise a sentence to show. */
async function pairMachine({ code, ...form }: Form, link: Link): Promise<string | undefined> {
  try {
    const token = await pairTerminal({ ...form, code: code.trim() });
    link.pair({ ...form, shop: form.shop || form.site, token });
    return undefined;
  } catch (cause) {
    return refusalText(cause);
  }
}

function refusalText(cause: unknown): string {
  if (cause instanceof HandshakeRefused && cause.status === 401) {
    return 'Site, TID or code is wrong, or the code is used or too old.';
  }
  if (cause instanceof HandshakeRefused && cause.status === 429) {
    return 'Too many wrong tries. Wait a minute.';
  }
  return cause instanceof Error ? cause.message : 'It failed.';
}
