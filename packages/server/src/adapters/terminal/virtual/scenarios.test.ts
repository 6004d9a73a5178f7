// The scenarios of a virtual card machine beside the letters of its TID [C-10.24].

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import type { TransactionOrder } from '../../../ports/terminal-driver.ts';
import { openRecorded, saleOrder } from '../../../testing/terminal-driver-contract-kit.ts';
import type { VirtualBenchOptions } from '../../../testing/virtual-bench.ts';
import { virtualBench } from '../../../testing/virtual-bench.ts';

/** A machine in a scenario, with its reports; signatures are accepted. */
function play(scenario: api.VirtualScenario, tid: string, setting: VirtualBenchOptions = {}) {
  const bench = virtualBench(setting);
  bench.driver.behave(bench.site, tid, { scenario });
  const watched = openRecorded(bench, tid, (report) => {
    if (report.kind === 'signatureWanted') {
      watched.terminal.answerSignature(report.order, true, false);
    }
  });
  return { ...bench, ...watched };
}

/** What one order showed and how it ended within 61 s of one that started. */
async function playOrder(
  scenario: api.VirtualScenario,
  tid: string,
  order: Partial<TransactionOrder> = {},
) {
  const machine = play(scenario, tid);
  machine.terminal.start(saleOrder('a', order));
  await machine.clock.advance(70_000);
  const [outcome] = machine.outcomes();
  return { ...machine, values: machine.shown().join(' '), outcome };
}

const BANK = 'CONNECTING CONNECTION_MADE';

describe('card-left-in', () => {
  for (const [tid, answer, result] of [
    ['VCMSIP0', 'APPROVED', 'SUCCESSFUL'],
    ['VCMSCD0', 'APPROVED', 'SUCCESSFUL'],
    ['VCMSIS0', 'APPROVED', 'SUCCESSFUL'],
    ['VCMDIP0', 'DECLINED', 'DECLINED'],
  ] as const) {
    test(`${tid} is silent after ${answer} and REMOVE_CARD, and ends ${result} only after the gateway gave up`, async () => {
      const { terminal, clock, shown, outcomes } = play('card-left-in', tid);
      terminal.start(saleOrder('a'));
      await clock.advance(600_000);
      assert.deepEqual(shown().slice(-2), [answer, 'REMOVE_CARD']);
      assert.deepEqual(outcomes(), []);
      assert.deepEqual(await terminal.lastOrder('a'), { status: 'running' });
      await clock.advance(9_000);
      assert.deepEqual(outcomes(), []);
      await clock.advance(2_000);
      const [outcome] = outcomes();
      assert.deepEqual(
        [outcome?.transactionResult, outcome?.card.paymentMethod],
        [result, 'ICC_CHIP'],
      );
      assert.equal(shown().at(-1), 'REMOVE_CARD');
    });
  }

  test('the machine that lost its power with the card in reports the outcome when asked', async () => {
    const { terminal, clock, driver, site } = play('card-left-in', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(60_000);
    terminal.close();
    const again = openRecorded({ driver, site }, 'VCMSIP0');
    const last = await again.terminal.lastOrder('a');
    assert.equal(last.status === 'outcome' && last.outcome.transactionResult, 'SUCCESSFUL');
  });

  test('a transaction with the card left in cannot be cancelled', async () => {
    const { terminal, clock, reports } = play('card-left-in', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(60_000);
    terminal.cancel('a');
    await clock.advance(0);
    assert.deepEqual(reports.at(-1), { kind: 'cancelDecided', order: 'a', cancelled: false });
  });
});

test('early-remove-card shows REMOVE_CARD before the outcome, and not after it', async () => {
  for (const [tid, pin] of [
    ['VCMSCD0', ''],
    ['VCMSIP0', 'PIN_ENTRY PLEASE_WAIT '],
  ] as const) {
    const { values, outcome } = await playOrder('early-remove-card', tid);
    assert.equal(values, `PRESENT_CARD REMOVE_CARD PLEASE_WAIT ${pin}${BANK} APPROVED`);
    assert.equal(outcome?.transactionResult, 'SUCCESSFUL');
  }
});

test('newer-machine shows only the eleven values of newer machines, whatever the letters', async () => {
  const eleven =
    'APPROVED DECLINED INSERT_CARD PIN_ENTRY PLEASE_WAIT PRESENT_CARD PRESENT_ONLY_ONE_CARD ' +
    'REMOVE_CARD CARD_NOT_SUPPORTED CARD_ERROR RE_PRESENT_CARD';
  for (const letters of ['SIP', 'DIP', 'SIS', 'UIP', 'SCD', 'VIS', 'DIS', 'SKN', 'CIP']) {
    const { shown, outcome } = await playOrder('newer-machine', `VCM${letters}0`);
    for (const value of shown()) assert.ok(eleven.split(' ').includes(value), value);
    assert.ok(outcome, letters);
  }
  const { values } = await playOrder('newer-machine', 'VCMSIP0');
  assert.equal(values, 'PRESENT_CARD PLEASE_WAIT PIN_ENTRY PLEASE_WAIT APPROVED REMOVE_CARD');
});

test('merchant-copy-only prints no copy for the customer, also when asked for the last order', async () => {
  const { outcome, terminal, driver, site } = await playOrder('merchant-copy-only', 'VCMSIP0');
  assert.deepEqual(Object.keys(outcome?.receiptLines ?? {}), ['MERCHANT']);
  terminal.close();
  const last = await openRecorded({ driver, site }, 'VCMSIP0').terminal.lastOrder('a');
  assert.deepEqual(last, { status: 'outcome', outcome });
});

describe('no-card', () => {
  test('the machine cancels when no card was presented for a minute', async () => {
    const { terminal, clock, outcomes, shown } = play('no-card', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(60_900);
    assert.deepEqual([shown(), outcomes().length], [['PRESENT_CARD'], 0]);
    await clock.advance(200);
    assert.equal(outcomes()[0]?.transactionResult, 'CANCELLED');
    assert.deepEqual(shown(), ['PRESENT_CARD']);
  });

  test('the till can cancel meanwhile', async () => {
    const { terminal, clock, outcomes, reports } = play('no-card', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(30_000);
    terminal.cancel('a');
    await clock.advance(1_000);
    assert.ok(reports.some((report) => report.kind === 'cancelDecided' && report.cancelled));
    assert.equal(outcomes()[0]?.transactionResult, 'CANCELLED');
  });

  test('a cardholder who is not present pays as usual', async () => {
    const { outcome } = await playOrder('no-card', 'VCMSIP0', { cardholderNotPresent: true });
    assert.equal(outcome?.transactionResult, 'SUCCESSFUL');
  });
});

describe('gratuity-first', () => {
  test('the customer is asked before the card, nothing tells of it, and the gratuity is in the outcome', async () => {
    const { terminal, clock, shown, outcomes } = play('gratuity-first', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(5_000);
    assert.deepEqual(shown(), []);
    await clock.advance(60_000);
    assert.equal(shown()[0], 'PRESENT_CARD');
    assert.equal(outcomes()[0]?.amountGratuity, 125);
  });

  test('the gratuity of the settings of the machine is kept, and a refund is not asked', async () => {
    const terminals = { VCMSIP0: { gratuity: 300 } };
    const { terminal, clock, outcomes } = play('gratuity-first', 'VCMSIP0', { terminals });
    terminal.start(saleOrder('a'));
    await clock.advance(60_000);
    terminal.start(saleOrder('b', { transactionType: 'REFUND' }));
    await clock.advance(60_000);
    assert.deepEqual(
      outcomes().map(({ amountGratuity }) => amountGratuity),
      [300, 0],
    );
  });

  test('the till can cancel while the customer is asked', async () => {
    const { terminal, clock, outcomes } = play('gratuity-first', 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await clock.advance(3_000);
    terminal.cancel('a');
    await clock.advance(1_000);
    assert.equal(outcomes()[0]?.transactionResult, 'CANCELLED');
  });
});

test('no-cashback takes the sale without the cashback that was requested', async () => {
  const { outcome } = await playOrder('no-cashback', 'VCMSIP0', { amountCashback: 1000 });
  assert.deepEqual([outcome?.transactionResult, outcome?.amountCashback], ['SUCCESSFUL', 0]);
});

describe('standalone', () => {
  test('the machine disconnects, and connects when the mode is left', () => {
    const { driver, site, reports } = play('standalone', 'VCMSIP0');
    const kinds = () => reports.map(({ kind }) => kind);
    assert.deepEqual(kinds(), []);
    driver.behave(site, 'VCMSIP0', {});
    driver.behave(site, 'VCMSIP0', { scenario: 'standalone' });
    driver.behave(site, 'VCMSIP0', { scenario: 'standalone', pace: 10 });
    assert.deepEqual(kinds(), ['connected', 'disconnected']);
  });

  test('a transaction in progress ends first', async () => {
    const bench = virtualBench();
    const { terminal, reports } = openRecorded(bench, 'VCMSIP0');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(2_000);
    bench.driver.behave(bench.site, 'VCMSIP0', { scenario: 'standalone' });
    await bench.clock.advance(60_000);
    assert.deepEqual(
      reports.map(({ kind }) => kind).filter((kind) => kind !== 'showing'),
      ['connected', 'finished', 'disconnected'],
    );
  });
});

test('every scenario ends or times out with every combination of letters, at every pace', async () => {
  for (const scenario of Object.keys(api.virtualScenarios) as api.VirtualScenario[]) {
    for (const letters of lettersOf('SDUTCV', 'SCIK', 'SDPN')) {
      const { terminal, clock, outcomes } = play(scenario, `VCM${letters}0`, { pace: 'instant' });
      if (scenario === 'standalone') continue;
      terminal.start(saleOrder('a', { amountCashback: 500 }));
      await clock.advance(1_000);
      await terminal.lastOrder('a');
      await clock.advance(1_000);
      const isLost = letters.startsWith('T') && scenario !== 'no-card';
      assert.equal(outcomes().length, isLost ? 0 : 1, `${scenario} ${letters}`);
    }
  }
});

function lettersOf(...places: readonly string[]): readonly string[] {
  return places.reduce<readonly string[]>(
    (before, place) => before.flatMap((start) => [...place].map((letter) => start + letter)),
    [''],
  );
}
