// Frames of the admin API with what their conversation says of them. Pure.

import type { api } from '@tillgate/protocol';
import type { Frame } from './frame.ts';
import { FrameHistory } from './history.ts';
import { fromTrafficEvent, toFrame } from './serialized-frame.ts';

/** By number; a frame of a version that this page does not know is left out. */
export function assessed(frames: readonly api.Frame[]): ReadonlyMap<number, Frame> {
  const history = new FrameHistory();
  return new Map(
    frames.flatMap((frame) => {
      const raw = toFrame(fromTrafficEvent(frame), 'story');
      return raw ? [[frame.number, history.add(raw)] as const] : [];
    }),
  );
}
