import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRecorded, saleOrder } from '../../../testing/terminal-driver-contract-kit.ts';
import { runOrders, virtualBench } from '../../../testing/virtual-bench.ts';

const CHIP_AND_PIN = 'PRESENT_CARD PLEASE_WAIT PIN_ENTRY PLEASE_WAIT CONNECTING';

describe('the six documented machines show exactly their values [C-10.12]', () => {
  const table = {
    VCMINVLSIP0: [
      `${CHIP_AND_PIN} CONNECTION_MADE APPROVED REMOVE_CARD`,
      'SUCCESSFUL ICC_CHIP PIN',
    ],
    VCMINVLDIP0: [`${CHIP_AND_PIN} CONNECTION_MADE DECLINED REMOVE_CARD`, 'DECLINED ICC_CHIP PIN'],
    VCMINVLSCD0: [
      'PRESENT_CARD PLEASE_WAIT CONNECTING CONNECTION_MADE APPROVED',
      'SUCCESSFUL CONTACTLESS DEVICE',
    ],
    VCMINVLSIS0: [
      'PRESENT_CARD PLEASE_WAIT CONNECTING CONNECTION_MADE ' +
        'SIGNATURE_VERIFICATION_PROCESS_COMPLETED APPROVED REMOVE_CARD',
      'SUCCESSFUL ICC_CHIP SIGNATURE',
    ],
    VCMINVLUIP0: [`${CHIP_AND_PIN} PROCESSING_ERROR REMOVE_CARD`, 'UNSUCCESSFUL ICC_CHIP PIN'],
    VCMINVLTIP0: ['PRESENT_CARD PLEASE_WAIT', ''],
  };
  for (const [tid, [values, end]] of Object.entries(table)) {
    test(`${tid} shows its values and ends ${end || 'in silence'}`, async () => {
      const { shown, outcomes } = await runOrders(tid, [saleOrder('a')]);
      assert.equal(shown().join(' '), values);
      const ends = outcomes().map(({ transactionResult: result, card }) =>
        [result, card.paymentMethod, card.cardholderVerificationMethod].join(' '),
      );
      assert.equal(ends.join(), end);
    });
  }
});

test('every combination of letters shows the values of its letters [C-10.4, C-10.6]', async () => {
  for (const result of 'SDUTCV') {
    for (const reading of 'SCIK') {
      for (const verification of 'SDPN') {
        const tid = `VCM${result}${reading}${verification}0`;
        const { shown, outcomes } = await runOrders(tid, [saleOrder('a')], { pace: 'instant' });
        assert.equal(shown().join(' '), valuesOf(result, reading, verification).join(' '), tid);
        assert.equal(outcomes().length, result === 'T' ? 0 : 1, tid);
      }
    }
  }
});

/** The table of [C-10.6], row by row. */
function valuesOf(result: string, reading: string, verification: string): readonly string[] {
  const reads = reading === 'K' ? ['PLEASE_WAIT'] : ['PRESENT_CARD', 'PLEASE_WAIT'];
  if (result === 'C') return reads.slice(0, 1);
  if (result === 'T') return reads;
  const signs = verification === 'S' && result !== 'U';
  return [
    ...reads,
    ...(verification === 'P' ? ['PIN_ENTRY', 'PLEASE_WAIT'] : []),
    'CONNECTING',
    result === 'U' ? 'PROCESSING_ERROR' : 'CONNECTION_MADE',
    ...(signs ? ['SIGNATURE_VERIFICATION_PROCESS_COMPLETED'] : []),
    ...(result === 'S' ? ['APPROVED'] : []),
    ...(result === 'D' ? ['DECLINED'] : []),
    ...(reading === 'I' ? ['REMOVE_CARD'] : []),
  ];
}

describe('order and settings change the values', () => {
  test('a cardholder who is not present is keyed in and not verified [C-10.5]', async () => {
    const order = saleOrder('a', { cardholderNotPresent: true });
    const { shown, outcomes } = await runOrders('VCMINVLSIP0', [order]);
    assert.equal(shown().join(' '), 'PLEASE_WAIT CONNECTING CONNECTION_MADE APPROVED');
    const card = outcomes()[0]?.card;
    assert.deepEqual([card?.paymentMethod, card?.cardholderVerificationMethod], ['KEYED', 'NONE']);
  });

  test('cashback is entered after the card, at a machine with that setting, if the till cannot request it', async () => {
    const terminals = { VCMSIP0: { cashback: 500, gratuity: 100 } };
    const orders = [
      saleOrder('a', { mayEnterCashback: true }),
      saleOrder('b', { amountCashback: 1000 }),
      saleOrder('c'),
    ];
    const { shown, outcomes } = await runOrders('VCMSIP0', orders, { terminals });
    const before = ['PRESENT_CARD', 'PLEASE_WAIT', 'ENTER_CASHBACK', 'PIN_ENTRY'];
    assert.deepEqual(shown().slice(0, 4), before);
    assert.equal(shown().filter((value) => value === 'ENTER_CASHBACK').length, 1);
    assert.deepEqual(
      outcomes().map((outcome) => [outcome.amountCashback, outcome.amountGratuity]),
      [
        [500, 100],
        [1000, 100],
        [0, 100],
      ],
    );
  });

  test('variant 1 adds a gratuity of 10 % to a sale, variants 0 and 2 add none [C-10.1]', async () => {
    const table = { tableId: '12', amountGratuity: 0 };
    const orders = [
      saleOrder('a', { amount: 1255 }),
      saleOrder('b', { transactionType: 'REFUND' }),
      saleOrder('c', { table }),
    ];
    for (const [tid, added] of [
      ['VCMSIP0', [0, 0, 0]],
      ['VCMSIP1', [126, 0, 0]],
      ['VCMSIP2', [0, 0, 0]],
      ['VCMDIP1', [0, 0, 0]],
    ] as const) {
      const { outcomes } = await runOrders(tid, orders);
      const gratuities = outcomes().map(({ amountGratuity }) => amountGratuity);
      assert.deepEqual(gratuities, added, tid);
    }
    const terminals = { VCMSIP1: { gratuity: 200 } };
    const { outcomes } = await runOrders('VCMSIP1', [saleOrder('a')], { terminals });
    assert.equal(outcomes()[0]?.amountGratuity, 200);
  });

  test('a machine of VCM…DIS0 asks for a signature and declines, whatever the answer [C-10.6]', async () => {
    for (const [accepted, unanswered] of [
      [true, false],
      [false, false],
      [true, true],
    ] as const) {
      const bench = virtualBench();
      const { terminal, shown, outcomes, reports } = openRecorded(bench, 'VCMINVLDIS0');
      terminal.start(saleOrder('a'));
      await bench.clock.advance(60_000);
      const wanted = reports.find((report) => report.kind === 'signatureWanted')?.wanted;
      const lines = wanted?.merchantReceipt ?? [];
      assert.ok(lines.some(({ value }) => value.includes('SIGN BELOW')));
      assert.ok(lines.every(({ type }) => type !== 'BOX_DECLINE'));
      terminal.answerSignature('a', accepted, unanswered);
      await bench.clock.advance(60_000);
      assert.deepEqual(shown().slice(-2), ['DECLINED', 'REMOVE_CARD']);
      const [outcome] = outcomes();
      assert.equal(outcome?.transactionResult, 'DECLINED');
      assert.equal(outcome?.card.cardholderVerificationMethod, 'SIGNATURE');
      assert.equal(outcome?.card.authCode, '');
    }
  });

  test('an unsuccessful payment has no cashback and only the card data read so far', async () => {
    const order = saleOrder('a', { amountCashback: 1000 });
    for (const [tid, authCode, verification] of [
      ['VCMDIP0', false, 'PIN'],
      ['VCMUIS0', false, 'NONE'],
      ['VCMDSS0', false, 'SIGNATURE'],
      ['VCMVIP0', true, 'PIN'],
      ['VCMVIS0', true, 'SIGNATURE'],
      ['VCMCIP0', false, 'UNKNOWN'],
    ] as const) {
      const [outcome] = (await runOrders(tid, [order])).outcomes();
      assert.equal(outcome?.amountCashback, 0, tid);
      assert.equal(outcome?.card.authCode !== '', authCode, tid);
      assert.equal(outcome?.card.cardholderVerificationMethod, verification, tid);
    }
  });

  test('a sale with a rejected signature ends VOID, and an unanswered one is not confirmed [C-7.4, C-7.5]', async () => {
    for (const [accepted, unanswered, tail] of [
      [false, false, 'SIGNATURE_VERIFICATION_PROCESS_COMPLETED REMOVE_CARD VOID'],
      [true, true, 'APPROVED REMOVE_CARD SUCCESSFUL'],
      [false, true, 'REMOVE_CARD VOID'],
    ] as const) {
      const bench = virtualBench();
      const { terminal, shown, outcomes } = openRecorded(bench, 'VCMINVLSIS0');
      terminal.start(saleOrder('a'));
      await bench.clock.advance(60_000);
      const before = shown().length;
      terminal.answerSignature('a', accepted, unanswered);
      await bench.clock.advance(60_000);
      const steps = [...shown().slice(before), outcomes()[0]?.transactionResult];
      assert.equal(steps.join(' '), tail);
    }
  });
});

describe('the cancel of a sale [C-10.8]', () => {
  const cases = [
    ['VCMINVLSIP0', 'PRESENT_CARD', true],
    ['VCMINVLSIP0', 'PLEASE_WAIT', false],
    ['VCMSKN0', 'PLEASE_WAIT', true],
    ['VCMSKN0', 'CONNECTING', false],
    ['VCMSIS0', 'CONNECTION_MADE', false],
  ] as const;
  for (const [tid, value, works] of cases) {
    test(`a sale on ${tid} ${works ? 'can' : 'cannot'} be cancelled at ${value}`, async () => {
      const bench = virtualBench({ pace: 'instant' });
      const watched = openRecorded(bench, tid, (report) => {
        if (report.kind === 'showing' && report.value === value) watched.terminal.cancel('a');
      });
      watched.terminal.start(saleOrder('a'));
      await bench.clock.advance(1000);
      const decided = watched.reports.filter(({ kind }) => kind === 'cancelDecided');
      assert.deepEqual(decided[0], { kind: 'cancelDecided', order: 'a', cancelled: works });
      assert.equal(watched.shown().at(-1) === value, works || value === 'CONNECTION_MADE');
    });
  }
});
