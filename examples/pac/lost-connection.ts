// The worst moment: the line drops while the customer pays. The card machine goes on, the gateway
// writes down how it ended, and the till finds out without ever taking the payment twice.
// Run `npm start` in one shell, and in another: npx node examples/pac/lost-connection.ts

import assert from 'node:assert/strict';
import { connect } from '@tillgate/client';
import { address } from '../address.ts';
import { cableTo } from '../cable.ts';

const cable = await cableTo(address);
const till = await connect({
  uri: cable.address,
  // Under its name the gateway knows a till again and sends it what it missed. Each till of a site
  // needs its own; one left out is made up for as long as the program runs.
  eposId: 'TILL-3',
  onState: ({ state }) => console.log(`line: ${state}`),
});

const sale = till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1999 });
for await (const value of sale.progress) {
  console.log(`card machine: ${value}`);
  if (value === 'PRESENT_CARD') {
    console.log('Somebody pulls the plug.');
    cable.pull();
  }
}

const outcome = await sale;
assert.equal(outcome.outcome, 'unknown');
console.log(`unknown (${outcome.reason}): ${outcome.advice}`);

console.log('Somebody puts the plug back.');
cable.plugIn();

// It only asks: waits for the line, then for the result, and compares the machine's last payment if
// none comes. It may stay unknown, and then staff look at the card machine.
const resolved = await outcome.resolve();
console.log(`resolved: ${resolved.outcome}`);
assert.equal(resolved.outcome, 'approved');

// The machine's own last payment says the same, and there is only one.
const last = await till.duplicate({ tid: 'VCMINVLSIP0' });
assert.equal(last.transactionId, resolved.payment.transactionId);
assert.equal(last.amountTotal, 1999);

till.close();
cable.close();
