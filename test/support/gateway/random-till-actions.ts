// Random actions of tills at the counter: they start and cancel transactions, answer signatures, lose their
// connection and reconnect, while the gateway restarts and time passes. The test checks the result.

import type { TestTill } from 'tillgate/testing';
import type { SeededRandom } from '../random.ts';
import type { GatewayHarness } from './gateway-harness.ts';

const tids = ['VCMASIP0', 'VCMBSIS0', 'VCMCSCD0', 'VCMDTIP0', 'VCMEVKS0', 'VCMFDIP0'] as const;
const starts = ['sale', 'sale', 'sale', 'refund', 'preAuth', 'accountVerification'] as const;
const reports = ['reportXBalance', 'reportBanking'] as const;
const rubbish = ['', '{', '[]', '[1,2]', '{"jsonrpc":"2.0","id":5,"result":{}}', 'null', '""'];
const LONGEST_PAUSE_MS = 9_000;

type Params = Readonly<Record<string, unknown>> & { readonly tid: string };
type Address = Readonly<Record<'epos-id' | 'api-version', string | undefined>>;

/** Two tills with an `epos-id`, by which the gateway recognises them, and two without; one of each version. */
const addresses: readonly Address[] = [
  { 'api-version': 'v1', 'epos-id': 'T1' },
  { 'api-version': 'v0', 'epos-id': 'T2' },
  { 'api-version': 'v1', 'epos-id': undefined },
  { 'api-version': 'v0', 'epos-id': undefined },
];

/** One till, whichever socket it has now. */
export interface ActingTill {
  readonly address: Address;
  till: TestTill;
  lastId: number;
}

export class RandomTillActions {
  readonly tids = tids;
  readonly tills: ActingTill[] = [];
  readonly #harness: GatewayHarness;
  readonly #random: SeededRandom;

  constructor(harness: GatewayHarness, random: SeededRandom) {
    this.#harness = harness;
    this.#random = random;
  }

  async open(): Promise<void> {
    for (const address of addresses) {
      this.tills.push({ address, till: await this.#connect(address), lastId: 0 });
    }
  }

  /** Takes one random action. */
  async step(): Promise<void> {
    const day = this.#random.pick(this.tills);
    const tid = this.#random.pick(tids);
    const kind = this.#random.int(20);
    if (kind < 7) this.#start(day, tid);
    else if (kind < 9) this.#ask(day, 'cancelTransaction', { tid });
    else if (kind < 11) this.#judge(day);
    else if (kind < 12) this.#ask(day, this.#random.pick(reports), { tid });
    else if (kind < 13) day.till.send(this.#random.pick(rubbish));
    else if (kind < 14) await this.#comeBack(day);
    else if (kind < 15 && this.#random.int(4) === 0) await this.#restart();
    else await this.#harness.advance(this.#random.int(LONGEST_PAUSE_MS));
  }

  #start(day: ActingTill, tid: string): void {
    const amount = 1 + this.#random.int(5_000);
    this.#ask(day, this.#random.pick(starts), { tid, currency: 'GBP', amount });
  }

  #ask(day: ActingTill, method: string, params: Params): void {
    day.lastId += 1;
    const { tid: tpi, ...rest } = params;
    day.till.ask(method, day.till.version === 'v0' ? { tpi, ...rest } : params, day.lastId);
  }

  /** Answers every question so far, perhaps again. */
  #judge({ till }: ActingTill): void {
    const accepted = this.#random.int(2) === 0;
    for (const { id, method } of till.received) {
      if (method === 'signatureVerificationRequest') {
        till.send({ jsonrpc: '2.0', id, result: { accepted } });
      }
    }
  }

  async #comeBack(day: ActingTill): Promise<void> {
    day.till.cut();
    await day.till.closed;
    if (this.#random.int(2) === 0) await this.#harness.advance(this.#random.int(LONGEST_PAUSE_MS));
    day.till = await this.#connect(day.address);
  }

  async #restart(): Promise<void> {
    // Requests are answered first; running transactions are interrupted.
    await this.#harness.settled();
    await this.#harness.restart();
    for (const day of this.tills) day.till = await this.#connect(day.address);
  }

  /** Some tills never send a pong, so that nothing is known to have arrived. */
  #connect(address: Address): Promise<TestTill> {
    const autoPong = this.#random.int(4) > 0;
    return this.#harness.till(address, { autoPong });
  }
}
