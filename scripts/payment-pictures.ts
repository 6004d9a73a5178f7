// The pictures of payments in README and guides, each of a real run: a gateway on sockets, with a clock that only the
// run moves, so that every run gives the same picture.

import type { api } from '@tillgate/protocol';
import { pictureOf, pictureSvg } from '@tillgate/protocol';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { clientOf } from '../test/support/api/api-client.ts';
import type { GatewayHarness } from '../test/support/gateway/gateway-harness.ts';
import { startHarness } from '../test/support/gateway/gateway-harness.ts';
import { TableBook, TableTill } from '../test/support/gateway/table-till.ts';

const PLAIN = 'VCMINVLSIP0';
const SIGNED = 'VCMINVLSIS0';
const TILL = { 'epos-id': 'TILL-1' };
/** What a person takes to look at a signature. */
const LOOK_MS = 2500;
/** What a till takes to connect again. */
const AWAY_MS = 1200;
/** Readable on a phone, too. */
const WIDTH = 520;

interface Run {
  readonly file: string;
  readonly title: string;
  readonly tid: string;
  readonly play: (harness: GatewayHarness, till: TestTill) => Promise<unknown>;
}

const sale = (tid: string) => ({ tid, currency: 'GBP', amount: 777 });

const runs: readonly Run[] = [
  {
    ...{ file: 'sale', title: 'A sale', tid: PLAIN },
    play: (harness, till) => harness.request(till, 'sale', sale(PLAIN)),
  },
  {
    ...{ file: 'dropped', title: 'A sale whose till loses its connection', tid: PLAIN },
    async play(harness, till) {
      const id = till.ask('sale', sale(PLAIN));
      await harness.shown(till, 'PIN_ENTRY');
      till.cut();
      await till.closed;
      await harness.advance(AWAY_MS);
      await harness.answer(await harness.till(TILL), id);
    },
  },
  {
    ...{ file: 'signature', title: 'A sale with a signature', tid: SIGNED },
    async play(harness, till) {
      const id = till.ask('sale', sale(SIGNED));
      const isAsked = ({ method }: { method?: string }) =>
        method === 'signatureVerificationRequest';
      await harness.until(() => till.received.some(isAsked));
      await harness.advance(LOOK_MS);
      await till.judgeSignature(true);
      await harness.answer(till, id);
    },
  },
  {
    ...{ file: 'restart', title: 'A sale during which the gateway restarts', tid: PLAIN },
    async play(harness, till) {
      const id = till.ask('sale', sale(PLAIN));
      await harness.shown(till, 'APPROVED');
      await harness.restart();
      await harness.advance(AWAY_MS);
      await harness.answer(await harness.till(TILL), id);
    },
  },
  {
    ...{ file: 'table', title: 'A table that is paid in two parts', tid: PLAIN },
    async play(harness) {
      new TableTill(await harness.connect(harness.server.uri('pat')), new TableBook());
      const waiter = await connectTill(harness.server.uri('waiter', { tid: PLAIN }));
      harness.track(waiter);
      await harness.request(waiter, 'lock', { tableId: '12A', waiterId: '007' });
      await harness.advance(LOOK_MS);
      await harness.request(waiter, 'pay', { by: 'card', amount: 3000 });
      await harness.advance(LOOK_MS);
      await harness.request(waiter, 'pay', { by: 'other', amount: 1820 });
      await harness.request(waiter, 'leave', {});
    },
  },
];

export const PAYMENT_PICTURES = 'docs/pictures/payments';

/** The text of each picture by its path. */
export async function paymentPictures(): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>();
  for (const run of runs) {
    const svg = pictureSvg(pictureOf(await storyOf(run)), { title: run.title, width: WIDTH });
    pictures.set(`${PAYMENT_PICTURES}/${run.file}.svg`, svg);
  }
  return pictures;
}

async function storyOf({ tid, play }: Run): Promise<api.TransactionStory> {
  const ends: (() => unknown)[] = [];
  const harness = await startHarness({ after: (end) => ends.push(end) });
  try {
    await play(harness, await harness.till(TILL));
    await harness.advance(1000);
    const params = { site: 'testhost', tid, number: 1 };
    return await clientOf(harness.server).get('readTransaction', { params });
  } finally {
    for (const end of ends) await end();
  }
}
