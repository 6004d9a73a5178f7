// Short news that go away by themselves: "Copied". Nothing that must be read, and no question.

import './toast.css';
import { signal } from '@preact/signals';
import { Icon } from './icon.tsx';

const SHOWN_MS = 4_000;

interface News {
  readonly key: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const news = signal<readonly News[]>([]);
let last = 0;

export function toast(text: string, tone: News['tone'] = 'good'): void {
  last += 1;
  const one = { key: last, text, tone };
  news.value = [...news.value.slice(-2), one];
  setTimeout(() => {
    news.value = news.value.filter((other) => other !== one);
  }, SHOWN_MS);
}

/** Stands once, in the shell. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {news.value.map(({ key, text, tone }) => (
        <div key={key} class="toast" data-tone={tone}>
          <Icon name={tone === 'good' ? 'check' : 'warn'} />
          {text}
        </div>
      ))}
    </div>
  );
}
