// Has a virtual card machine operated by hand [C-10.22]: enrols it, and opens it as /machine with its code.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { explainFailure, toFailure } from '../../api/failure.ts';
import { Button } from '../../kit/button.tsx';
import { toast } from '../../kit/toast.tsx';
import { machineHref } from './terminal-text.ts';

interface OpenMachineButtonProps {
  readonly site: api.Site;
  readonly machine: api.Terminal;
  readonly onOpened: () => void;
}

export function OpenMachineButton({ site, machine, onOpened }: OpenMachineButtonProps) {
  const { tid } = machine;
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    // Now, for a browser opens no page once the press is long past.
    const page = window.open('', '_blank');
    try {
      const params = { site: site.name };
      const { pairingCode } = await call('addTerminal', { params, body: { tid } });
      (page ?? window).location.href = addressOf(site, machine, pairingCode);
    } catch (cause) {
      page?.close();
      toast(explainFailure(toFailure(cause)).happened, 'bad');
    }
    setBusy(false);
    onOpened();
  };
  return (
    <Button
      size="s"
      icon="machine"
      label={`Open ${tid} as /machine, in a new tab`}
      disabled={busy}
      onClick={() => void take()}
    >
      Open as /machine
    </Button>
  );
}

function addressOf({ name, title, currency }: api.Site, machine: api.Terminal, code: string) {
  const { tid } = machine;
  const params = { site: name, tid, code, shop: title, currency: machine.currency ?? currency };
  return new URL(machineHref(params), location.href).href;
}
