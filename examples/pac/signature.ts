// Sales with a signature: the card machine prints a copy, the customer signs it, staff compare it with the
// card, and the till sends their answer.
// Run `npm start` in one shell, and in another: npx node examples/pac/signature.ts

import assert from 'node:assert/strict';
import type { Outcome } from '@tillgate/client';
import { connect } from '@tillgate/client';
import { address } from '../gateway-address.ts';
import { receiptText } from '../receipt-text.ts';

const till = await connect({ uri: address });

const accepted = await takeSigned(4200, true);
assert.equal(accepted.outcome, 'approved');

// A rejected signature: the card machine reverses the payment, so no money was taken.
const rejected = await takeSigned(9900, false);
assert.equal(rejected.outcome, 'void');

till.close();

async function takeSigned(amount: number, staffSay: boolean): Promise<Outcome> {
  const outcome = await till.sale(
    { tid: 'VCMINVLSIS0', currency: 'GBP', amount },
    {
      // A real till shows the question with two buttons and returns a promise of the answer. Without an
      // answer within `timeout` seconds the site's setting decides.
      onSignature: (question) => {
        console.log(receiptText(question.receiptLines.MERCHANT));
        console.log(`Does the signature match? (${question.timeout} s to answer)`);
        console.log(staffSay ? 'Staff: yes' : 'Staff: no');
        return staffSay;
      },
    },
  );
  console.log(`=> ${outcome.outcome}\n`);
  return outcome;
}
