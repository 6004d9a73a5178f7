// The event stream of all sockets of the gateway, while the view Traffic shows it. After a dropped connection the
// browser reconnects the stream and gets the events that it missed.

import type { api } from '@tillgate/protocol';
import { fromTrafficEvent, toFrame } from '../frames/serialized-frame.ts';
import { gatewayFrames } from '../frames/store.ts';
import { toast } from '../kit/toast.tsx';
import { LiveStream } from './live-stream.ts';

const stream = new LiveStream('followTraffic');
export const streamState = stream.state;

/** How many earlier frames are shown first. */
const BACKLOG = 500;
/** Part of the ids of connections, because a restarted gateway numbers its connections from 1 again. */
let streamCount = 0;

/** Clears the frames of an earlier stream. */
export function openStream(): void {
  gatewayFrames.clear();
  streamCount += 1;
  stream.open({ query: { backlog: BACKLOG }, onEvent: receive });
}

export function closeStream(): void {
  stream.close();
}

function receive(event: api.TrafficEvent): void {
  if (event.event === 'missed') {
    toast(`${event.count} events were left out: this page was too slow for them.`, 'bad');
    return;
  }
  const frame = toFrame(fromTrafficEvent(event), `gateway-${streamCount}`);
  if (!frame) return;
  gatewayFrames.import([frame]);
  if (event.event === 'closed') gatewayFrames.connectionClosed(frame.connection);
}
