// The card machine as an object: its screen and its keys; beside it what may go wrong, and the paper that
// came out of it. On a phone it fills the screen.

import './machine.css';
import './faults/faults-panel.css';
import { useEffect, useState } from 'preact/hooks';
import { Dot } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { Drawer } from './faults/faults-panel.tsx';
import { lineWords } from './link/connection-text.ts';
import { Pairing } from './link/pairing.tsx';
import { Tray } from './paper/paper-tray.tsx';
import type { Press } from './payment/card-flow.ts';
import { press } from './payment/payment-runner.ts';
import { Keys, keyOf } from './screen/keypad.tsx';
import { Screen } from './screen/screen.tsx';
import { identity, lineState, offNetwork, play } from './state.ts';
import { pressInHall } from './waiter/waiter-controller.ts';

export function Machine() {
  const who = identity.value;
  const [open, setOpen] = useState(false);
  useEffect(() => {
    addEventListener('keydown', typed);
    return () => removeEventListener('keydown', typed);
  }, []);
  return (
    <div class="mc">
      <header class="mc-bar">
        <h1>
          <span class="mc-name">Card machine </span>
          {who && <span class="mc-tid">{who.tid}</span>}
        </h1>
        {who && <LineWord />}
        {who && (
          <span class="mc-opener">
            <Button size="s" icon="warn" pressed={open} onClick={() => setOpen(!open)}>
              Trouble
            </Button>
          </span>
        )}
      </header>
      <main class="mc-floor">
        {who && <Drawer who={who} open={open} onClose={() => setOpen(false)} />}
        <section
          class="mc-device"
          aria-label="The machine"
          data-hand={play.value ? true : undefined}
        >
          <div class="mc-slot" aria-hidden="true" />
          <div class="mc-glass">{who ? <Screen who={who} /> : <Pairing />}</div>
          {who && <Keys onPress={dispatch} />}
        </section>
        {who && <Tray />}
      </main>
    </div>
  );
}

function LineWord() {
  const { tone, text } = lineWords(lineState.value, offNetwork.value);
  return (
    <p class="mc-line" role="status">
      <Dot tone={tone} />
      {text}
    </p>
  );
}

/** A payment in hand has the keys; else the waiter. */
function dispatch(pressed: Press): void {
  if (play.value) press(pressed);
  else pressInHall(pressed);
}

/** The keys of a keyboard are those of the machine, unless a control has the focus that wants them. */
function typed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !identity.value) return;
  const { tagName = '' } = event.target as Partial<HTMLElement>;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(tagName) || document.querySelector('dialog[open]')) return;
  const pressed = keyOf(event.key);
  if (!pressed || (pressed.press === 'enter' && /^(BUTTON|A|SUMMARY)$/.test(tagName))) return;
  event.preventDefault();
  dispatch(pressed);
}
