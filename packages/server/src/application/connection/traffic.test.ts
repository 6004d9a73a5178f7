// What is kept of the traffic, and what is given up.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Channel, ChannelListener } from '@tillgate/protocol';
import { TestClock } from '../../testing/test-clock.ts';
import { Traffic } from './traffic.ts';

/** A line that only takes what is said. */
class Line implements Channel {
  listener: ChannelListener | undefined;
  readonly said: string[] = [];

  send(text: string): void {
    this.said.push(text);
  }

  close(): void {}
  confirmDelivery(): void {}

  listen(listener: ChannelListener): void {
    this.listener = listener;
  }
}

function house(mostBytes: number) {
  const traffic = new Traffic(new TestClock(), mostBytes);
  const open = (site: string, eposId?: string) => {
    const line = new Line();
    const label = { site, integration: 'pac', version: 'v1', ...(eposId && { eposId }) };
    const channel = traffic.watched(line, label);
    channel.listen({ onMessage: () => {}, onClosed: () => {} });
    return { line, channel };
  };
  const texts = (sites: readonly string[] | null = null) =>
    traffic.kept({ sites }).map(({ text }) => text);
  return { traffic, open, texts };
}

describe('the traffic in memory', () => {
  test('traffic holds the frames of both directions in order, and passes all of them on', () => {
    const { open, traffic } = house(10_000);
    const { line, channel } = open('shop1', 'TILL-1');
    line.listener?.onMessage('to the gateway');
    channel.send('to the till');
    assert.deepEqual(
      traffic
        .kept({ sites: null })
        .map(({ number, direction, text, eposId }) => [...[number, direction, text, eposId]]),
      [
        [1, 'received', 'to the gateway', 'TILL-1'],
        [2, 'sent', 'to the till', 'TILL-1'],
      ],
    );
    assert.deepEqual(line.said, ['to the till']);
  });

  test('the oldest frames are discarded when the memory is full', () => {
    const { open, texts } = house(1000);
    const one = open('shop1');
    for (let number = 0; number < 5000; number += 1) one.channel.send(`text ${number}`);
    const kept = texts();
    assert.ok(kept.length > 3 && kept.length < 10);
    assert.equal(kept.at(-1), 'text 4999');
  });

  test('of one busy socket no more than its share is kept', () => {
    const { open, texts } = house(1_000_000);
    const quiet = open('shop1');
    const busy = open('shop2');
    quiet.channel.send('hello');
    for (let number = 0; number < 3000; number += 1) busy.channel.send(`text ${number}`);
    assert.deepEqual(texts(['shop1']), ['hello']);
    assert.deepEqual([texts(['shop2']).length, texts(['shop2'])[0]], [500, 'text 2500']);
    quiet.channel.send('again');
    assert.deepEqual(texts(['shop1']), ['hello', 'again']);
  });

  test('frames that were discarded leave no objects behind, however few bytes are kept', () => {
    for (const sockets of [1, 20]) {
      const { open, traffic } = house(8 * 2 ** 20);
      const quiet = open('shop1');
      const busy = Array.from({ length: sockets }, () => open('shop2'));
      quiet.channel.send('hello');
      let most = 0;
      for (let number = 0; number < 100_000; number += 1) {
        busy[number % sockets]!.channel.send('busy');
        most = Math.max(most, traffic.size);
      }
      const kept = 500 * sockets + 1;
      assert.ok(most <= 2 * kept + 1024, `${most} objects of ${kept} kept frames`);
      assert.equal(traffic.kept({ sites: null }).length, kept);
      assert.equal(traffic.kept({ sites: ['shop1'] })[0]?.text, 'hello');
    }
  });

  test('the memory limit holds and the order is kept, whatever frames come', () => {
    const { open, traffic } = house(20_000);
    const sockets = ['a', 'b', 'c'].map((site) => open(site).channel);
    for (let number = 0; number < 9000; number += 1) {
      sockets[(number * 7) % 3]?.send('x'.repeat((number * 31) % 300));
      if (number === 0 || number % 100 > 0) continue;
      const kept = traffic.kept({ sites: null });
      const bytes = kept.reduce((sum, { text }) => sum + text.length + 120, 0);
      assert.ok(bytes <= 20_000 && kept.length > 50);
      assert.ok(kept.every((one, index) => index === 0 || one.number > kept[index - 1]!.number));
    }
  });

  test('frames after a number that another process has counted are all that are kept', () => {
    const { open, traffic } = house(20_000);
    const { channel } = open('shop1');
    channel.send('first');
    channel.send('second');
    const after = (number: number) =>
      traffic.kept({ sites: null }, { after: number }).map(({ text }) => text);
    assert.deepEqual(after(1), ['second']);
    assert.deepEqual(after(2), []);
    assert.deepEqual(after(5000), ['first', 'second']);
  });

  test('with a limit of 0 nothing is kept, and listeners are still called', () => {
    const { open, traffic, texts } = house(0);
    const { channel } = open('shop1');
    channel.send('before');
    const heard: string[] = [];
    const stop = traffic.follow({ sites: ['shop1'] }, (event) => {
      heard.push(event.event === 'frame' ? event.text : event.event);
    });
    channel.send('now');
    open('shop2').channel.send('elsewhere');
    stop();
    channel.send('after');
    assert.deepEqual(heard, ['now']);
    assert.deepEqual(texts(), []);
  });
});
