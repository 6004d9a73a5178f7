// Short messages that disappear after some seconds, such as "Copied"; for nothing that must be read.

import './toast.css';
import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';

const SHOWN_MS = 4_000;

interface Toast {
  readonly key: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const toasts = signal<readonly Toast[]>([]);
let lastKey = 0;

export function toast(text: string, tone: Toast['tone'] = 'good'): void {
  lastKey += 1;
  const one = { key: lastKey, text, tone };
  toasts.value = [...toasts.value.slice(-2), one];
  setTimeout(() => {
    toasts.value = toasts.value.filter((other) => other !== one);
  }, SHOWN_MS);
}

/** The shell renders it once. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ key, text, tone }) => (
        <div key={key} class="toast" data-tone={tone}>
          <Icon name={tone === 'good' ? 'check' : 'warn'} />
          {text}
        </div>
      ))}
    </div>
  );
}
