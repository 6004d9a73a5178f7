// Frames as a picture of a payment is made from them, and frames of the admin API with what their conversation says
// of them. Pure.

import type { api, PictureSource } from '@tillgate/protocol';
import type { Frame } from './frame.ts';
import { CONNECTED } from './frame.ts';
import { FrameHistory } from './history.ts';
import { fromTrafficEvent, toFrame } from './serialized-frame.ts';

/** Of frames of this page, or of the gateway's stream: what was sent there the gateway received. */
export function pictureSourceOf(frames: readonly Frame[]): PictureSource {
  const lines = frames.filter(({ direction }) => direction === 'line');
  const messages = frames.filter(({ direction }) => direction !== 'line');
  return {
    frames: messages.map(
      ({ seq, at, connection: { id, integration, scope }, direction, text }) => ({
        ...{ number: seq, at: new Date(at).toISOString(), connection: id, integration },
        // Connections of one scope are those of one till.
        ...{ eposId: scope, direction: direction === 'sent' ? 'received' : 'sent', text },
      }),
    ),
    lines: lines.map(({ at, connection: { integration }, text }) => ({
      ...{ at: new Date(at).toISOString(), integration, text },
      isOpen: text === CONNECTED,
    })),
  };
}

/**
 * A function from the number of a frame to the frame; of a version that this page does not know it gives none. The
 * frames are validated when the first is asked for: thousands take a while.
 */
export function assessed(frames: readonly api.Frame[]): (number: number) => Frame | undefined {
  let known: ReadonlyMap<number, Frame> | undefined;
  return (number) => {
    known ??= new Map(inOrder(frames));
    return known.get(number);
  };
}

function inOrder(frames: readonly api.Frame[]): readonly (readonly [number, Frame])[] {
  const history = new FrameHistory();
  return frames.flatMap((frame) => {
    const raw = toFrame(fromTrafficEvent(frame), 'story');
    return raw ? [[frame.number, history.add(raw)] as const] : [];
  });
}
