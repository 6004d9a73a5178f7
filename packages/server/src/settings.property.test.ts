// Each time among the settings is kept at any length, or refused with a sentence.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readSettings } from './cli/read-settings.ts';
import { Settings } from './settings.ts';
import { startTestGateway } from './testing/test-gateway.ts';
import { connectTill } from './testing/test-till.ts';

/** Settings that are no times, though any number may be one. */
const OTHER_NUMBERS: readonly string[] = ['trafficMemory'];
/** Enforced by Node and ws, which keep no timer beyond this. */
const LIBRARY_TIMES: readonly string[] = ['handshakeTimeout', 'keepAliveTimeout', 'closeTimeout'];
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Shape {
  readonly type?: string;
  readonly maximum?: number;
}

const times = Object.entries(Settings.properties as unknown as Record<string, Shape>).filter(
  ([name, { type }]) => type === 'number' && !OTHER_NUMBERS.includes(name),
);

describe('times beyond 24.8 days', () => {
  for (const [name, { maximum = Number.NaN }] of times) {
    test(`the setting ${name} is kept up to its maximum and refused beyond it [C-11.1]`, () => {
      const read = (value: number) => {
        const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        const flags = { [flag]: String(value) };
        return readSettings({ flags, env: {} })[name as keyof Settings];
      };
      fc.assert(
        fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (value) => {
          if (value <= maximum) return assert.equal(read(value), value);
          const sentence = new RegExp(`^Setting ${name}: expected number .*${maximum}, got number`);
          return assert.throws(() => read(value), { name: 'UsageError', message: sentence });
        }),
      );
      assert.ok(!Number.isNaN(new Date(Date.now() + maximum * 1000).getTime()));
      if (LIBRARY_TIMES.includes(name)) assert.ok(maximum * 1000 <= LONGEST_TIMER_MS);
    });
  }

  test('a gateway whose times are all at their maximum takes a payment [C-11.1]', async (t) => {
    const longest = times.filter(([name]) => !name.startsWith('virtual'));
    const settings = Object.fromEntries(longest.map(([name, { maximum }]) => [name, maximum]));
    const gateway = await startTestGateway({ settings });
    t.after(() => gateway.stop());
    const till = await connectTill(gateway.uri());
    const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
    const { result } = await till.request('sale', sale);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    await till.cut();
  });
});
