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
