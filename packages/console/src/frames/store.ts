// The one history of the page, and when it last changed: many frames of one moment are one change,
// told with the next picture the browser paints.

import { signal } from '@preact/signals';
import type { Frame, LineName, RawFrame } from './frame.ts';
import { History } from './history.ts';

export const history = new History();

/** Grows whenever the history has changed; read it to be told. */
export const changes = signal(0);

let announced = false;

/** Records what went over a line just now. */
export function record(frame: Omit<RawFrame, 'at'>): Frame {
  const kept = history.add({ ...frame, at: performance.timeOrigin + performance.now() });
  announce();
  return kept;
}

/** Takes frames that were recorded before. */
export function take(frames: readonly RawFrame[]): void {
  for (const frame of frames) history.add(frame);
  announce();
}

export function clear(): void {
  history.clear();
  announce();
}

export function ended(line: LineName): void {
  history.ended(line);
  announce();
}

/** Not by requestAnimationFrame alone: a hidden page paints nothing, yet its history goes on. */
function announce(): void {
  if (announced) return;
  announced = true;
  const tell = () => {
    if (!announced) return;
    announced = false;
    changes.value += 1;
  };
  if (document.visibilityState === 'visible') requestAnimationFrame(tell);
  else setTimeout(tell, 200);
}
