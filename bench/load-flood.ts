// A hostile till: many sockets of one site that send good requests without pause. Connects at the first
// message `next`, floods from the second on, and says how many answers came at each.

import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    host: { type: 'string', default: '' },
    sockets: { type: 'string', default: '20' },
  },
});

const REQUESTS_AT_ONCE = 200;
const MAX_BUFFERED_BYTES = 1_000_000;
/** Until a socket is tried again that the gateway does not read. */
const FULL_PAUSE_MS = 20;
let answers = 0;
/** Each request has its own: one under the id of an open request is refused [C-3.15]. */
let lastId = 0;
let sockets: readonly WebSocket[] = [];

process.on('message', (message) => {
  if (message === 'next') void next();
});
process.on('disconnect', () => process.exit(1));
process.channel?.ref();

async function next(): Promise<void> {
  if (sockets.length > 0) for (const socket of sockets) flood(socket);
  else sockets = await Promise.all(Array.from({ length: Number(options.sockets) }, open));
  console.log(JSON.stringify({ answers }));
}

function open(): Promise<WebSocket> {
  const socket = new WebSocket(options.url, { headers: { host: options.host } });
  socket.on('message', () => {
    answers += 1;
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function flood(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount >= MAX_BUFFERED_BYTES) {
    setTimeout(() => flood(socket), FULL_PAUSE_MS);
    return;
  }
  for (let request = 0; request < REQUESTS_AT_ONCE; request += 1) {
    lastId += 1;
    socket.send(`{"jsonrpc":"2.0","id":${lastId},"method":"connectedTerminals"}`);
  }
  setImmediate(() => flood(socket));
}
