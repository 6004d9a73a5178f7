// A till in one file, for the packages as they are published: what it imports is put before it.

import type { TestContext } from 'node:test';
import { startTestGateway } from 'tillgate/testing';

/** What a till does, in a language level and without names that any runtime lacks. */
const till = (uri: string, wrongUri: string) => `
async function takeSale() {
  let signatures = 0;
  const onSignature = () => {
    signatures += 1;
    return true;
  };
  const till = await connect({ uri: '${uri}', onSignature });
  const sale = till.sale({ tid: 'VCMINVLSIS0', currency: 'GBP', amount: 1234 });
  const shown = [];
  for await (const value of sale.progress) shown.push(value);
  const { outcome, payment } = await sale;
  till.close();
  const refusal = await connect({ uri: '${wrongUri}' }).catch(({ name, code }) => [name, code]);
  return [outcome, payment.amountTotal, signatures, shown[shown.length - 1], refusal];
}
takeSale().then((result) => console.log(JSON.stringify(result)));
`;

/** What it prints. */
export const taken =
  '["approved",1234,1,"TRANSACTION_FINISHED",["HandshakeRefused","unauthorized"]]\n';

/** The source of a till at a new gateway. */
export async function tillAtGateway(t: TestContext): Promise<string> {
  const testGateway = await startTestGateway();
  t.after(() => testGateway.stop());
  return till(testGateway.uri(), testGateway.uri('pac', { token: 'wrong' }));
}

export const imported = {
  'an ES module': { file: 'till.mjs', head: "import { connect } from '@tillgate/client';" },
  CommonJS: { file: 'till.cjs', head: "const { connect } = require('@tillgate/client');" },
};
