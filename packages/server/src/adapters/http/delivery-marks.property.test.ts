// C-3.49 with the WebSocket libraries of real tills: a simulated line carries messages and pings in order, and the
// library answers pings in its own way. A mark may never be delivered before its message was read, and in the end
// every mark is delivered.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../../test/support/depth.ts';
import { DeliveryMarks } from './delivery-marks.ts';

/** The pongs of a library to the pings that it has read at once, oldest first. */
type Library = (pings: readonly string[], seen: readonly string[]) => readonly string[];

const libraries: Readonly<Record<string, Library>> = {
  'returns the payload': (pings) => pings,
  'returns the payload of the newest ping only': (pings) => pings.slice(-1),
  'returns an empty payload': (pings) => pings.map(() => ''),
  'returns an altered payload': (pings) => pings.map((ping) => `${ping}\0`),
  'returns the payload of the first ping for ever': (pings, seen) => pings.map(() => seen[0] ?? ''),
  'returns the payload of the ping before': (pings, seen) =>
    pings.map((_, index) => seen[seen.length - pings.length + index - 1] ?? ''),
  'answers the newest ping with an empty pong': (pings) => (pings.length > 0 ? [''] : []),
};

class Line {
  readonly #library: Library;
  readonly marks: DeliveryMarks;
  readonly delivered: number[] = [];
  recognised = false;
  #messages = 0;
  /** Not read by the till yet. */
  readonly #inTransit: (number | string)[] = [];
  readonly #pingsSeen: string[] = [];
  readonly #pongs: string[] = [];
  #pingAtFlush = false;
  #read = 0;

  constructor(library: Library) {
    this.#library = library;
    this.marks = new DeliveryMarks({
      ping: () => this.#ping(),
      pingLater: () => {
        this.#pingAtFlush = true;
      },
      onPayloadNotReturned: () => {
        this.recognised = true;
      },
    });
  }

  get isQuiet(): boolean {
    return this.#inTransit.length === 0 && this.#pongs.length === 0;
  }

  get sent(): number {
    return this.#messages;
  }

  send(): void {
    this.#messages += 1;
    const message = this.#messages;
    this.#inTransit.push(message);
    this.marks.add(() => {
      assert.ok(message <= this.#read, `message ${message} was delivered, ${this.#read} were read`);
      this.delivered.push(message);
    });
  }

  /** The till reads up to `count` frames and its library answers the pings among them. */
  read(count: number): void {
    const pings: string[] = [];
    for (const frame of this.#inTransit.splice(0, count)) {
      if (typeof frame === 'number') this.#read = frame;
      else pings.push(frame);
    }
    this.#pingsSeen.push(...pings);
    this.#pongs.push(...this.#library(pings, this.#pingsSeen));
  }

  unaskedPong(): void {
    this.#pongs.push('');
  }

  /** The gateway reads all pongs in one turn, at whose end it may send one more ping. */
  turn(): void {
    for (const pong of this.#pongs.splice(0)) this.marks.onPong(pong, false);
    if (this.#pingAtFlush) this.#ping();
    this.#pingAtFlush = false;
  }

  settle(): void {
    for (let round = 0; round < 200 && !this.isQuiet; round += 1) {
      this.read(Number.POSITIVE_INFINITY);
      this.turn();
    }
  }

  #ping(): void {
    this.#inTransit.push(String(this.marks.last));
    this.marks.pingSent();
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const) }),
  fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('turn' as const) }),
);

describe('C-3.49 delivery marks', () => {
  for (const [name, library] of Object.entries(libraries)) {
    test(`every message is delivered, none before it was read, when the library ${name}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const line = new Line(library);
          for (const one of steps) {
            if (one.kind === 'send') line.send();
            else if (one.kind === 'read') line.read(one.count);
            else line.turn();
          }
          line.turn();
          line.settle();
          assert.deepEqual(
            line.delivered,
            Array.from({ length: line.sent }, (_, index) => index + 1),
          );
        }),
        { numRuns: depth(400) },
      );
    });
  }

  test('a library that returns payloads is believed in, though it sends unasked pongs too', () => {
    const line = new Line((pings) => pings);
    for (let round = 0; round < 10; round += 1) {
      line.send();
      line.unaskedPong();
      line.turn();
      line.settle();
    }
    assert.equal(line.recognised, false);
    assert.equal(line.delivered.length, 10);
  });

  test('unasked pongs of a till that reads nothing prove nothing', () => {
    const line = new Line((pings) => pings);
    line.send();
    for (let interval = 0; interval < 20; interval += 1) {
      line.marks.heartbeatSent();
      line.unaskedPong();
      line.turn();
    }
    assert.deepEqual(line.delivered, []);
  });

  test('a library that returns no payload is recognised by its first three pongs', () => {
    const line = new Line((pings) => pings.map(() => ''));
    line.send();
    line.settle();
    assert.ok(line.recognised);
    assert.deepEqual(line.delivered, [1]);
  });
});
