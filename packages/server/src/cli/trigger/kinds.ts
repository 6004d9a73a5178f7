// The kinds of payments of `tillgate trigger`, each with the letters of the virtual card machine that makes it so.

import { outcomes } from '@tillgate/protocol';
import type { CounterKind } from './at-counter.ts';
import { atCounter, sale } from './at-counter.ts';
import { atTable } from './at-table.ts';
import type { Kind } from './kind.ts';

const CASHBACK = 500;

const approved: Pick<CounterKind, 'letters' | 'expected'> = {
  letters: 'SIP0',
  expected: 'approved',
};

export const kinds: Readonly<Record<string, Kind>> = {
  approved: atCounter({ about: 'A sale by chip and PIN.', ...approved, take: sale }),
  contactless: atCounter({
    about: 'A sale by contactless card or phone.',
    ...{ letters: 'SCD0', expected: 'approved', take: sale },
  }),
  gratuity: atCounter({
    about: 'A sale to which the customer adds a gratuity of 10 %.',
    ...{ letters: 'SIP1', expected: 'approved', take: sale },
  }),
  cashback: atCounter({
    about: 'A sale with cashback of 5.00.',
    ...approved,
    take: ({ till, basics, run }) =>
      run((options) => till.sale({ ...basics, amountCashback: CASHBACK }, options)),
  }),
  signature: atCounter({
    about: 'A sale with a signature, which the till accepts.',
    ...{ letters: 'SIS0', expected: 'approved', take: sale, signature: 'accept-signature' },
  }),
  'signature-rejected': atCounter({
    about: `A sale with a signature, which the till rejects: ${outcomes.VOID.word}.`,
    ...{ letters: 'SIS0', expected: 'void', take: sale, signature: 'reject-signature' },
  }),
  declined: atCounter({
    about: 'A sale that the bank declines.',
    ...{ letters: 'DIP0', expected: 'declined', take: sale },
  }),
  cancelled: atCounter({
    about: 'A sale that the customer cancels at the card machine.',
    ...{ letters: 'CIP0', expected: 'cancelled', take: sale },
  }),
  reversed: atCounter({
    about: 'A sale that is taken, then reversed at once.',
    ...{ letters: 'VIP0', expected: 'void', take: sale },
  }),
  unsuccessful: atCounter({
    about: 'A sale at which the card machine fails.',
    ...{ letters: 'UIP0', expected: 'unsuccessful', take: sale },
  }),
  unknown: atCounter({
    about: 'A sale of which the card machine never says how it ended.',
    ...{ letters: 'TIP0', expected: 'unknown', take: sale },
  }),
  'dropped-till': atCounter({
    about: 'A sale during which the till loses its connection; it returns and gets the result.',
    ...approved,
    take: ({ till, basics, run, drop }) =>
      run((options) =>
        till.sale(basics, {
          ...options,
          onProgress: (value) => {
            options.onProgress?.(value);
            if (value === 'PRESENT_CARD') drop();
          },
        }),
      ),
  }),
  refund: atCounter({
    about: 'A refund.',
    ...approved,
    take: ({ till, basics, run }) => run((options) => till.refund(basics, options)),
  }),
  'pre-auth': atCounter({
    about: 'A reservation.',
    ...approved,
    take: ({ till, basics, run }) => run((options) => till.preAuth(basics, options)),
  }),
  completion: atCounter({
    about: 'A reservation, then its completion.',
    ...approved,
    take: async ({ till, basics, run }) => {
      const reserved = await run((options) => till.preAuth(basics, options));
      if (reserved.outcome !== 'approved') return reserved;
      const { authCode } = reserved.payment;
      return run((options) => till.completion({ ...basics, authCode }, options));
    },
  }),
  verify: atCounter({
    about: 'A check of a card without taking money.',
    ...approved,
    take: ({ till, basics, run }) =>
      run((options) => till.accountVerification({ ...basics, amount: 0 }, options)),
  }),
  'table-list': atTable({
    about: 'A waiter asks your till for its tables.',
    ...{ letters: 'SIP0', visit: 'list' },
  }),
  'table-left': atTable({
    about: 'A waiter locks a table, prints the bill and leaves.',
    ...{ letters: 'SIP0', visit: 'look' },
  }),
  'table-paid': atTable({
    about: 'A waiter takes the payment of a table.',
    ...{ letters: 'SIP0', visit: { cards: 1, gratuity: '0' } },
  }),
  'table-split': atTable({
    about: 'A waiter takes the payment of a table with three cards, each with a gratuity of 10 %.',
    ...{ letters: 'SIP0', visit: { cards: 3, gratuity: '10%' } },
  }),
  'table-declined': atTable({
    about: 'A waiter takes the payment of a table, and the card is declined.',
    ...{ letters: 'DIP0', visit: { cards: 1, gratuity: '0', isDeclined: true } },
  }),
};
