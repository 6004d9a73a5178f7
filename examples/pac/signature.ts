// Sales for which the customer signs: the card machine prints a copy, the customer signs it, staff
// compare it with the card, and the till passes on their word.
// Run `npm start` in one shell, and in another: npx node examples/pac/signature.ts

import assert from 'node:assert/strict';
import type { Outcome } from '@tillgate/client';
import { connect } from '@tillgate/client';
import { address } from '../address.ts';
import { paper } from '../paper.ts';

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
      // A real till shows the question with two buttons and gives a promise of the answer. If none
      // comes in `timeout` seconds, the gateway decides by the site's setting.
      onSignature: (question) => {
        console.log(paper(question.receiptLines.MERCHANT));
        console.log(`Does the signature match? (${question.timeout} s to answer)`);
        console.log(staffSay ? 'Staff: yes' : 'Staff: no');
        return staffSay;
      },
    },
  );
  console.log(`=> ${outcome.outcome}\n`);
  return outcome;
}
