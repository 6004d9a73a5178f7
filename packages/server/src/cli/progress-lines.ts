// What a card machine shows during a payment. On a terminal the last line is what it shows now and for how many seconds,
// and a line that is over keeps its time; elsewhere each is printed when it comes.

import { secondsText } from './date-time.ts';
import { hasStatus, progress, showStatus } from './output.ts';

const INTERVAL_MS = 1_000;

export interface ProgressLines {
  /** Shows a clean text until the next one. */
  readonly show: (text: string) => void;
  /** Nothing goes on any more, or something else is to be read first. */
  readonly end: () => void;
}

export function progressLines(now: () => number = () => performance.now()): ProgressLines {
  let current: { readonly text: string; readonly since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (!current) return;
    const seconds = Math.floor((now() - current.since) / 1000);
    showStatus(`  ${current.text}${seconds > 0 ? `  ${seconds} s` : ''}`);
  };
  const end = (): void => {
    clearInterval(timer);
    if (!current) return;
    const { text, since } = current;
    current = undefined;
    showStatus('');
    progress(`  ${text}  ${secondsText(now() - since)}`);
  };
  return {
    show: (text) => {
      if (!hasStatus() || !process.stdout.isTTY) {
        progress(`  ${text}`);
        return;
      }
      end();
      current = { text, since: now() };
      draw();
      timer = setInterval(draw, INTERVAL_MS);
      // An outcome may come without the end of the progress, if the connection breaks.
      timer.unref();
    },
    end,
  };
}
