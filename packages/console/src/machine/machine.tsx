// The card machine as an object: its screen and its keypad; beside it the faults panel, and the paper that it printed.
// On a phone the machine fills the page.

import './machine.css';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { ConnectionWord } from '../kit/connection-word.tsx';
import type { Machine } from './create-machine.ts';
import { FaultsPanel } from './faults/faults-panel.tsx';
import type { Link } from './link/link.ts';
import { Pairing } from './link/pairing.tsx';
import { PaperTray } from './paper/paper-tray.tsx';
import type { FlowEvent } from './payment/card-flow.ts';
import { eventForKey, Keypad } from './screen/keypad.tsx';
import { Screen } from './screen/screen.tsx';

export function MachineView({ machine }: { readonly machine: Machine }) {
  const { payments, printer, waiter, link } = machine;
  const identity = machine.identity.value;
  const paying = payments.flow.value !== undefined;
  const [open, setOpen] = useState(false);
  // A running payment has the keypad, otherwise the waiter's menu.
  const dispatch = (event: FlowEvent) => {
    if (payments.flow.peek()) payments.dispatch(event);
    else waiter.dispatch(event);
  };
  useKeyboard(identity === undefined ? undefined : dispatch);
  return (
    <div class="mc">
      <header class="mc-bar">
        <h1>
          <span class="mc-name">Card machine </span>
          {identity && <span class="mc-tid">{identity.tid}</span>}
        </h1>
        {identity && <ConnectionText link={link} />}
        {identity && (
          <span class="mc-opener">
            <Button size="s" icon="warn" pressed={open} onClick={() => setOpen(!open)}>
              Trouble
            </Button>
          </span>
        )}
      </header>
      <main class="mc-floor">
        {identity && (
          <FaultsPanel
            {...machine}
            identity={identity}
            open={open}
            onClose={() => setOpen(false)}
          />
        )}
        <section class="mc-device" aria-label="The machine" data-hand={paying || undefined}>
          <div class="mc-slot" aria-hidden="true" />
          <div class="mc-glass">
            {identity ? (
              <Screen {...machine} identity={identity} />
            ) : (
              <Pairing link={link} reason={machine.unpairedReason} />
            )}
          </div>
          {identity && <Keypad onPress={dispatch} />}
        </section>
        {identity && <PaperTray printer={printer} paying={paying} />}
      </main>
    </div>
  );
}

function ConnectionText({ link }: { readonly link: Link }) {
  return (
    <span class="mc-line">
      <ConnectionWord state={link.shownState} />
    </span>
  );
}

/** The keyboard works as the keypad of the machine, unless the control with the focus uses the key itself. */
function useKeyboard(dispatch: ((event: FlowEvent) => void) | undefined): void {
  useEffect(() => {
    if (!dispatch) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { tagName = '' } = event.target as Partial<HTMLElement>;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(tagName) || document.querySelector('dialog[open]'))
        return;
      const pressed = eventForKey(event.key);
      if (!pressed || (pressed.kind === 'enter' && /^(BUTTON|A|SUMMARY)$/.test(tagName))) return;
      event.preventDefault();
      dispatch(pressed);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}
