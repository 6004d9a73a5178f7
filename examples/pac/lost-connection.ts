// The connection drops during a payment. The card machine goes on, the gateway journals the outcome, and
// the till finds it out without taking the payment twice.
// Run `npm start` in one shell, and in another: npx node examples/pac/lost-connection.ts

import assert from 'node:assert/strict';
import { connect } from '@tillgate/client';
import { address } from '../gateway-address.ts';
import { startTcpProxy } from '../tcp-proxy.ts';

const network = await startTcpProxy(address);
const till = await connect({
  uri: network.address,
  // The gateway identifies a till by its eposId after a reconnect and sends it what it missed. Each till of
  // a site needs its own; without one the SDK generates one for as long as the program runs.
  eposId: 'TILL-3',
  onState: ({ state }) => console.log(`connection: ${state}`),
});

const sale = till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1999 });
for await (const value of sale.progress) {
  console.log(`card machine: ${value}`);
  if (value === 'PRESENT_CARD') {
    console.log('The network cable is unplugged.');
    network.disconnect();
  }
}

const outcome = await sale;
assert.equal(outcome.outcome, 'unknown');
console.log(`unknown (${outcome.reason}): ${outcome.advice}`);

console.log('The network cable is plugged in again.');
network.reconnect();

// `resolve()` never starts a payment: it waits for the connection, then for the result, and compares the
// machine's last payment if none comes. If the outcome stays unknown, staff check the card machine.
const resolved = await outcome.resolve();
console.log(`resolved: ${resolved.outcome}`);
assert.equal(resolved.outcome, 'approved');

// The machine's own last payment is the same, so there is only one.
const last = await till.duplicate({ tid: 'VCMINVLSIP0' });
assert.equal(last.transactionId, resolved.payment.transactionId);
assert.equal(last.amountTotal, 1999);

till.close();
network.close();
