// A sale of 12.34 with the SDK, on a virtual card machine that simulates chip and PIN.
// Run `npm start` in one shell, and in another: npx node examples/pac/sale.ts

import assert from 'node:assert/strict';
import { connect } from '@tillgate/client';
import { address } from '../gateway-address.ts';
import { receiptText } from '../receipt-text.ts';

const till = await connect({ uri: address });

// Amounts are integers in pence: a float such as 12.34 is refused before anything is sent.
const sale = till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });

// For the screen only. Even APPROVED does not pay the bill; the outcome does.
for await (const value of sale.progress) console.log(`card machine: ${value}`);

const outcome = await sale;
switch (outcome.outcome) {
  case 'approved':
    console.log(`approved, auth code ${outcome.payment.authCode}`);
    console.log(receiptText(outcome.payment.receiptLines.CUSTOMER));
    break;
  case 'declined':
  case 'cancelled':
  case 'void':
  case 'unsuccessful':
    console.log(`${outcome.outcome}: no money was taken, offer another means of payment`);
    break;
  case 'unknown':
    // Do not repeat the payment yet. lost-connection.ts shows what to do.
    console.log(outcome.advice);
    break;
}
till.close();

assert.equal(outcome.outcome, 'approved');
assert.equal(outcome.payment.amountTotal, 1234);
