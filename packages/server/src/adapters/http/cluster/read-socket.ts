// Reads the first bytes of a socket before anything else does, and leaves the others to be read from it. For both ends
// of a connection between nodes.

import type { Socket } from 'node:net';

const LINE_FEED = 10;

/**
 * The next line without its end; the socket is paused. A line longer than `maxBytes` is cut off there. Rejects if
 * the socket ends before.
 */
export async function readLine(socket: Socket, maxBytes: number): Promise<string> {
  const isWhole = (read: Buffer): boolean => read.length > maxBytes || read.includes(LINE_FEED);
  const read = await readUntil(socket, isWhole);
  const end = read.subarray(0, maxBytes).indexOf(LINE_FEED);
  const rest = read.subarray(end === -1 ? maxBytes : end + 1);
  if (rest.length > 0) socket.unshift(rest);
  return read.toString('latin1', 0, end === -1 ? maxBytes : end);
}

/** What has come as soon as that is `minBytes`; the socket is paused. Rejects if it ends before. */
export function readAtLeast(socket: Socket, minBytes: number): Promise<Buffer> {
  return readUntil(socket, (read) => read.length >= minBytes);
}

function readUntil(socket: Socket, isEnough: (read: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let read: Buffer = Buffer.alloc(0);
    const leave = (): void => {
      socket.off('data', take).off('end', ended).off('close', ended);
      socket.pause();
    };
    const take = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk]);
      if (!isEnough(read)) return;
      leave();
      resolve(read);
    };
    const ended = (): void => {
      leave();
      reject(socket.errored ?? new Error('The connection has ended.'));
    };
    socket.on('data', take).once('end', ended).once('close', ended);
    if (socket.destroyed) ended();
    else socket.resume();
  });
}
