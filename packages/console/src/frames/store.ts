// The histories of the page, and a signal of each that changes with its history: frames that come together are one
// change, which is announced with the next animation frame.

import { signal } from '@preact/signals';
import type { ConnectionName, Frame, RawFrame } from './frame.ts';
import { FrameHistory } from './history.ts';

export class FrameStore {
  readonly history = new FrameHistory();
  /** Increases with each change of the history; read it to subscribe to changes. */
  readonly changes = signal(0);
  #changeScheduled = false;

  /** Records a frame with the present time. */
  record(frame: Omit<RawFrame, 'at'>): Frame {
    const kept = this.history.add({ ...frame, at: performance.timeOrigin + performance.now() });
    this.#scheduleChange();
    return kept;
  }

  /** Adds frames that were recorded elsewhere. */
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

  /** Uses a timer on a hidden page, where requestAnimationFrame does not run. */
  #scheduleChange(): void {
    if (this.#changeScheduled) return;
    this.#changeScheduled = true;
    const announce = () => {
      if (!this.#changeScheduled) return;
      this.#changeScheduled = false;
      this.changes.value += 1;
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(announce);
    else setTimeout(announce, 200);
  }
}

/** The frames of the connections of this page, and imported ones. */
export const pageFrames = new FrameStore();
/** The frames of all sockets of the gateway. */
export const gatewayFrames = new FrameStore();
