// A linked card machine: the messages it gets and sends, order by order, with a scripted gateway.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkEvent, LinkOutcome } from '@tillgate/protocol';
import { linkEvents } from '@tillgate/protocol';
import { Counter, HandMachine, linked, profile, sale, selling } from '../testing/link-script.ts';
import type { PlayedOutcome } from './machine.ts';

const finishedWith = (result: string, told: readonly LinkEvent[]) => {
  const last = told.at(-1);
  assert.ok(last?.method === 'finished');
  assert.equal(last.params.outcome.transactionResult, result);
  assert.deepEqual(linkEvents.finished.message.violations({ jsonrpc: '2.0', ...last }), []);
  return last.params.outcome;
};

describe('a linked card machine', () => {
  test('hello is the first message on every connection [C-13.6]', async () => {
    const { gateway } = await linked();
    assert.equal(gateway.connection.uri, 'wss://shop1.pay.example/terminal?token=key&tid=12345678');
    const hello = await gateway.connection.next('hello');
    assert.deepEqual(hello, { jsonrpc: '2.0', method: 'hello', params: profile });
    await gateway.connection.cut();
    const again = await gateway.reconnect();
    assert.deepEqual(await again.next('hello'), hello);
    assert.equal(gateway.connections.length, 2);
  });

  test('an order is saved, answered, then started, and its outcome is sent once [C-13.9]', async () => {
    const { machine, counter, taken } = await selling();
    assert.deepEqual(taken.result, {});
    assert.deepEqual(machine.started, [sale]);
    assert.equal(machine.memory.kept?.state, 'taken');
    machine.screen.show('PRESENT_CARD');
    await machine.screen.commit();
    assert.equal(machine.memory.kept?.state, 'committed');
    const receiptLines = { MERCHANT: [{ value: 'TOTAL' }], CUSTOMER: [{ value: 'TOTAL' }] };
    const card = { authCode: 'Q7M2K4', cardSchemeName: 'VISA' };
    await machine.ends({ transactionResult: 'SUCCESSFUL', card, receiptLines });
    const told = counter.told();
    assert.deepEqual(
      told.map(({ method }) => method),
      ['showing', 'finished'],
    );
    const outcome = finishedWith('SUCCESSFUL', told);
    assert.equal(outcome.card.authCode, 'Q7M2K4');
    assert.deepEqual(outcome.receiptLines, receiptLines);
    assert.deepEqual(await counter.last(), { knows: 'outcome', outcome });
  });

  test('an order that arrives twice is started once [C-13.9]', async () => {
    const { machine, counter } = await selling();
    assert.deepEqual((await counter.start()).result, {});
    await machine.screen.commit();
    await machine.ends();
    finishedWith('SUCCESSFUL', counter.told());
    assert.deepEqual((await counter.start()).result, {});
    assert.equal(machine.started.length, 1);
    assert.deepEqual(counter.told(), []);
  });

  test('a second order during the first is refused [C-13.9]', async () => {
    const { machine, counter } = await selling();
    const other = { ...sale, id: 'shop1/12345678/43' };
    assert.equal((await counter.start(other)).error.code, -32071);
    const report = { id: 'shop1/12345678/44', reportType: 'X_BALANCE' };
    assert.equal((await counter.ask('startReport', { order: report })).error.code, -32071);
    await machine.ends({ transactionResult: 'DECLINED' });
    assert.deepEqual((await counter.start(other)).result, {});
    assert.deepEqual(machine.started, [sale, other]);
  });

  test('an order that cannot be saved is refused and not started [C-13.9]', async () => {
    const machine = new HandMachine();
    const { gateway } = await linked(machine);
    const counter = new Counter(gateway);
    machine.memory.failures.push(new Error('The disk is full.'));
    assert.equal((await counter.start()).error.code, -32603);
    assert.deepEqual(machine.started, []);
    assert.deepEqual(gateway.warned, ['memoryFailed']);
    assert.deepEqual(await counter.last(), { knows: 'nothing' });
    assert.deepEqual((await counter.start()).result, {});
  });

  test('an order whose acceptance could not be sent is not started [C-13.9]', async () => {
    const machine = new HandMachine();
    const kept = Promise.withResolvers<void>();
    const { memory } = machine;
    const slow = {
      load: () => memory.load(),
      save: async (order: Parameters<typeof memory.save>[0]) => {
        await kept.promise;
        memory.save(order);
      },
    };
    const parts = { ...machine, start: machine.start.bind(machine), report: () => ({}) };
    const { gateway } = await linked({ ...parts, memory: slow });
    const counter = new Counter(gateway);
    assert.equal(await counter.start(), undefined);
    await gateway.connection.cut();
    kept.resolve();
    await gateway.reconnect();
    assert.deepEqual(machine.started, []);
    assert.equal((await counter.last()).outcome.transactionResult, 'UNSUCCESSFUL');
  });

  test('messages that do not belong to the link are refused and change nothing', async () => {
    const { machine, gateway, counter } = await selling();
    assert.equal((await counter.ask('sale', {})).error.code, -32601);
    const faulty = await counter.ask('start', { order: { ...sale, amount: '12.50' } });
    assert.equal(faulty.error.code, -32602);
    assert.equal(faulty.error.data.errors[0].path, '/params/order/amount');
    await counter.line.say({ method: 'cancel', params: {} });
    assert.equal(machine.screen.cancel.aborted, false);
    await counter.line.say({ error: { code: -32602, message: 'Invalid params for showing.' } });
    assert.deepEqual(gateway.warned, ['badMessage', 'strayAnswer']);
    const newer = { ...sale, id: 'n', colour: 'red' };
    await machine.ends({ transactionResult: 'DECLINED' });
    assert.deepEqual((await counter.start(newer as never)).result, {});
    assert.equal(gateway.warned.at(-1), 'unknownKeys');
  });
});

describe('a report of a linked card machine', () => {
  const order = { id: 'shop1/12345678/50', reportType: 'X_BALANCE' } as const;

  test('a report is sent once and saved [C-13.10]', async () => {
    const machine = new HandMachine();
    const { gateway } = await linked(machine);
    const counter = new Counter(gateway);
    assert.deepEqual((await counter.ask('startReport', { order })).result, {});
    const [told] = counter.told();
    assert.ok(told?.method === 'reported');
    assert.deepEqual(linkEvents.reported.message.violations({ jsonrpc: '2.0', ...told }), []);
    assert.deepEqual(await counter.last(order.id), {
      knows: 'report',
      result: told.params.result,
    });
    assert.deepEqual((await counter.ask('startReport', { order })).result, {});
    assert.deepEqual(counter.told(), []);
  });

  test('after a report that fails the gateway asks at once and is answered that there is none', async () => {
    const machine = new HandMachine();
    const report = () => {
      throw new Error('No totals.');
    };
    const { profile: can, memory } = machine;
    const { gateway } = await linked({ profile: can, memory, start: () => assert.fail(), report });
    const counter = new Counter(gateway);
    await gateway.connection.next('hello');
    await counter.ask('startReport', { order });
    await gateway.connection.next('hello');
    assert.deepEqual(await counter.last(order.id), { knows: 'nothing' });
    assert.deepEqual(gateway.warned, ['machineFailed']);
  });
});

describe('the outcome that a card machine sends', () => {
  async function told(given: PlayedOutcome, order = sale) {
    const { machine, gateway, counter } = await selling(order);
    await machine.screen.commit();
    await machine.ends(given);
    const { transactionResult } = given;
    const outcome = finishedWith(transactionResult, counter.told());
    const kept = machine.memory.kept as { outcome?: LinkOutcome };
    assert.deepEqual(kept.outcome, outcome, 'what is told is what is kept');
    return { outcome, warned: gateway.warned, warnings: gateway.warnings };
  }

  test('absent amounts are those of the order if money was taken, and zero otherwise', async () => {
    const table = { tableId: '12A', amountGratuity: 300 };
    const order = { ...sale, amountCashback: 1000, table };
    const { outcome, warned } = await told({ transactionResult: 'SUCCESSFUL' }, order);
    assert.deepEqual([outcome.amountCashback, outcome.amountGratuity], [1000, 300]);
    assert.match(outcome.transactionTime, /^2026-03-14T\d\d:00:00$/);
    assert.deepEqual(warned, []);
    const declined = await told({ transactionResult: 'DECLINED' }, order);
    const { amountCashback, amountGratuity } = declined.outcome;
    assert.deepEqual([amountCashback, amountGratuity], [0, 0]);
  });

  test('an outcome keeps its result when invalid values are left out', async () => {
    const { outcome, warned, warnings } = await told({
      transactionResult: 'SUCCESSFUL',
      transactionId: 'x'.repeat(65),
      transactionNumber: '0042',
      amountGratuity: 1.5,
      card: { cardSchemeName: 'VISA', dateOfExpiry: 'soon', authCode: 7 as never },
      receiptLines: { CUSTOMER: [{ value: 5 as never }] },
      ...{ colour: 'red' },
    });
    assert.deepEqual(warned, ['machineFailed']);
    assert.match(warnings[0]?.message ?? '', /dateOfExpiry/);
    assert.equal(outcome.transactionNumber, '0042');
    assert.equal(outcome.card.cardSchemeName, 'VISA');
    const { transactionId, amountGratuity, card, receiptLines } = outcome;
    const { dateOfExpiry, authCode } = card;
    assert.deepEqual([transactionId, amountGratuity, dateOfExpiry, authCode], ['', 0, '', '']);
    assert.deepEqual(receiptLines, {});
  });

  test('a receipt that is too long for a message is left out, and the payment is sent [C-13.4]', async () => {
    const CUSTOMER = Array.from({ length: 9_000 }, () => ({ value: 'x'.repeat(24) }));
    const { outcome, warned } = await told({
      transactionResult: 'SUCCESSFUL',
      transactionNumber: '0042',
      receiptLines: { CUSTOMER },
    });
    assert.deepEqual(outcome.receiptLines, {});
    assert.equal(outcome.transactionNumber, '0042');
    assert.deepEqual(warned, ['machineFailed']);
  });

  test('no card number is sent or saved [C-12.21]', async () => {
    const number = '4111111111111111';
    const { outcome } = await told({
      transactionResult: 'SUCCESSFUL',
      card: { primaryAccountNumber: number },
      receiptLines: { MERCHANT: [{ value: `CARD ${number}` }] },
    });
    assert.equal(outcome.card.primaryAccountNumber, '************1111');
    assert.ok(!JSON.stringify(outcome).includes(number));
    const short = await told({
      transactionResult: 'SUCCESSFUL',
      card: { primaryAccountNumber: '5000000000000' },
    });
    assert.equal(short.outcome.card.primaryAccountNumber, '*********0000');
  });

  test('C-13.20 a space stands for a control character, so that the outcome is not refused', async () => {
    const { outcome, warned } = await told({
      transactionResult: 'SUCCESSFUL',
      card: { authCode: 'Q7\u009b4' },
      receiptLines: { MERCHANT: [{ value: 'TOTAL\tGBP12.50\u202e' }] },
    });
    assert.equal(outcome.card.authCode, 'Q7 4');
    assert.deepEqual(outcome.receiptLines, { MERCHANT: [{ value: 'TOTAL GBP12.50 ' }] });
    assert.deepEqual(warned, []);
  });
});

describe('the screen values that a card machine sends', () => {
  test('only valid values are sent, only during the order, and at most 100 [C-13.12]', async () => {
    const { machine, gateway, counter } = await selling();
    const { screen } = machine;
    screen.show('TRANSACTION_FINISHED');
    for (let count = 0; count < 150; count += 1) screen.show('PLEASE_WAIT');
    await machine.ends({ transactionResult: 'DECLINED' });
    screen.show('PRESENT_CARD');
    await assert.rejects(screen.commit());
    await gateway.timing.advance(0);
    const told = counter.told();
    assert.equal(told.filter(({ method }) => method === 'showing').length, 100);
    assert.equal(told.at(-1)?.method, 'finished');
    assert.deepEqual(gateway.warned, ['machineFailed', 'machineFailed']);
  });

  test('the latest value is sent after a reconnect', async () => {
    const { machine, gateway, counter } = await selling();
    await gateway.connection.cut();
    machine.screen.show('PRESENT_CARD');
    machine.screen.show('PIN_ENTRY');
    await gateway.reconnect();
    assert.deepEqual(counter.told(), []);
    assert.deepEqual(await counter.last(), { knows: 'running' });
    const params = { order: sale.id, notificationValue: 'PIN_ENTRY' };
    assert.deepEqual(counter.told(), [{ method: 'showing', params }]);
    assert.deepEqual(await counter.last(), { knows: 'running' });
    assert.deepEqual(counter.told(), []);
  });
});
