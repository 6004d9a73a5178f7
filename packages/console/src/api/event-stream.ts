// Follows what goes over all sockets of the gateway, for as long as somebody wants to see it. The browser
// opens the stream again by itself after a drop, and gets what it missed.

import { signal } from '@preact/signals';
import { api } from '@tillgate/protocol';
import { frameOf, rowOf } from '../frames/serialized-frame.ts';
import { gatewayFrames } from '../frames/store.ts';
import { toast } from '../kit/toast.tsx';
import { readSession } from './call.ts';
import { routeAddress } from './route-url.ts';

/** `lost`: the browser tries again. `refused`: somebody has to. */
export const live = signal<'off' | 'opening' | 'on' | 'lost' | 'refused'>('off');

/** Frames of before that are shown first. */
const BACKLOG = 500;
let stream: EventSource | undefined;
/** Connections are told apart by stream: a gateway that was started again counts them anew. */
let streams = 0;

/** From now on, and a little of before; what an earlier stream told is forgotten. */
export function follow(): void {
  unfollow();
  gatewayFrames.clear();
  streams += 1;
  const base = new URL(`..${api.BASE}`, document.baseURI).href;
  const { path } = api.routes.followTraffic;
  const opened = new EventSource(routeAddress(base, path, { query: { backlog: BACKLOG } }));
  stream = opened;
  live.value = 'opening';
  opened.onopen = () => {
    live.value = 'on';
  };
  opened.onmessage = ({ data }) => take(JSON.parse(data) as api.TrafficEvent);
  opened.onerror = () => {
    const isOver = opened.readyState === EventSource.CLOSED;
    live.value = isOver ? 'refused' : 'lost';
    // Perhaps for want of a session: then the page asks for a key.
    if (isOver) readSession().catch(() => {});
  };
}

export function unfollow(): void {
  stream?.close();
  stream = undefined;
  live.value = 'off';
}

function take(event: api.TrafficEvent): void {
  if (event.event === 'missed') {
    toast(`${event.count} events were left out: this page was too slow for them.`, 'bad');
    return;
  }
  const frame = frameOf(rowOf(event), `gateway-${streams}`);
  if (!frame) return;
  gatewayFrames.take([frame]);
  if (event.event === 'closed') gatewayFrames.ended(frame.line);
}
