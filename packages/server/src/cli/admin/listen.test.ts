import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { trafficText } from './listen.ts';
import { trafficEvents } from './traffic-events.ts';

const line = {
  at: '2026-03-14T12:31:07.042Z',
  site: 'shop1',
  connection: 'c1',
  integration: 'pac',
  version: 'v1',
  eposId: 'TILL-1',
};

describe('tillgate listen', () => {
  test('events are read whole, wherever the stream is cut', async () => {
    const events: api.TrafficEvent[] = [
      { event: 'opened', ...line },
      { event: 'frame', number: 1, ...line, direction: 'received', text: '{"name":"Café"}' },
    ];
    const text = events.map((event) => `id: 1\ndata: ${JSON.stringify(event)}\n\n`).join(':\n\n');
    const bytes = [...new TextEncoder().encode(text)].map((byte) => Uint8Array.of(byte));
    const read: api.TrafficEvent[] = [];
    for await (const event of trafficEvents(ReadableStream.from(bytes))) read.push(event);
    assert.deepEqual(read, events);
  });

  test('each event is one line', () => {
    const text = (event: api.TrafficEvent) => trafficText(event).replace(/^\S+ /, '');
    const frame = { event: 'frame', number: 1, ...line, text: '{\n}' } as const;
    assert.equal(text({ ...frame, direction: 'received' }), 'shop1 c1 pac TILL-1 ← { }');
    assert.equal(text({ ...frame, direction: 'sent' }), 'shop1 c1 pac TILL-1 → { }');
    assert.match(text({ event: 'closed', ...line, code: 1000 }), /closed with 1000$/);
    assert.match(trafficText({ event: 'missed', count: 3 }), /^3 events were skipped/);
  });
});
