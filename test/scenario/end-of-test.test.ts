// What a test has started is ended when it ends, whatever fails meanwhile: a gateway that stays open would keep the
// file from ending.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import type { TestEnd } from '../support/wait.ts';

/** A test that is over when `end` is called. */
class FinishedTest implements TestEnd {
  readonly #hooks: (() => unknown)[] = [];

  after(then: () => unknown): void {
    this.#hooks.push(then);
  }

  /** As node:test does: a hook that fails is the last. */
  async end(): Promise<void> {
    for (const hook of this.#hooks) await hook();
  }
}

test('each gateway of a test is closed, also if closing another fails, and both failures are reported', async () => {
  const finished = new FinishedTest();
  const closed: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    const harness = await startHarness(finished);
    const till = await harness.till();
    const close = harness.close.bind(harness);
    harness.close = async () => {
      await close();
      await till.closed;
      closed.push(name);
      if (name !== 'first') throw new Error(`${name} is broken`);
    };
  }
  await assert.rejects(finished.end(), (error) => {
    assert.ok(error instanceof SuppressedError);
    const messages = [error.error, error.suppressed].map(({ message }) => message);
    assert.deepEqual(messages, ['second is broken', 'third is broken']);
    return true;
  });
  assert.deepEqual(closed, ['third', 'second', 'first']);
});
