// The event stream of all sockets of the gateway, while the view Traffic shows it. After a dropped connection the
// browser reconnects the stream and gets the events that it missed.

import { signal } from '@preact/signals';
import type { ConnectionStateName } from '@tillgate/protocol';
import { api } from '@tillgate/protocol';
import { fromTrafficEvent, toFrame } from '../frames/serialized-frame.ts';
import { gatewayFrames } from '../frames/store.ts';
import { toast } from '../kit/toast.tsx';
import { readSession } from './call.ts';
import { routeUrl } from './route-url.ts';

/** `waiting`: the browser reconnects. `refused`: it does not. */
export const streamState = signal<ConnectionStateName>('closed');

/** How many earlier frames are shown first. */
const BACKLOG = 500;
let stream: EventSource | undefined;
/** Part of the ids of connections, because a restarted gateway numbers its connections from 1 again. */
let streamCount = 0;

/** Clears the frames of an earlier stream. */
export function openStream(): void {
  closeStream();
  gatewayFrames.clear();
  streamCount += 1;
  const base = new URL(`..${api.BASE_PATH}`, document.baseURI).href;
  const { path } = api.routes.followTraffic;
  const opened = new EventSource(routeUrl(base, path, { query: { backlog: BACKLOG } }));
  stream = opened;
  streamState.value = 'connecting';
  opened.onopen = () => {
    streamState.value = 'connected';
  };
  opened.onmessage = ({ data }) => receive(JSON.parse(data) as api.TrafficEvent);
  opened.onerror = () => {
    const isOver = opened.readyState === EventSource.CLOSED;
    streamState.value = isOver ? 'refused' : 'waiting';
    // If the session is over, the page asks for a key.
    if (isOver) readSession().catch(() => {});
  };
}

export function closeStream(): void {
  stream?.close();
  stream = undefined;
  streamState.value = 'closed';
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
