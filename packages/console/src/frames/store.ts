// The histories of the page, and when each last changed: many frames of one moment are one change, told
// with the next picture the browser paints.

import { signal } from '@preact/signals';
import type { ConnectionName, Frame, RawFrame } from './frame.ts';
import { FrameHistory } from './history.ts';

export class FrameStore {
  readonly history = new FrameHistory();
  /** Grows whenever the history has changed; read it to be told. */
  readonly changes = signal(0);
  #changeScheduled = false;

  /** Records what went over a line just now. */
  record(frame: Omit<RawFrame, 'at'>): Frame {
    const kept = this.history.add({ ...frame, at: performance.timeOrigin + performance.now() });
    this.#scheduleChange();
    return kept;
  }

  /** Takes frames that were recorded elsewhere. */
  import(frames: readonly RawFrame[]): void {
    for (const frame of frames) this.history.add(frame);
    this.#scheduleChange();
  }

  clear(): void {
    this.history.clear();
    this.#scheduleChange();
  }

  connectionClosed(line: ConnectionName): void {
    this.history.connectionClosed(line);
    this.#scheduleChange();
  }

  /** Not by requestAnimationFrame alone: a hidden page paints nothing, yet its history goes on. */
  #scheduleChange(): void {
    if (this.#changeScheduled) return;
    this.#changeScheduled = true;
    const tell = () => {
      if (!this.#changeScheduled) return;
      this.#changeScheduled = false;
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
