import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import type { Activity } from './activity.ts';
import { evolveActivity, isComplete, isInProgress, isTable } from './activity.ts';
import type { Paid, TableSession } from './table.ts';
import type { AnyTableEvent } from './test-table.ts';
import type { SmallWorld, Story } from './test-world.ts';
import { BILL, moments, playOut, playStory } from './test-world.ts';

// The small world itself throws when a card is charged without a lock, when an order is given to the
// machine twice or beside another, when more is paid than was owed, when a notice comes again with
// other content, and when the idle limit comes too early.

const moment = fc.tuple(fc.constantFrom(...moments), fc.nat(6000));
const stories: fc.Arbitrary<Story> = fc.array(moment, { maxLength: 60, size: 'max' });

function always(check: (story: Story) => void): void {
  fc.assert(fc.property(stories, check), { numRuns: depth(2000) });
}

interface Sitting {
  readonly activityId: number;
  readonly session: TableSession;
  readonly events: readonly AnyTableEvent[];
}

function sittings({ gateway }: SmallWorld): readonly Sitting[] {
  return [...gateway.activities].flatMap(([activityId, session]) => {
    if (!isTable(session)) return [];
    const rows = gateway.journal.filter((row) => row.activityId === activityId);
    return [{ activityId, session, events: rows.map(({ event }) => event) }];
  });
}

const paidIn = ({ session }: Sitting): readonly Paid[] =>
  session.notices.flatMap((notice) => (notice.kind === 'paid' ? notice.payments : []));

const lowers = (payments: readonly Paid[]) =>
  payments.reduce((sum, { amountPaid, amountCashback }) => sum + amountPaid - amountCashback, 0);

function startsOf({ events }: Sitting) {
  return events.flatMap((event) => (event.kind === 'paymentStarted' ? [event] : []));
}

/** A payment that the machine forgot before it reported it need not be in a notice. */
function wasTaken({ machine }: SmallWorld, order: string, isReported: boolean): boolean {
  return machine.charged.has(order) && (isReported || !machine.forgotten.has(order));
}

describe('at the table, whatever happens', () => {
  test('C-9.37 a session ends and no lock stays behind, even if the machine never reports again', () => {
    always((story) => {
      const world = playStory(story);
      world.letTimeEndIt();
      for (const work of world.gateway.activities.values()) assert.equal(isInProgress(work), false);
      assert.equal(world.till.locked, false);
      assert.equal(world.gateway.post.isEmpty, true);
    });
  });

  test('replaying the journal gives the state', () => {
    always((story) => {
      const { gateway } = playOut(story);
      const replayed = new Map<number, Activity>();
      for (const { activityId, event } of gateway.journal) {
        replayed.set(activityId, evolveActivity(replayed.get(activityId), event));
      }
      assert.deepEqual(replayed, gateway.activities);
    });
  });

  test('C-12.17 a lock that was or may have been given is unlocked once, after what was paid', () => {
    always((story) => {
      for (const { session, events } of sittings(playOut(story))) {
        const kinds = session.notices.map(({ kind }) => kind).join(' ');
        const refused = events.some(({ kind }) => kind === 'lockRefused');
        if (refused) assert.equal(kinds, '');
        // A success that is reported after the end has a notice and an unlock of its own [C-9.38].
        else assert.match(kinds, /^((paid )?unlock( paid unlock)?|paid paid unlock)$/);
      }
    });
  });

  test('C-9.18 no notice lists no payment', () => {
    always((story) => {
      for (const { notices } of sittings(playOut(story)).map(({ session }) => session)) {
        assert.ok(notices.every((one) => one.kind === 'unlock' || one.payments.length > 0));
      }
    });
  });

  test('C-12.18 each payment stands in one notice, once, and nothing else does', () => {
    always((story) => {
      const world = playOut(story);
      for (const sitting of sittings(world)) {
        const ids = paidIn(sitting).map(({ paymentId }) => paymentId);
        assert.equal(new Set(ids).size, ids.length);
        const cards = startsOf(sitting).filter(({ paymentId, order }) =>
          wasTaken(world, order.id, ids.includes(paymentId)),
        );
        const cash = sitting.events.filter((event) => event.kind === 'paymentNoted');
        const due = [...cards, ...cash].map(({ paymentId }) => paymentId);
        assert.deepEqual(ids.toSorted(), due.toSorted());
      }
    });
  });

  test('C-9.17 the notice of a card payment has the amounts that the machine took', () => {
    always((story) => {
      const world = playOut(story);
      for (const sitting of sittings(world)) {
        const orders = new Map(startsOf(sitting).map((one) => [one.paymentId, one.order]));
        for (const paid of paidIn(sitting)) {
          const order = orders.get(paid.paymentId);
          const taken = order && world.machine.charged.get(order.id);
          if (!order || !taken) continue;
          const { amountCashback, amountGratuity, card } = taken;
          const { at: _, paymentId, ...amounts } = paid;
          assert.deepEqual(amounts, {
            amountPaid: order.amount + amountCashback,
            amountCashback,
            amountGratuity,
            authCode: card.authCode,
            cardSchemeName: card.cardSchemeName,
            paymentMethod: card.paymentMethod,
          });
        }
      }
    });
  });

  test('the book of the till is that of the machine and the waiter', () => {
    always((story) => {
      const world = playOut(story);
      const paid = sittings(world).flatMap(paidIn);
      assert.deepEqual([...world.till.booked.values()], paid);
      assert.equal(world.till.bill, BILL - lowers(paid));
    });
  });

  test('C-9.19 no session takes more off the bill than its lock said', () => {
    always((story) => {
      for (const sitting of sittings(playOut(story))) {
        const locked = sitting.events.find((one) => one.kind === 'lockConfirmed');
        assert.ok(lowers(paidIn(sitting)) <= (locked?.amount ?? 0));
      }
    });
  });

  test('C-9.38 no card payment starts while the outcome of the one before is unknown', () => {
    always((story) => {
      const world = playOut(story);
      for (const { events } of sittings(world)) {
        const kinds = events.map((one) => (one.kind === 'ended' ? one.cause : one.kind));
        const unknown = kinds.indexOf('limit');
        const starts = kinds.lastIndexOf('paymentStarted');
        assert.ok(unknown < 0 || starts < unknown);
      }
    });
  });

  test('C-12.3 no order has the id of another', () => {
    always((story) => {
      const ids = sittings(playOut(story))
        .flatMap(startsOf)
        .map(({ order }) => order.id);
      assert.equal(new Set(ids).size, ids.length);
    });
  });

  test('C-9.22 every notice reaches the till in its order, and is marked once', () => {
    always((story) => {
      const world = playOut(story);
      const names = sittings(world).flatMap(({ activityId, session }) =>
        session.notices.map((_, number) => `${activityId}/${number}`),
      );
      const marks = world.gateway.journal.flatMap(({ activityId, event }) =>
        event.kind === 'noticeDelivered' ? [`${activityId}/${event.number}`] : [],
      );
      assert.deepEqual([...world.till.read.keys()], names);
      assert.deepEqual(marks, names);
    });
  });

  test('a complete session has no undelivered notice', () => {
    always((story) => {
      const world = playStory(story);
      for (const sitting of sittings(world).filter(({ session }) => isComplete(session))) {
        const booked = (id: string) => world.till.booked.has(id);
        for (const { paymentId, order } of startsOf(sitting)) {
          assert.equal(booked(paymentId), wasTaken(world, order.id, booked(paymentId)));
        }
        assert.ok(paidIn(sitting).every(({ paymentId }) => booked(paymentId)));
      }
    });
  });

  test('in the end, with the machine connected, all sessions are complete', () => {
    always((story) => {
      const { gateway } = playOut(story);
      for (const work of gateway.activities.values()) assert.equal(isComplete(work), true);
    });
  });
});
