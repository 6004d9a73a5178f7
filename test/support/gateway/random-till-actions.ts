// A busy day by chance: tills that start, cancel, judge, drop and come back, a gateway that stops and
// starts, and time that passes. What must hold afterwards is for the test to say.

import type { TestTill } from 'tillgate/testing';
import type { Chance } from '../random.ts';
import type { Shop } from './gateway-harness.ts';

const tids = ['VCMASIP0', 'VCMBSIS0', 'VCMCSCD0', 'VCMDTIP0', 'VCMEVKS0', 'VCMFDIP0'] as const;
const starts = ['sale', 'sale', 'sale', 'refund', 'preAuth', 'accountVerification'] as const;
const reports = ['reportXBalance', 'reportBanking'] as const;
const rubbish = ['', '{', '[]', '[1,2]', '{"jsonrpc":"2.0","id":5,"result":{}}', 'null', '""'];
const LONGEST_PAUSE_MS = 9_000;

type Params = Readonly<Record<string, unknown>> & { readonly tid: string };
type Address = Readonly<Record<'epos-id' | 'api-version', string | undefined>>;

/** Two that come back as themselves, one of each version; two that nobody knows again. */
const addresses: readonly Address[] = [
  { 'api-version': 'v1', 'epos-id': 'T1' },
  { 'api-version': 'v0', 'epos-id': 'T2' },
  { 'api-version': 'v1', 'epos-id': undefined },
  { 'api-version': 'v0', 'epos-id': undefined },
];

/** One till of the day, whichever socket it has now. */
export interface DayTill {
  readonly address: Address;
  till: TestTill;
  lastId: number;
}

export class BusyDay {
  readonly tids = tids;
  readonly tills: DayTill[] = [];
  readonly #shop: Shop;
  readonly #chance: Chance;

  constructor(shop: Shop, chance: Chance) {
    this.#shop = shop;
    this.#chance = chance;
  }

  async open(): Promise<void> {
    for (const address of addresses) {
      this.tills.push({ address, till: await this.#connect(address), lastId: 0 });
    }
  }

  /** One thing happens. */
  async go(): Promise<void> {
    const day = this.#chance.pick(this.tills);
    const tid = this.#chance.pick(tids);
    const kind = this.#chance.below(20);
    if (kind < 7) this.#start(day, tid);
    else if (kind < 9) this.#ask(day, 'cancelTransaction', { tid });
    else if (kind < 11) this.#judge(day);
    else if (kind < 12) this.#ask(day, this.#chance.pick(reports), { tid });
    else if (kind < 13) day.till.send(this.#chance.pick(rubbish));
    else if (kind < 14) await this.#comeBack(day);
    else if (kind < 15 && this.#chance.below(4) === 0) await this.#restart();
    else await this.#shop.pass(this.#chance.below(LONGEST_PAUSE_MS));
  }

  #start(day: DayTill, tid: string): void {
    const amount = 1 + this.#chance.below(5_000);
    this.#ask(day, this.#chance.pick(starts), { tid, currency: 'GBP', amount });
  }

  #ask(day: DayTill, method: string, params: Params): void {
    day.lastId += 1;
    const { tid: tpi, ...rest } = params;
    day.till.ask(method, day.till.version === 'v0' ? { tpi, ...rest } : params, day.lastId);
  }

  /** Answers every question so far, perhaps again. */
  #judge({ till }: DayTill): void {
    const accepted = this.#chance.below(2) === 0;
    for (const { id, method } of till.received) {
      if (method === 'signatureVerificationRequest') {
        till.send({ jsonrpc: '2.0', id, result: { accepted } });
      }
    }
  }

  async #comeBack(day: DayTill): Promise<void> {
    day.till.cut();
    await day.till.closed;
    if (this.#chance.below(2) === 0) await this.#shop.pass(this.#chance.below(LONGEST_PAUSE_MS));
    day.till = await this.#connect(day.address);
  }

  async #restart(): Promise<void> {
    // What was asked is answered; what runs is cut short.
    await this.#shop.quiet();
    await this.#shop.restart();
    for (const day of this.tills) day.till = await this.#connect(day.address);
  }

  /** Some never prove that anything has arrived. */
  #connect(address: Address): Promise<TestTill> {
    const autoPong = this.#chance.below(4) > 0;
    return this.#shop.till(address, { autoPong });
  }
}
