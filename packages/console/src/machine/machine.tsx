// The card machine as an object: its screen and its keypad; beside it the faults panel, and the paper that it printed.
// On a phone the machine fills the page.

import './machine.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../kit/button.tsx';
import { ConnectionWord } from '../kit/connection-word.tsx';
import type { Machine } from './create-machine.ts';
import { FaultsPanel } from './faults/faults-panel.tsx';
import type { Link } from './link/link.ts';
import { Pairing } from './link/pairing.tsx';
import { PaperTray } from './paper/paper-tray.tsx';
import type { KeypadEvent } from './screen/keypad.tsx';
import { eventForKey, Keypad, keyName } from './screen/keypad.tsx';
import { Screen } from './screen/screen.tsx';
import { pressScreenButton } from './screen/screen-layout.tsx';

export function MachineView({ machine }: { readonly machine: Machine }) {
  const { payments, printer, waiter, link } = machine;
  const identity = machine.identity.value;
  const paying = payments.flow.value !== undefined;
  const [open, setOpen] = useState(false);
  const screen = useRef<HTMLDivElement>(null);
  // A key presses the button on the screen that names it; otherwise a running payment has it, or the waiter's menu.
  const press = (event: KeypadEvent) => {
    if (!payments.flow.peek()) machine.remark.value = '';
    if (pressScreenButton(screen.current, keyName(event))) return;
    if (payments.flow.peek()) payments.dispatch(event);
    else waiter.dispatch(event);
  };
  useKeyboard(identity === undefined ? undefined : press);
  useUnfocusedButtons();
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
          <div class="mc-glass" ref={screen}>
            {identity ? (
              <Screen {...machine} identity={identity} />
            ) : (
              <Pairing {...machine} reason={machine.unpairedReason} />
            )}
          </div>
          {identity && <Keypad onPress={press} />}
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

/**
 * A button that is pressed with a mouse or finger does not get the focus: the keyboard's Enter would press it again
 * instead of being the key of the machine.
 */
function useUnfocusedButtons(): void {
  useEffect(() => {
    const onMouseDown = (event: MouseEvent) => {
      if ((event.target as Element).closest('button')) event.preventDefault();
    };
    addEventListener('mousedown', onMouseDown);
    return () => removeEventListener('mousedown', onMouseDown);
  }, []);
}

/** The keyboard works as the keypad of the machine, unless the control with the focus uses the key itself. */
function useKeyboard(press: ((event: KeypadEvent) => void) | undefined): void {
  useEffect(() => {
    if (!press) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const pressed = eventForKey(event.key);
      if (!pressed || document.querySelector('dialog[open]')) return;
      if ((event.target as Element).matches(usersOf[pressed.kind])) return;
      event.preventDefault();
      press(pressed);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  });
}

const TEXT = 'input:not([type=checkbox], [type=radio]), textarea, select';

/** The controls that use a key themselves. Enter in the field for the name signs, as on the keypad. */
const usersOf: Readonly<Record<KeypadEvent['kind'], string>> = {
  digit: TEXT,
  clear: TEXT,
  cancel: TEXT,
  enter: 'button, a, summary, textarea, select',
};
