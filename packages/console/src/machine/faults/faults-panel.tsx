// The panel beside the machine: how the bank responds, which faults are simulated, and the settings of the machine.

import './faults-panel.css';
import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Segmented } from '../../kit/field.tsx';
import type { IconName } from '../../kit/icon.tsx';
import type { Identity, MachineMemory, MachineSettings } from '../books/memory.ts';
import type { Link } from '../link/link.ts';
import type { Printer } from '../paper/printer.ts';
import type { PaymentRunner } from '../payment/payment-runner.ts';
import type { Simulation } from '../payment/simulation.ts';

interface FaultsPanelProps {
  readonly identity: Identity;
  readonly simulation: Simulation;
  readonly printer: Printer;
  readonly payments: PaymentRunner;
  readonly memory: MachineMemory;
  readonly link: Link;
  /** On a narrow page the panel covers the machine while it is open; on a wide page it is always visible. */
  readonly open: boolean;
  readonly onClose: () => void;
}

export function FaultsPanel(props: FaultsPanelProps) {
  const { identity, simulation, memory, link, open, onClose } = props;
  const { bank, slow, machineSettings } = simulation;
  const { isOff } = link.network;
  const setting = (name: keyof MachineSettings, label: string) => (
    <Check
      label={label}
      checked={machineSettings.value[name]}
      onChange={(on) => {
        machineSettings.value = { ...machineSettings.value, [name]: on };
        memory.saveSettings(machineSettings.value);
      }}
    />
  );
  return (
    <aside class="mc-faults" aria-label="What may go wrong" data-open={open || undefined}>
      <div class="mc-faults-head">
        <h2>What may go wrong</h2>
        <span class="mc-opener">
          <IconButton icon="cross" label="Close the drawer" onClick={onClose} />
        </span>
      </div>
      <Segmented
        label="The bank"
        value={bank.value}
        options={[
          { value: 'approves', label: 'Approves' },
          { value: 'declines', label: 'Declines' },
          { value: 'silent', label: 'Silent' },
        ]}
        onChange={(value) => {
          bank.value = value;
        }}
      />
      <div class="mc-switches">
        <Check
          label="Slow line to the bank"
          hint="12 seconds for an answer"
          checked={slow.value}
          onChange={(on) => {
            slow.value = on;
          }}
        />
        <Check
          label="Off the network"
          hint="No gateway until it is back"
          checked={isOff.value}
          onChange={(on) => {
            isOff.value = on;
          }}
        />
        <OutOfPaper printer={props.printer} payments={props.payments} />
      </div>
      <h2>How it is set</h2>
      <div class="mc-switches">
        {setting('asksGratuity', 'Asks for a gratuity')}
        {setting('asksCashback', 'Offers cashback')}
      </div>
      <h2>Power</h2>
      <div class="mc-power">
        <Button size="s" icon="power" onClick={() => location.reload()}>
          Switch off and on
        </Button>
        <LoseMemory tid={identity.tid} link={link} />
        <Unpair tid={identity.tid} link={link} />
      </div>
      <p class="quiet mc-about">
        {identity.shop}, site {identity.site}. No card is ever charged: this machine is its own
        bank.
      </p>
    </aside>
  );
}

function LoseMemory({ tid, link }: { readonly tid: string; readonly link: Link }) {
  return (
    <Confirmed
      act="Lose its memory"
      icon="trash"
      title={`Lose the memory of ${tid}?`}
      yes="Lose it"
      onYes={() => link.loseMemory()}
    >
      Its totals, its last transaction and its reservations are gone. How a payment that is under
      way ends is then unknown to the till. The machine stays paired.
    </Confirmed>
  );
}

/** Only an operator can give another code. */
function Unpair({ tid, link }: { readonly tid: string; readonly link: Link }) {
  return (
    <Confirmed
      act="Unpair"
      icon="unlink"
      title={`Unpair ${tid}?`}
      yes="Unpair it"
      onYes={() => link.unpair()}
    >
      This browser forgets the machine's key. To link it again it needs a new code from whoever runs
      the gateway.
    </Confirmed>
  );
}

interface ConfirmedProps {
  readonly act: string;
  readonly icon: IconName;
  readonly title: string;
  readonly yes: string;
  readonly onYes: () => void;
  /** What is lost by it. */
  readonly children: string;
}

/** A button for what cannot be undone, which asks first. */
function Confirmed({ act, icon, title, yes, onYes, children }: ConfirmedProps) {
  const [asks, setAsks] = useState(false);
  const keep = () => setAsks(false);
  return (
    <>
      <Button size="s" kind="danger" icon={icon} onClick={() => setAsks(true)}>
        {act}
      </Button>
      <Dialog title={title} open={asks} onClose={keep}>
        <p>{children}</p>
        <div class="btns">
          <Button kind="danger" onClick={onYes}>
            {yes}
          </Button>
          <Button onClick={keep}>Keep it</Button>
        </div>
      </Dialog>
    </>
  );
}

/** Loading a new roll also ends the wait of a payment for paper. */
function OutOfPaper({ printer, payments }: Pick<FaultsPanelProps, 'printer' | 'payments'>) {
  const { hasPaper } = printer;
  return (
    <Check
      label="Out of paper"
      checked={!hasPaper.value}
      onChange={(isOut) => {
        hasPaper.value = !isOut;
        if (!isOut) payments.dispatch({ kind: 'paperLoaded' });
      }}
    />
  );
}
