// A sale of 12.34 on a virtual card machine that plays chip and PIN, with the SDK.
// Run `npm start` in one shell, and in another: npx node examples/pac/sale.ts

import assert from 'node:assert/strict';
import { connect } from '@tillgate/client';
import { address } from '../address.ts';
import { paper } from '../paper.ts';

const till = await connect({ uri: address });

// Amounts are whole pence: 12.34 as a float would be refused before anything is sent.
const sale = till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });

// For the screen only. Even APPROVED does not pay the bill; the outcome does.
for await (const value of sale.progress) console.log(`card machine: ${value}`);

const outcome = await sale;
switch (outcome.outcome) {
  case 'approved':
    console.log(`approved, auth code ${outcome.payment.authCode}`);
    console.log(paper(outcome.payment.receiptLines.CUSTOMER));
    break;
  case 'declined':
  case 'cancelled':
  case 'void':
  case 'unsuccessful':
    console.log(`${outcome.outcome}: no money was taken, offer other means`);
    break;
  case 'unknown':
    // Never take it again yet. See lost-connection.ts for what to do.
    console.log(outcome.advice);
    break;
}
till.close();

assert.equal(outcome.outcome, 'approved');
assert.equal(outcome.payment.amountTotal, 1234);
