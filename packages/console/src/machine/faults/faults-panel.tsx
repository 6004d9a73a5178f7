// The drawer beside the machine: what the bank says next, what may go wrong, and how it is set.

import { useState } from 'preact/hooks';
import { Button, IconButton } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Check, Segmented } from '../../kit/field.tsx';
import type { Habits, Identity } from '../books/memory.ts';
import { keepHabits } from '../books/memory.ts';
import { loseMemory, unpair } from '../link/link.ts';
import { press } from '../payment/payment-runner.ts';
import { bank, habits, offNetwork, paper, slow } from '../state.ts';

interface DrawerProps {
  readonly who: Identity;
  /** Of a phone; beside the machine there is room for it always. */
  readonly open: boolean;
  readonly onClose: () => void;
}

export function Drawer({ who, open, onClose }: DrawerProps) {
  return (
    <aside class="mc-drawer" aria-label="What may go wrong" data-open={open || undefined}>
      <div class="mc-drawer-head">
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
          checked={offNetwork.value}
          onChange={(on) => {
            offNetwork.value = on;
          }}
        />
        <Check label="Out of paper" checked={!paper.value} onChange={(out) => roll(!out)} />
      </div>
      <h2>How it is set</h2>
      <div class="mc-switches">
        <Habit name="asksGratuity" label="Asks for a gratuity" />
        <Habit name="asksCashback" label="Offers cashback" />
      </div>
      <h2>Power</h2>
      <div class="mc-power">
        <Button size="s" onClick={() => location.reload()}>
          Switch off and on
        </Button>
        <Button size="s" kind="danger" onClick={loseMemory}>
          Lose its memory
        </Button>
        <Unpair who={who} />
      </div>
      <p class="quiet mc-about">
        {who.shop}, site {who.site}. No card is ever charged: this machine is its own bank.
      </p>
    </aside>
  );
}

/** Asks once more: only an operator can give another code. */
function Unpair({ who }: { readonly who: Identity }) {
  const [asks, setAsks] = useState(false);
  const keep = () => setAsks(false);
  return (
    <>
      <Button size="s" kind="danger" icon="trash" onClick={() => setAsks(true)}>
        Unpair
      </Button>
      <Dialog title={`Unpair ${who.tid}?`} open={asks} onClose={keep}>
        <p>
          This browser forgets the machine's key. To link it again it needs a new code from whoever
          runs the gateway.
        </p>
        <div class="btns">
          <Button kind="danger" onClick={() => unpair()}>
            Unpair it
          </Button>
          <Button onClick={keep}>Keep it</Button>
        </div>
      </Dialog>
    </>
  );
}

function Habit({ name, label }: { readonly name: keyof Habits; readonly label: string }) {
  return (
    <Check
      label={label}
      checked={habits.value[name]}
      onChange={(on) => {
        habits.value = { ...habits.value, [name]: on };
        keepHabits(habits.value);
      }}
    />
  );
}

/** A new roll, also for what waits to be printed. */
function roll(isIn: boolean): void {
  paper.value = isIn;
  if (isIn) press({ press: 'paperIn' });
}
