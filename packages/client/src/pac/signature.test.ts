// The signature question, and who answers it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../testing/manual-timing.ts';
import {
  params,
  payment,
  ScriptedGateway,
  signatureQuestion,
  tid,
} from '../testing/scripted-gateway.ts';

async function connected(options = {}) {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect(options);
  return { gateway, till, line: gateway.connection };
}

for (const accepted of [true, false]) {
  test(`onSignature returning ${accepted} is sent as the answer [C-4.32]`, async () => {
    const { till, line } = await connected();
    const asked: unknown[] = [];
    const onSignature = async (question: unknown) => {
      asked.push(question);
      return accepted;
    };
    const sale = till.sale(params, { onSignature });
    const { id } = await line.next('sale');
    await line.say({ id: 1, method: 'signatureVerificationRequest', params: signatureQuestion });
    await settle();
    assert.deepEqual(line.received.shift(), { jsonrpc: '2.0', id: 1, result: { accepted } });
    assert.deepEqual(asked, [signatureQuestion]);
    const transactionResult = accepted ? 'SUCCESSFUL' : 'VOID';
    await line.say({ id, result: payment({ transactionResult }) });
    assert.equal((await sale).outcome, accepted ? 'approved' : 'void');
  });
}

const unusable = {
  noSignatureHandler: undefined,
  signatureHandlerFailed: () => {
    throw new Error('no staff');
  },
};
for (const [warning, onSignature] of Object.entries(unusable)) {
  test(`without a boolean of onSignature nothing is answered: ${warning} [C-4.36]`, async () => {
    const { gateway, line } = await connected(onSignature ? { onSignature } : {});
    await line.say({ id: 1, method: 'signatureVerificationRequest', params: signatureQuestion });
    assert.deepEqual(line.received, []);
    assert.deepEqual(gateway.warned, [warning]);
  });
}

test('a result of onSignature that is not a boolean is not sent', async () => {
  const onSignature = (() => 'yes') as unknown as () => boolean;
  const { gateway, line } = await connected({ onSignature });
  await line.say({ id: 1, method: 'signatureVerificationRequest', params: signatureQuestion });
  assert.deepEqual(line.received, []);
  assert.deepEqual(gateway.warned, ['signatureHandlerFailed']);
});

test('a request of the gateway that a till does not know is refused [C-3.25]', async () => {
  const { line } = await connected();
  await line.say({ id: 1, method: 'tableListRequest', params: { tid } });
  assert.equal(line.received.shift().error.code, -32601);
});
