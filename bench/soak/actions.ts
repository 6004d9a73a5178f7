// What happens at a shop all day, as a list of actions with their share of the traffic: tills sell, refund,
// cancel, poll and lose their lines, waiters take payments at tables, card machines link and drop, and strangers
// send what is refused.

import { setTimeout as sleep } from 'node:timers/promises';
import { pairTerminal } from '@tillgate/client';
import { WebSocket } from 'ws';
import type { TcpProxy } from '../../examples/tcp-proxy.ts';
import { startTcpProxy } from '../../examples/tcp-proxy.ts';
import { EventStream } from '../../test/support/api/event-stream.ts';
import { handshake } from '../../test/support/gateway/handshake.ts';
import { rawClient, upgradeWith } from '../../test/support/gateway/raw-client.ts';
import { Bills } from '../../test/support/scenario/bills.ts';
import type { LinkedTerminal } from '../../test/support/scenario/linked-terminal.ts';
import { startLinkedTerminal } from '../../test/support/scenario/linked-terminal.ts';
import { startPatTill } from '../../test/support/scenario/pat-till.ts';
import { payBill } from '../../test/support/scenario/waiter.ts';
import type { Ledger } from './ledger.ts';
import { LEFT } from './ledger.ts';
import type { Till } from './tills.ts';
import { RawTill, sdkTill } from './tills.ts';

export interface Action {
  readonly name: string;
  /** Its share of the traffic, against the others. */
  readonly weight: number;
  /** Undefined if everybody who could do it is at work. */
  run(): Promise<void> | undefined;
}

export interface Shop {
  readonly actions: readonly Action[];
  readonly bills: Bills;
  readonly machines: readonly LinkedTerminal[];
  close(): void;
}

const SITE = 'testhost';
const SDK_TILLS = 12;
const RAW_TILLS = 12;
const WAITERS = 3;
/** Each ending of each way to pay, most of them successful; shared by all tills, so some are busy. */
const endings = [
  'SIP',
  'SIP',
  'SIS',
  'SCD',
  'SKN',
  'SIP',
  'DIP',
  'UIP',
  'VIP',
  'CIP',
  'TIP',
  'SSS',
];
const tids = Array.from({ length: 150 }, (_, n) => `VCMSOAK${n}${endings[n % endings.length]}0`);
const linkedTids = ['30000001', '30000002', '30000003'];
/** A table that is always open, by which waiters see that the till is there. */
const BEACON = 'STAFF';
const pages = ['/', '/console', '/machine', '/docs', '/schemas', '/healthz', '/readyz', '/nothing'];

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
const soon = (): Promise<void> => sleep(30 + 600 * Math.random());

/** Opens all tills and links all machines at the gateway whose test site has the address `pac`. */
export async function openShop(pac: string, ledger: Ledger): Promise<Shop> {
  const counter = await openCounter(pac, ledger);
  const tables = await openTables(pac);
  const links = await linkMachines(pac);
  const machines = links.map(({ machine }) => machine);
  return {
    bills: tables.bills,
    machines,
    actions: [
      ...counterActions(counter, ledger, pac),
      ...tables.actions,
      action('linked machine drops', 0.5, async () => {
        const { proxy, machine } = pick(links);
        proxy.disconnect();
        await soon();
        proxy.reconnect();
        machine.link.retryNow();
      }),
      ...strangerActions(pac),
      ...operatorActions(pac),
    ],
    close: () => {
      for (const till of counter) till.close();
      tables.close();
      for (const { proxy, machine } of links) {
        machine.link.close();
        proxy.close();
      }
    },
  };
}

function action(name: string, weight: number, run: Action['run']): Action {
  return { name, weight, run };
}

/** An action of one of these, each of whom does one thing at a time. */
function actionOf<Actor>(
  name: string,
  weight: number,
  { free, run }: { readonly free: Actor[]; readonly run: (actor: Actor) => Promise<void> },
): Action {
  return action(name, weight, () => {
    const actor = free.splice(Math.floor(Math.random() * free.length), 1)[0];
    return actor && run(actor).finally(() => free.push(actor));
  });
}

async function openCounter(pac: string, ledger: Ledger): Promise<readonly Till[]> {
  const tills: Promise<Till>[] = [];
  for (let n = 0; n < SDK_TILLS; n += 1) tills.push(sdkTill(pac, `sdk-${n}`, ledger));
  for (let n = 0; n < RAW_TILLS; n += 1) {
    const parameters = { 'epos-id': `raw-${n}`, ...(n % 3 === 0 ? v0 : {}) };
    tills.push(RawTill.open(address(pac, '/pac', parameters), ledger));
  }
  return Promise.all(tills);
}

const v0 = { 'api-version': undefined, 'software-house-id': undefined, 'installer-id': undefined };

/** The address with another path and parameters; undefined takes one out. */
function address(
  pac: string,
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const uri = new URL(pac);
  uri.pathname = path;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) uri.searchParams.delete(name);
    else uri.searchParams.set(name, value);
  }
  return uri.href;
}

function counterActions(tills: readonly Till[], ledger: Ledger, pac: string): readonly Action[] {
  const free = [...tills];
  const by = (name: string, weight: number, run: (till: Till) => Promise<void>): Action =>
    actionOf(name, weight, { free, run });
  const during = async (work: Promise<void>, then: () => Promise<void>): Promise<void> => {
    await Promise.all([work, soon().then(then)]);
  };
  return [
    by('sale', 30, (till) => till.pay('sale', pick(tids))),
    by('refund', 6, (till) => till.pay('refund', pick(tids))),
    by('sale on a linked machine', 6, (till) => till.pay('sale', pick(linkedTids))),
    by('poll', 12, (till) => till.poll(pick([...tids, ...linkedTids]))),
    by('cancelled sale', 5, (till) => {
      const tid = pick(tids);
      return during(till.pay('sale', tid), () => till.cancel(tid));
    }),
    by('drop during a sale', 6, (till) => {
      return during(till.pay('sale', pick([...tids, ...linkedTids])), () => till.drop());
    }),
    action('till without epos-id that leaves', 1, async () => {
      const till = await RawTill.open(pac, ledger);
      const amount = ledger.newSale();
      const params = { tid: pick(tids), currency: 'GBP', amount };
      void till.request('sale', params);
      await soon();
      till.close();
      ledger.tell(amount, LEFT);
    }),
    action('new SDK till for one sale', 1, async () => {
      const till = await sdkTill(pac, crypto.randomUUID(), ledger);
      await till.pay('sale', pick(tids));
      till.close();
    }),
  ];
}

async function openTables(pac: string) {
  const bills = new Bills();
  bills.open(BEACON, 1);
  const proxy = await startTcpProxy(address(pac, '/pat'));
  const { till } = await startPatTill(proxy.address, bills);
  const waiters = Array.from({ length: WAITERS }, (_, n) => `VCMWAITER${n}SIP0`);
  let tables = 0;
  const actions = [
    actionOf('table', 3, {
      free: waiters,
      run: async (tid) => {
        tables += 1;
        const tableId = `T${tables}`;
        const parts = [
          { by: 'card', amount: 1250, amountGratuity: 100 },
          { by: 'other', amount: 400 },
          { by: 'card', amount: 980 },
        ] as const;
        bills.open(tableId, 2630);
        const uri = () => address(pac, '/waiter', { tid });
        const options = { uri, tid: () => tid, beacon: BEACON, thinkMs: 20, isOver: () => false };
        await payBill(options, { tableId, waiterId: '007', parts });
      },
    }),
    action('till at the table drops', 0.3, async () => {
      proxy.disconnect();
      await soon();
      proxy.reconnect();
      till.retryNow();
    }),
  ];
  const close = (): void => {
    till.close();
    proxy.close();
  };
  return { bills, actions, close };
}

interface LinkedLine {
  readonly proxy: TcpProxy;
  readonly machine: LinkedTerminal;
}

async function linkMachines(pac: string): Promise<readonly LinkedLine[]> {
  return Promise.all(
    linkedTids.map(async (tid, n) => {
      const { pairingCode } = await post(apiOf(pac, `/sites/${SITE}/terminals`), { tid });
      const host = new URL(pac).origin;
      const token = await pairTerminal({ host, site: SITE, tid, code: String(pairingCode) });
      const proxy = await startTcpProxy(`${host}/terminal?token=${token}&tid=${tid}`);
      const line = { uri: proxy.address, tid, signs: n === 0, stepMs: 80 };
      return { proxy, machine: await startLinkedTerminal(line) };
    }),
  );
}

/** Refused handshakes, half of a request, and messages that no till should send. */
function strangerActions(pac: string): readonly Action[] {
  const refused = async (uri: string, statuses: readonly number[]): Promise<void> => {
    const { status } = await handshake(uri);
    if (!statuses.includes(status)) throw new Error(`${new URL(uri).pathname} got ${status}.`);
  };
  return [
    // From one address more wrong tokens come than it may send, so some get 429.
    action('wrong token', 1.5, () => refused(address(pac, '/pac', { token: 'x' }), [401, 429])),
    action('refused upgrade', 1.5, () =>
      pick([
        () => refused(address(pac, '/nothing'), [404]),
        () => refused(address(pac, '/pac', { 'api-version': 'v7' }), [400]),
        () => refused(address(pac, '/pac', { 'installer-id': undefined }), [422]),
        () => refused(address(pac, '/terminal', { tid: '39999999' }), [401, 429]),
      ])(),
    ),
    action('half of a request', 0.2, async () => {
      const client = await rawClient(httpOf(pac), upgradeWith('x').slice(0, 120));
      await (Math.random() < 0.5 ? soon() : client.once('end'));
      client.socket.destroy();
    }),
    action('odd messages', 0.5, () => sendOddMessages(address(pac, '/pac', v0), pac)),
  ];
}

const oddMessages = [
  ...['{', 'null', '[]', '""', '{"jsonrpc":"2.0","id":1}', '{"jsonrpc":"2.0","method":"sale"}'],
  ...[
    '{"jsonrpc":"2.0","id":77,"result":{"accepted":true}}',
    '{"jsonrpc":"2.0","id":{},"result":1}',
  ],
  ...['{"jsonrpc":"2.0","id":2,"method":"nothing"}', '{"id":3,"method":"connectedTerminals"}'],
  '{"jsonrpc":"2.0","id":4,"method":"sale","params":{"tid":"VCMSOAK0SIP0","amount":-1}}',
  '[{"jsonrpc":"2.0","id":5,"method":"connectedTerminals"},{"jsonrpc":"2.0","id":6,"method":"x"}]',
  `{"jsonrpc":"2.0","id":7,"method":"${'x'.repeat(5000)}"}`,
];

/** Until the gateway has enough of them [C-11.13], or the sender has. */
async function sendOddMessages(...uris: readonly string[]): Promise<void> {
  const socket = new WebSocket(pick(uris));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.once('open', () => {
    for (let n = 0; n < 40 * Math.random(); n += 1) socket.send(pick(oddMessages));
    setTimeout(() => socket.terminate(), 1000);
  });
  await closed;
}

function operatorActions(pac: string): readonly Action[] {
  return [
    action('page', 3, async () => {
      const path = pick(pages);
      const response = await fetch(httpOf(pac) + path);
      await response.arrayBuffer();
      // 503 is the answer of pages that are not built.
      if (response.status >= 500 && response.status !== 503)
        throw new Error(`${path} got ${response.status}.`);
    }),
    action('list of transactions', 1.5, async () => {
      const { transactions } = await get(apiOf(pac, `/transactions?site=${SITE}&limit=50`));
      const { id } = pick(transactions as readonly { readonly id: string }[]);
      await get(apiOf(pac, `/transactions/${id}`));
      await get(apiOf(pac, `/sites/${SITE}/connections`));
    }),
    action('traffic is watched', 0.3, async () => {
      const stream = await EventStream.listen(httpOf(pac), '?backlog=50');
      await soon();
      stream.close();
    }),
    action('token made and revoked', 0.3, async () => {
      const tokens = apiOf(pac, `/sites/${SITE}/tokens`);
      const { id, token } = await post(tokens, {});
      const socket = new WebSocket(address(pac, '/pac', { token: String(token) }));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('open', resolve));
      const response = await fetch(`${tokens}/${id}`, { method: 'DELETE' });
      if (response.status !== 204) throw new Error(`Revoking a token got ${response.status}.`);
      await closed;
    }),
  ];
}

const httpOf = (pac: string): string => new URL(pac).origin.replace('ws', 'http');
const apiOf = (pac: string, path: string): string => `${httpOf(pac)}/api/v1${path}`;

type Json = Readonly<Record<string, unknown>>;

async function get(url: string, init: RequestInit = {}): Promise<Json> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Json;
}

function post(url: string, body: object): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  return get(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
