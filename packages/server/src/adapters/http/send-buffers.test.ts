// What happens to sockets whose other end reads too slowly [C-11.12].

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../testing/test-clock.ts';
import type { BufferedSocket } from './send-buffers.ts';
import { SendBuffers } from './send-buffers.ts';

const limits = { socketBytes: 100, siteBytes: 250, processBytes: 400, slowConsumerMs: 10_000 };

function bench() {
  const clock = new TestClock();
  const buffers = new SendBuffers(clock, limits);
  const ends: string[] = [];
  const open = (name: string, site = 's1') => {
    const socket: BufferedSocket & { bufferedBytes: number } = {
      ...{ site, bufferedBytes: 0, countedBytes: 0, bufferedSince: undefined },
      closeSlow: () => ends.push(`${name} 1008`),
      drop: () => ends.push(`${name} dropped`),
    };
    const wait = (bytes: number) => {
      socket.bufferedBytes = bytes;
      buffers.update(socket);
    };
    return { socket, wait };
  };
  return { clock, buffers, ends, open };
}

test('a socket is closed as soon as more bytes wait than it may have', () => {
  const { ends, open, buffers } = bench();
  const { wait } = open('a');
  wait(100);
  assert.deepEqual(ends, []);
  wait(101);
  assert.deepEqual(ends, ['a 1008']);
  assert.equal(buffers.bytes, 0);
});

test('of a site with too many waiting bytes the slowest socket is closed, and no other site suffers', () => {
  const { ends, open } = bench();
  open('other', 's2').wait(100);
  open('a').wait(80);
  open('b').wait(95);
  open('c').wait(60);
  assert.deepEqual(ends, []);
  open('d').wait(30);
  assert.deepEqual(ends, ['b 1008']);
});

test('of a process with too many waiting bytes the slowest socket is dropped', () => {
  const { ends, open } = bench();
  for (const site of ['s1', 's2', 's3', 's4']) open(site, site).wait(90);
  open('last', 's5').wait(45);
  assert.deepEqual(ends, ['s1 dropped']);
});

test('bytes that were sent meanwhile do not count', () => {
  const { ends, open, buffers } = bench();
  const { socket, wait } = open('a');
  wait(90);
  socket.bufferedBytes = 10;
  open('b').wait(90);
  open('c').wait(90);
  open('d').wait(50);
  assert.deepEqual(ends, []);
  assert.equal(buffers.bytes, 240);
});

test('a socket is closed when its bytes have waited too long', async () => {
  const { clock, ends, open } = bench();
  const { socket, wait } = open('a');
  wait(50);
  await clock.advance(9_000);
  assert.deepEqual(ends, []);
  await clock.advance(2_000);
  assert.deepEqual(ends, ['a 1008']);
  const quick = open('b');
  quick.wait(50);
  await clock.advance(5_000);
  quick.socket.bufferedBytes = 0;
  await clock.advance(20_000);
  assert.deepEqual(ends, ['a 1008']);
  assert.equal(socket.bufferedSince, undefined);
});
