// The histories of the page, and when each last changed: many frames of one moment are one change, told
// with the next picture the browser paints.

import { signal } from '@preact/signals';
import type { Frame, LineName, RawFrame } from './frame.ts';
import { History } from './history.ts';

export class FrameStore {
  readonly history = new History();
  /** Grows whenever the history has changed; read it to be told. */
  readonly changes = signal(0);
  #announced = false;

  /** Records what went over a line just now. */
  record(frame: Omit<RawFrame, 'at'>): Frame {
    const kept = this.history.add({ ...frame, at: performance.timeOrigin + performance.now() });
    this.#announce();
    return kept;
  }

  /** Takes frames that were recorded elsewhere. */
  take(frames: readonly RawFrame[]): void {
    for (const frame of frames) this.history.add(frame);
    this.#announce();
  }

  clear(): void {
    this.history.clear();
    this.#announce();
  }

  ended(line: LineName): void {
    this.history.ended(line);
    this.#announce();
  }

  /** Not by requestAnimationFrame alone: a hidden page paints nothing, yet its history goes on. */
  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    const tell = () => {
      if (!this.#announced) return;
      this.#announced = false;
      this.changes.value += 1;
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(tell);
    else setTimeout(tell, 200);
  }
}

/** What goes over the lines of this page, and what was imported. */
export const pageFrames = new FrameStore();
/** What a gateway tells of all its sockets. */
export const gatewayFrames = new FrameStore();
