// The keys of the console in one dialog.

import './palette.css';
import { Dialog } from '../../kit/dialog.tsx';
import { closeOverlay } from '../overlay.ts';

interface Shortcut {
  /** Each is one key, or several that are pressed together. */
  readonly keys: readonly string[];
  readonly does: string;
}

const groups: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    shortcuts: [
      { keys: ['Ctrl K', '⌘ K'], does: 'Go to a page, site, machine, payment, message or guide' },
      { keys: ['?'], does: 'Show these keys' },
      { keys: ['Esc'], does: 'Close a dialog' },
    ],
  },
  {
    title: 'Till',
    shortcuts: [
      { keys: ['0–9', '.'], does: 'Type the amount, while no field has the focus' },
      { keys: ['Backspace'], does: 'Take back the last digit' },
      { keys: ['Enter'], does: 'In a field: send the payment to the card machine' },
    ],
  },
  {
    title: 'Lists and pictures of payments',
    shortcuts: [
      { keys: ['↑', '↓'], does: 'The one before or after' },
      { keys: ['Home', 'End'], does: 'The first or the last' },
    ],
  },
  {
    title: 'Compose',
    shortcuts: [
      { keys: ['Ctrl Enter', '⌘ Enter'], does: 'Send what the editor holds' },
      { keys: ['Ctrl Space'], does: 'Complete a field or a value' },
    ],
  },
  {
    title: 'Between two panes',
    shortcuts: [{ keys: ['←', '→'], does: 'Move the line, with the focus on it' }],
  },
];

export function Shortcuts() {
  return (
    <Dialog title="Keyboard" open onClose={closeOverlay}>
      {groups.map(({ title, shortcuts }) => (
        <section key={title} class="keys" aria-label={title}>
          <h3>{title}</h3>
          <dl>
            {shortcuts.map(({ keys, does }) => (
              <div key={does}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
