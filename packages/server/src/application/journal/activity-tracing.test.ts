import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity, ActivityEvent } from '../../domain/activity.ts';
import { evolveActivity } from '../../domain/activity.ts';
import type { TraceFacts, Tracer } from '../../ports/tracer.ts';
import { ActivityTracing } from './activity-tracing.ts';

const rules = { startMs: 1, limitMs: 1, signatureMs: 1, signatureOnTimeout: 'reject' } as const;
const requestedBy = {
  requestId: 7,
  version: 'v1',
  softwareHouseId: 'A',
  installerId: 'B',
} as const;
const paid = {
  ...{ transactionType: 'SALE', transactionResult: 'SUCCESSFUL', amountTotal: 100 },
} as never;

/** An event without what traces do not look at. */
type Short = Readonly<Record<string, unknown>> & { readonly kind: ActivityEvent['kind'] };

function saleEvents(requester: object = requestedBy): readonly Short[] {
  const order = { kind: 'transaction', order: { id: 'o', transactionType: 'SALE' } };
  return [
    { kind: 'started', tid: 'T', order, requestedBy: requester, rules },
    { kind: 'ended', result: paid, cause: 'machine' },
  ];
}

/** Writes down what begins and ends, with the activity in front. */
class Recorder implements Tracer {
  readonly lines: string[] = [];

  begin: Tracer['begin'] = ({ id, type, resumed }) => {
    const number = id.slice(id.lastIndexOf('/') + 1);
    const say = (text: string, facts: TraceFacts = {}, failed = false) =>
      this.lines.push(
        [number, text, ...Object.values(facts), ...(failed ? ['failed'] : [])].join(' '),
      );
    say(`begin ${type}${resumed ? ' again' : ''}`);
    return {
      part: (name, begun) => {
        if (name !== 'journal commit') say(`begin ${name}`, begun);
        return (facts, failed) => {
          if (name !== 'journal commit' || failed) say(`end ${name}`, facts, failed);
        };
      },
      note: (name, facts) => void say(name, facts),
      end: (facts, failed) => void say('end', facts, failed),
    };
  };
}

/** Applies the events of an activity, each durable at once. */
class Machine {
  readonly recorder = new Recorder();
  readonly tracing = new ActivityTracing(this.recorder, 'shop1/T');
  readonly #activities = new Map<number, Activity>();

  apply(activityId: number, short: Short): (error?: unknown) => void {
    const event = { at: 0, ...short } as ActivityEvent;
    const activity = evolveActivity(this.#activities.get(activityId), event);
    this.#activities.set(activityId, activity);
    return this.tracing.happened({ activityId, event, activity });
  }

  durable(activityId: number, ...events: readonly Short[]): readonly string[] {
    for (const event of events) this.apply(activityId, event)();
    return this.recorder.lines.splice(0);
  }
}

test('a table is one trace with its lock, its card payments and its closing', () => {
  const machine = new Machine();
  const order = { id: 'o', transactionType: 'SALE' };
  const tableRules = { payment: rules, idleMs: 1 };
  const lines = machine.durable(
    1,
    { kind: 'lockAsked', tid: 'T', tableId: '5', currency: 'GBP', rules: tableRules },
    { kind: 'lockConfirmed', amount: 100 },
    { kind: 'paymentStarted', paymentId: 'p', order },
    { kind: 'signatureAsked', wanted: {} },
    { kind: 'signatureJudged', accepted: false, by: 'timeout' },
    {
      kind: 'ended',
      result: { ...(paid as object), transactionResult: 'DECLINED' },
      cause: 'machine',
    },
    { kind: 'tableLeft' },
    { kind: 'tableUnlocked' },
    { kind: 'noticeDelivered', number: 0 },
  );
  assert.deepEqual(lines, [
    ...['1 begin TABLE', '1 begin lock question', '1 accepted'],
    ...['1 end lock question lockConfirmed', '1 begin card machine'],
    ...['1 begin signature question', '1 end signature question false timeout'],
    ...['1 end card machine DECLINED machine', '1 begin table closing', '1 end table closing'],
    ...['1 end NOT_PAID', '1 begin delivery', '1 end delivery'],
  ]);
});

test('an activity whose start is not journalled has a trace that failed', () => {
  const machine = new Machine();
  const [start] = saleEvents();
  assert.ok(start);
  machine.apply(1, start)(new Error('disk full'));
  assert.deepEqual(machine.recorder.lines, [
    ...['1 begin SALE', '1 end journal commit failed', '1 end not journalled failed'],
  ]);
});

test('a result that nobody fetches ends its delivery when it expires, when the machine is closed, or when others follow', () => {
  const machine = new Machine();
  const withEposId = saleEvents({ ...requestedBy, eposId: 'T1' });
  machine.durable(1, ...withEposId);
  machine.tracing.expired(1);
  assert.deepEqual(machine.recorder.lines.splice(0), ['1 end delivery expired failed']);
  machine.durable(2, ...withEposId);
  machine.tracing.close();
  assert.deepEqual(machine.recorder.lines.splice(0), ['2 end delivery left failed']);
  // Tills without an epos-id: nobody says that they are gone.
  machine.durable(3, ...saleEvents());
  machine.durable(4, ...saleEvents());
  assert.ok(machine.durable(5, ...saleEvents()).includes('3 end delivery not delivered failed'));
  machine.tracing.delivered(4);
  assert.deepEqual(machine.recorder.lines.splice(0), ['4 end delivery']);
  assert.deepEqual(machine.durable(5, { kind: 'delivered' }), ['5 end delivery']);
});

test('an activity that is taken up after a restart begins again, with its card machine', () => {
  const machine = new Machine();
  const [start, end] = saleEvents();
  assert.ok(start && end);
  machine.durable(1, start);
  machine.tracing.close();
  assert.deepEqual(machine.recorder.lines.splice(0), [
    '1 end card machine left failed',
    '1 end left failed',
  ]);
  assert.deepEqual(machine.durable(1, { kind: 'gatewayRestarted' }, end), [
    ...['1 begin SALE again', '1 begin card machine', '1 gatewayRestarted'],
    ...['1 end card machine SUCCESSFUL machine', '1 end SUCCESSFUL', '1 begin delivery'],
  ]);
});
