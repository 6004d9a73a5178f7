// Follows what goes over all sockets of the gateway, for as long as somebody wants to see it. The browser
// opens the stream again by itself after a drop, and gets what it missed.

import { signal } from '@preact/signals';
import { api } from '@tillgate/protocol';
import { fromTrafficEvent, toFrame } from '../frames/serialized-frame.ts';
import { gatewayFrames } from '../frames/store.ts';
import { toast } from '../kit/toast.tsx';
import { readSession } from './call.ts';
import { routeUrl } from './route-url.ts';

/** `lost`: the browser tries again. `refused`: somebody has to. */
export const streamState = signal<'off' | 'opening' | 'on' | 'lost' | 'refused'>('off');

/** Frames of before that are shown first. */
const BACKLOG = 500;
let stream: EventSource | undefined;
/** Connections are told apart by stream: a gateway that was started again counts them anew. */
let streamCount = 0;

/** From now on, and a little of before; what an earlier stream told is forgotten. */
export function openStream(): void {
  closeStream();
  gatewayFrames.clear();
  streamCount += 1;
  const base = new URL(`..${api.BASE_PATH}`, document.baseURI).href;
  const { path } = api.routes.followTraffic;
  const opened = new EventSource(routeUrl(base, path, { query: { backlog: BACKLOG } }));
  stream = opened;
  streamState.value = 'opening';
  opened.onopen = () => {
    streamState.value = 'on';
  };
  opened.onmessage = ({ data }) => receive(JSON.parse(data) as api.TrafficEvent);
  opened.onerror = () => {
    const isOver = opened.readyState === EventSource.CLOSED;
    streamState.value = isOver ? 'refused' : 'lost';
    // Perhaps for want of a session: then the page asks for a key.
    if (isOver) readSession().catch(() => {});
  };
}

export function closeStream(): void {
  stream?.close();
  stream = undefined;
  streamState.value = 'off';
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
