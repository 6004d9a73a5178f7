// The first screen of a new machine: it exchanges a pairing code for a key [C-13.2]; without a click if the address
// of the page has the code, or if it names no machine and the gateway gives the page one of its test site.

import type { Currency } from '@tillgate/client';
import { HandshakeRefused, pairTerminal } from '@tillgate/client';
import './pairing.css';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { siteAt } from '../../kit/default-site.ts';
import { Segmented, TextField } from '../../kit/field.tsx';
import { Notice } from '../../kit/panel.tsx';
import type { Identity } from '../books/memory.ts';
import type { Link } from './link.ts';
import { readPageAddress } from './page-address.ts';

type Form = Omit<Identity, 'token'> & { readonly code: string };

/** What pairing needs of a machine that was enrolled for the page. */
export type EnrolledForPage = Pick<Form, 'site' | 'tid' | 'code' | 'shop' | 'currency'>;

/** A test site where the page may enrol a card machine by itself. */
export interface TestSite {
  readonly name: string;
  /** Enrols a virtual card machine that is free. Rejects with a sentence to show. */
  readonly enrol: () => Promise<EnrolledForPage>;
}

/** Undefined where a pairing code must come from somebody. */
export type FindTestSite = (site: string) => Promise<TestSite | undefined>;

interface PairingProps {
  readonly link: Link;
  readonly findTestSite: FindTestSite;
  /** Why the machine was unpaired; empty if that need not be said. */
  readonly reason: string;
}

export function Pairing({ link, findTestSite, reason }: PairingProps) {
  const [form, setForm] = useState(firstForm);
  const [fault, setFault] = useState(reason);
  const [busy, setBusy] = useState(false);
  const [testSite, setTestSite] = useState<TestSite>();
  // The address names no machine: the gateway is asked for one before anybody is.
  const [searches, setSearches] = useState(form.tid === '' && form.code === '');
  const set = (part: Partial<Form>) => setForm({ ...form, ...part });
  const pair = async (make: () => Promise<Form>) => {
    setBusy(true);
    setFault('');
    const refusal = await pairMachine(make, link);
    setBusy(false);
    if (refusal) setFault(refusal);
  };
  const pairAtTestSite = (site: TestSite) =>
    pair(async () => ({ ...form, ...(await site.enrol()) }));
  const open = async () => {
    // The address of the page had everything: no click is needed.
    if (form.site && form.tid && form.code) return pair(async () => form);
    const found = await findTestSite(form.site);
    setTestSite(found);
    if (found && searches) await pairAtTestSite(found);
    setSearches(false);
  };
  useEffect(() => {
    void open();
  }, []);
  if (searches) {
    return (
      <p class="mc-pairing quiet" role="status">
        Looking for a card machine of the test site
      </p>
    );
  }
  return (
    <form
      class="mc-pairing"
      onSubmit={(event) => {
        event.preventDefault();
        void pair(async () => form);
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
      {testSite && (
        <Button icon="machine" disabled={busy} onClick={() => void pairAtTestSite(testSite)}>
          Use a test machine of {testSite.name}
        </Button>
      )}
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
async function pairMachine(make: () => Promise<Form>, link: Link): Promise<string | undefined> {
  try {
    const { code, ...machine } = await make();
    const token = await pairTerminal({ ...machine, code: code.trim() });
    link.pair({ ...machine, shop: machine.shop || machine.site, token });
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
