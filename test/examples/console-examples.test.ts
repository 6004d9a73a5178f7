// Each request that the console offers as an example is answered with a result at the test site, as it stands.

import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import {
  machineForExamples,
  withMachine,
} from '../../packages/console/src/views/compose/example-machine.ts';
import { messageOptionsFor } from '../../packages/console/src/views/compose/messages.ts';

for (const version of ['v1', 'v0'] as const) {
  test(`the examples of ${version} work at the test site`, async (t) => {
    const gateway = await startTestGateway({ settings: { pace: 'instant' } });
    t.after(() => gateway.stop());
    const till = await gateway.till({ 'api-version': version, 'epos-id': 'example-till' });
    const requests = messageOptionsFor({ integration: 'pac', version })
      .filter(({ name }) => name.endsWith('.request'))
      .flatMap(({ method, examples }) => examples.map((example) => ({ method, example })));
    assert.ok(requests.length > 10);
    for (const { method, example } of requests) {
      const { params } = JSON.parse(withMachine(example, machineForExamples([])));
      const { error } = await till.request(method, params);
      // Nothing is going on then.
      const isLate = method === 'cancelTransaction' && error?.code === -32072;
      if (!isLate) assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
    }
  });
}
