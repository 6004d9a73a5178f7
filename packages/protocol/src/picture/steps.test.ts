import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PictureStep } from './steps.ts';
import { gapOf, stepsOf } from './steps.ts';
import type { StoryLines } from './test-story.ts';
import { notification, paid, result, sale, saleLines, started, storyOf } from './test-story.ts';
import { labelOf } from './words.ts';

const short = { till: 'till', gateway: 'gw', terminal: 'card' } as const;

/** `till→gw sale: £7.77`, `gw Journal: write 1`, `till | Till is back`. */
function drawn(step: PictureStep): string {
  const label = labelOf(step);
  switch (step.kind) {
    case 'message':
      return `${short[step.from]}→${short[step.to]} ${label}`;
    case 'mark':
      return `gw ${label}`;
    case 'break':
      return `${short[step.lane]} | ${label}`;
  }
}

const drawnOf = (lines: StoryLines) => stepsOf(storyOf(lines)).map(drawn);

describe('the steps of a sale', () => {
  test('a sale at a virtual card machine goes from lane to lane, with what the journal wrote between', () => {
    assert.deepEqual(drawnOf(saleLines), [
      'till→gw sale: £7.77',
      'gw Journal: write 1',
      'gw→card Start: SALE £7.77',
      'gw→till terminalNotification: TRANSACTION_STARTED',
      'card→till terminalNotification: PRESENT_CARD',
      'card→till terminalNotification: AUTHORISING',
      'card→gw Result: SUCCESSFUL £7.77',
      'gw Journal: write 2',
      'gw→till Result: SUCCESSFUL £7.77',
      'gw Delivered',
      'gw Journal: write 3',
    ]);
  });

  test('from its messages alone what the till is shown comes from the card machine', () => {
    assert.deepEqual(drawnOf({ frames: saleLines.frames }), [
      'till→gw sale: £7.77',
      'card→till terminalNotification: TRANSACTION_STARTED',
      'card→till terminalNotification: PRESENT_CARD',
      'card→till terminalNotification: AUTHORISING',
      'gw→till Result: SUCCESSFUL £7.77',
    ]);
  });

  test('from its events alone each of them is an arrow', () => {
    assert.deepEqual(drawnOf({ events: saleLines.events }), [
      'till→card Start: SALE £7.77',
      'card→till Shows: PRESENT_CARD',
      'card→till Shows: AUTHORISING',
      'card→gw Result: SUCCESSFUL £7.77',
      'gw→till Delivered',
    ]);
  });

  test('the messages of a linked card machine are drawn instead of the events that they carry', () => {
    const lines = {
      ...saleLines,
      frames: [
        ...saleLines.frames,
        [3, '>terminal c2', { id: 1, method: 'start', params: started.order }],
        [4, '<terminal c2', { id: 1, result: {} }],
        [99, '<terminal c2', { method: 'showing', params: { notificationValue: 'PRESENT_CARD' } }],
        [6999, '<terminal c2', { method: 'showing', params: { notificationValue: 'AUTHORISING' } }],
        [8000, '<terminal c2', { method: 'finished', params: { outcome: paid } }],
      ],
    } as const;
    const steps = stepsOf(storyOf(lines));
    assert.deepEqual(steps.map(drawn), [
      'till→gw sale: £7.77',
      'gw Journal: write 1',
      'gw→till terminalNotification: TRANSACTION_STARTED',
      'gw→card start: SALE £7.77',
      'card→gw Answer to start',
      'card→gw showing: PRESENT_CARD',
      'gw→till terminalNotification: PRESENT_CARD',
      'card→gw showing: AUTHORISING',
      'gw→till terminalNotification: AUTHORISING',
      'card→gw finished: SUCCESSFUL £7.77',
      'gw Journal: write 2',
      'gw→till Result: SUCCESSFUL £7.77',
      'gw Delivered',
      'gw Journal: write 3',
    ]);
    const events = steps.flatMap(({ event }) => event?.event ?? []);
    assert.deepEqual(events, ['started', 'showed', 'showed', 'ended', 'delivered']);
  });

  test('a hand-over is said to be one, and keeps the sentence of the journal', () => {
    const step = stepsOf(storyOf(saleLines)).find(({ event }) => event?.event === 'started');
    assert.equal(step?.text, 'Handed over: Start: SALE £7.77.');
    assert.equal(step?.event?.text, 'It is started.');
  });

  test('moments and gaps are in order, and cause comes before effect within a millisecond', () => {
    const steps = stepsOf(storyOf(saleLines));
    assert.deepEqual(
      steps.map((_, index) => gapOf(steps, index)),
      [undefined, 2, 0, 1, 97, 6900, 1000, 1, 2, 7, 1],
    );
  });
});

describe('steps of payments that did not go straight', () => {
  test('what a card machine shows ends at the gateway while the till is away, and a till that is back gets its result', () => {
    const lines = {
      ...saleLines,
      frames: [
        ...saleLines.frames.slice(0, 3),
        [7500, '>pac c7', notification('AUTHORISING')],
        [8003, '>pac c7', result],
      ],
    } as const;
    assert.deepEqual(drawnOf(lines).slice(4, 9), [
      'card→till terminalNotification: PRESENT_CARD',
      'card→gw Shows: AUTHORISING',
      'till | Till is back',
      'gw→till terminalNotification: AUTHORISING',
      'card→gw Result: SUCCESSFUL £7.77',
    ]);
  });

  test('a signature goes from the card machine to the till and back', () => {
    const question = { id: 9, method: 'signatureVerificationRequest', params: { tid: 'T1' } };
    const lines = {
      frames: [
        [0, '<pac c1', sale],
        [500, '>pac c1', question],
        [900, '<pac c1', { id: 9, result: { accepted: true } }],
      ],
      events: [
        [1, 'till', 'started', started],
        [500, 'terminal', 'signatureAsked'],
        [901, 'till', 'signatureJudged', { accepted: true, by: 'till' }],
      ],
    } as const;
    assert.deepEqual(drawnOf(lines).slice(2), [
      'card→till signatureVerificationRequest',
      'till→card Answer to signatureVerificationRequest: accepted',
    ]);
    const unanswered = {
      frames: lines.frames.slice(0, 2),
      events: [
        ...lines.events.slice(0, 2),
        [80_500, 'gateway', 'signatureJudged', { accepted: false, by: 'timeout' }],
      ],
    } as const;
    assert.equal(drawnOf(unanswered).at(-1), 'gw→card Signature rejected: no answer in time');
  });

  test('a restart breaks the lane of the gateway; what was sent before is known from events alone', () => {
    const lines = {
      frames: [
        [5000, '>pac c1', notification('AUTHORISING')],
        [5010, '>pac c1', result],
      ],
      events: [
        [1, 'till', 'started', started],
        [100, 'terminal', 'showed', { value: 'PRESENT_CARD' }],
        [4000, 'gateway', 'gatewayRestarted'],
        [4001, 'terminal', 'terminalReturned'],
        [4002, 'terminal', 'showed', { value: 'REMOVE_CARD' }],
        [5005, 'terminal', 'ended', { result: paid, cause: 'machine' }],
      ],
    } as const;
    assert.deepEqual(drawnOf(lines), [
      'till→card Start: SALE £7.77',
      'card→till Shows: PRESENT_CARD',
      'gw | Gateway restarted',
      'card | Card machine is back',
      'card→gw Shows: REMOVE_CARD',
      'gw→till terminalNotification: AUTHORISING',
      'card→gw Result: SUCCESSFUL £7.77',
      'gw→till Result: SUCCESSFUL £7.77',
    ]);
  });

  test('a split table is between the till at the table and the waiter', () => {
    const part = (amount: number) => ({ order: { currency: 'GBP', amount } });
    const lines = {
      frames: [
        [0, '<waiter c2', { id: 1, method: 'lock', params: { tableId: '12A' } }],
        [
          1,
          '>pat c1',
          { id: 1, method: 'tableLockRequest', params: { tid: 'T1', tableId: '12A' } },
        ],
        [2, '<pat c1', { id: 1, result: { confirmed: true, amount: 4820, currency: 'GBP' } }],
        [3, '>waiter c2', { id: 1, result: { answer: 'locked', amount: 4820, currency: 'GBP' } }],
        [10, '<waiter c2', { id: 2, method: 'pay', params: { by: 'card', amount: 3000 } }],
        [11, '>waiter c2', { method: 'showing', params: { notificationValue: 'PRESENT_CARD' } }],
        [20, '>waiter c2', { id: 2, result: { answer: 'payment', paid: true, left: 1820 } }],
        [30, '<waiter c2', { id: 3, method: 'pay', params: { by: 'other', amount: 1820 } }],
        [31, '>waiter c2', { id: 3, result: { answer: 'payment', paid: true, left: 0 } }],
        [
          40,
          '>pat c1',
          {
            method: 'transactionResponse',
            params: { tableId: '12A', amountPaid: 4820, currency: 'GBP' },
          },
        ],
        [41, '>pat c1', { method: 'tableUnlock', params: { tableId: '12A' } }],
      ],
      events: [
        [0, 'waiter', 'lockAsked', { tableId: '12A', currency: 'GBP' }],
        [2, 'till', 'lockConfirmed', { amount: 4820 }],
        [10, 'waiter', 'paymentStarted', part(3000)],
        [11, 'terminal', 'showed', { value: 'PRESENT_CARD' }],
        [19, 'terminal', 'ended', { result: { ...paid, amountTotal: 3000 }, cause: 'machine' }],
        [30, 'waiter', 'paymentNoted', { amount: 1820 }],
        [39, 'gateway', 'tableLeft', { cause: 'paid' }],
        [50, 'till', 'noticeDelivered', { notice: 'paid' }],
      ],
    } as const;
    assert.deepEqual(drawnOf(lines), [
      'card→gw lock: table 12A',
      'gw→till tableLockRequest: table 12A',
      'till→gw Answer to tableLockRequest: £48.20 to pay',
      'gw→card Answer to lock: £48.20 to pay',
      'card→gw pay: £30.00',
      'gw→card showing: PRESENT_CARD',
      'gw→card Answer to pay: paid, £18.20 left',
      'card→gw pay: £18.20 by other means',
      'gw→card Answer to pay: paid, £0.00 left',
      'gw Table left',
      'gw→till transactionResponse: table 12A paid £48.20',
      'gw→till tableUnlock: table 12A',
      'gw Payments delivered',
    ]);
    assert.deepEqual(drawnOf({ events: lines.events }), [
      'card→till Lock: table 12A',
      'till→card Locked: £48.20 to pay',
      'card→gw Pay by card: £30.00',
      'card→gw Shows: PRESENT_CARD',
      'card→gw Result: SUCCESSFUL £30.00',
      'card→gw Paid by other means: £18.20',
      'gw Table left',
      'gw→till Payments delivered',
    ]);
  });

  test('messages of one millisecond keep their order, and a write stands between what came and what went', () => {
    const drawn = drawnOf({
      frames: [
        [0, '<waiter c2', { id: 1, method: 'lock', params: { tableId: '12A' } }],
        [0, '>pat c1', { id: 1, method: 'tableLockRequest', params: { tableId: '12A' } }],
        [0, '<pat c1', { id: 1, result: { confirmed: true, amount: 4820, currency: 'GBP' } }],
        [0, '>waiter c2', { id: 1, result: { answer: 'locked', amount: 4820, currency: 'GBP' } }],
      ],
      events: [
        [0, 'waiter', 'lockAsked', { tableId: '12A', currency: 'GBP' }],
        [0, 'till', 'lockConfirmed', { amount: 4820 }],
        [0, 'till', 'noticeDelivered', { notice: 'paid' }],
      ],
      writes: [0],
    });
    assert.deepEqual(drawn, [
      'card→gw lock: table 12A',
      'gw→till tableLockRequest: table 12A',
      'till→gw Answer to tableLockRequest: £48.20 to pay',
      'gw Journal: write 1',
      'gw→card Answer to lock: £48.20 to pay',
      'gw Payments delivered',
    ]);
  });

  test('errors and results have the tones of their outcomes', () => {
    const error = { id: 1, error: { code: -32071, message: 'Terminal T1 is busy.' } };
    const declined = { id: 2, result: { ...paid, transactionResult: 'DECLINED' } };
    const steps = stepsOf(
      storyOf({
        frames: [
          [0, '<pac c1', sale],
          [1, '>pac c1', error],
          [2, '>pac c1', declined],
          [3, '<pac c1', '{'],
          [4, '<pac c1', '[{},{}]'],
          [5, '<pac c1', '{"id":1,"method":null,"result":{},"error":null}'],
        ],
      }),
    );
    assert.deepEqual(
      steps.map((step) => `${step.tone} ${step.text}`),
      [
        'plain The till asked: sale: £7.77',
        'bad Sent the till: Error to sale: -32071 Terminal T1 is busy.',
        'bad Sent the till: Result: DECLINED £7.77 (Declined)',
        'bad The till sent: Not JSON',
        'plain The till sent: Batch of 2',
        'plain The till sent: Answer',
      ],
    );
  });

  test('an event that is not known is a mark under its own name', () => {
    assert.deepEqual(drawnOf({ events: [[0, 'gateway', 'toString']] }), ['gw toString']);
  });
});
