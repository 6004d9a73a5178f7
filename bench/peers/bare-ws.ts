// The floor: a plain `ws` server that says what the gateway says, when the gateway says it, and
// neither checks nor stores anything. What it costs is what the sockets cost.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Recording } from '../conversation.ts';
import { readPace, recordedId, recordedTid, waits } from '../conversation.ts';

const { values: options } = parseArgs({
  options: {
    pace: { type: 'string', default: 'instant' },
    recording: { type: 'string' },
    'ping-interval': { type: 'string', default: '20' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
  },
});

const delays = waits(readPace(options.pace));
const recording: Recording = options.recording
  ? JSON.parse(readFileSync(options.recording, 'utf8'))
  : { notifications: [], result: '', ping: false };
const notifications = recording.notifications.map((text) => text.split(recordedTid));
const [beforeId = '', afterId = ''] = recording.result.split(`"id":${recordedId}`);
const before = beforeId.split(recordedTid);
const after = afterId.split(recordedTid);

const alive = new WeakSet<WebSocket>();
const { 'tls-cert': cert, 'tls-key': key } = options;
const http =
  cert && key
    ? createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) })
    : createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
http.listen(0, '127.0.0.1');

server.on('connection', (socket) => {
  alive.add(socket);
  socket.on('error', () => socket.terminate());
  socket.on('pong', onPong);
  socket.on('message', (data) => answer(socket, data.toString()));
});

function onPong(this: WebSocket): void {
  alive.add(this);
}

function answer(socket: WebSocket, request: string): void {
  const id = between(request, '"id":', ',');
  const tid = between(request, '"tid":"', '"');
  let step = 0;
  const next = (): void => {
    const parts = notifications[step];
    if (parts) socket.send(parts.join(tid));
    const delay = delays[step];
    step += 1;
    if (delay !== undefined) {
      setTimeout(next, delay);
      return;
    }
    socket.send(`${before.join(tid)}"id":${id}${after.join(tid)}`);
    if (recording.ping) socket.ping(String(step));
  };
  next();
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, text.indexOf(end, from));
}

/** As the documentation of `ws` shows it. */
setInterval(() => {
  for (const socket of server.clients) {
    if (!alive.has(socket)) {
      socket.terminate();
      continue;
    }
    alive.delete(socket);
    socket.ping();
  }
}, Number(options['ping-interval']) * 1000);

process.on('SIGTERM', () => process.exit(0));
server.on('listening', () => {
  const { port } = http.address() as AddressInfo;
  const scheme = cert ? 'wss' : 'ws';
  console.log(JSON.stringify({ ready: true, pac: `${scheme}://127.0.0.1:${port}/pac` }));
});
