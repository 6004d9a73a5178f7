// The gateway is killed (-9) at every step of a bill that is paid in parts: the till's book, the journal
// and the card machines tell of the same payments, and every bill is paid to the penny.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { depth, isFullDepth } from '../depth.ts';
import { SeededRandom } from '../random.ts';
import { Bills } from '../scenario/bills.ts';
import { libraries, libraryAt, startCuttingProxy } from '../scenario/cutting-proxy.ts';
import type { WatchedPatTill } from '../scenario/pat-till.ts';
import { assertBooksAgree, startPatTill } from '../scenario/pat-till.ts';
import type { Part } from '../scenario/waiter.ts';
import { payBill } from '../scenario/waiter.ts';
import { atEnd, pause, within } from '../wait.ts';
import type { GatewayUnderTest, StartUnderTest } from './gateway-under-test.ts';
import { addressAt } from './gateway-under-test.ts';

interface Kind {
  /** Of the card machine. */
  readonly letters: string;
  readonly parts: readonly Part[];
  /** Messages of an undisturbed visit, to the till and to the waiter. */
  readonly steps: number;
}

/** All by card; with cash between; a card that is declined, then cash. */
const kinds: readonly Kind[] = [
  {
    letters: 'SIP0',
    parts: [
      { by: 'card', amount: 1607, amountGratuity: 160 },
      { by: 'card', amount: 1607, amountGratuity: 75 },
      { by: 'card', amount: 1606 },
    ],
    steps: 37,
  },
  {
    letters: 'SCD0',
    parts: [
      { by: 'card', amount: 2000, amountCashback: 500, amountGratuity: 200 },
      { by: 'other', amount: 1500 },
      { by: 'card', amount: 1320, amountGratuity: 1 },
    ],
    steps: 23,
  },
  {
    letters: 'DIP0',
    parts: [
      { by: 'other', amount: 700 },
      { by: 'card', amount: 800, amountGratuity: 80 },
      { by: 'other', amount: 900 },
    ],
    steps: 22,
  },
];
const STEP_MS = 12;
const stepS = STEP_MS / 1000;
const settings = { pace: 'instant', virtualStep: stepS, virtualCard: stepS, virtualPin: stepS };
const ROUNDS = depth(8, 1);
/** At full depth more rounds are played until every step was hit, up to this many. */
const MOST_ROUNDS = depth(100, ROUNDS);
/** When coming back to life it is killed again after up to so many messages to the till. */
const MOST_RECOVERED = 60;
const RECOVERY_MS = 1_500;
/** In every third round, at less than full depth in the first one too. */
const ROUNDS_BEFORE_SECOND_KILL = depth(1, 0);
const BEACON = 'STAFF';
/** What one turn of the gateway sends with what follows: to be killed between is a rare chance. */
const AT_ONCE = ['3 paid', 'transactionResponse', 'tableUnlock'];

/** A waiter due to be at one step of his visit when the gateway dies. */
interface Place {
  readonly kind: Kind;
  readonly step: string;
  /** How long after the beginning of a visit that step comes, and how long until the next. */
  readonly afterMs: number;
  readonly lastsMs: number;
  readonly name: string;
  /** Two machines: after each kill he takes the other. */
  readonly tids: readonly [string, string];
}

export async function tablesKillSweep(t: TestContext, start: StartUnderTest): Promise<void> {
  const gateway = await start(t, { settings });
  const bills = new Bills();
  bills.open(BEACON, 1);
  const numbers = new SeededRandom(20260314);
  const random = () => numbers.next();
  const manners = { delayMs: STEP_MS, failsToBook: () => random() < 0.1 };
  let connections = 0;
  const nextLibrary = () => {
    connections += 1;
    return libraryAt(connections);
  };
  const line = await startCuttingProxy(addressAt(gateway.till, 'pat'), 'gateway', nextLibrary);
  atEnd(t, line.close);
  const tables = await startPatTill(line.uri, bills, manners);
  atEnd(t, () => tables.till.close());
  const sweep = new Sweep(gateway, bills, tables);
  atEnd(t, () => sweep.end());
  const places = await sweep.placesAt();
  let rounds = 0;
  const needed = () => sweep.missing(places).filter(({ step }) => !AT_ONCE.includes(step));
  const goesOn = () => rounds < ROUNDS || (needed().length > 0 && rounds < MOST_ROUNDS);
  while (!t.signal.aborted && goesOn()) {
    const [first] = rounds < ROUNDS ? sweep.missing(places) : needed();
    const lead = rounds % 4 === 3 ? undefined : first;
    const settled = await sweep.round(places, { round: rounds, lead, random });
    if (rounds % 3 === ROUNDS_BEFORE_SECOND_KILL)
      await sweep.killAgain(Math.ceil(random() * MOST_RECOVERED));
    await gateway.restart();
    await within('every bill', settled());
    rounds += 1;
  }
  if (isFullDepth) {
    const left = needed().map((place) => `${place.kind.letters} ${place.step}`);
    assert.deepEqual(left, [], 'every step was hit');
  }

  const store = await gateway.journal();
  const all = await assertBooksAgree(
    store,
    bills,
    places.flatMap(({ tids }) => tids),
  );
  const unpaid = [...bills.all].filter(([id, { left }]) => id !== BEACON && left !== 0);
  assert.deepEqual(unpaid, []);
  const { visits, hit, kills } = sweep;
  t.diagnostic(`${kills} kills at ${hit.size} steps of ${kinds.length} kinds of visit`);
  t.diagnostic(`each time the till comes back with ${libraries.join(', ')} in turn`);
  t.diagnostic(`${bills.all.size - 1} bills in ${visits} visits and ${all.sessions} sessions`);
  t.diagnostic(`${all.payments} payments, ${all.byCard} by card; ${tables.resent} sent again`);
}

interface Round {
  readonly round: number;
  /** Killed as soon as this one gets its message; else at any moment. */
  readonly lead: Place | undefined;
  readonly random: () => number;
}

class Sweep {
  readonly hit = new Set<string>();
  visits = 0;
  kills = 0;
  #isOver = false;
  readonly #gateway: GatewayUnderTest;
  readonly #bills: Bills;
  readonly #tables: WatchedPatTill;

  constructor(gateway: GatewayUnderTest, bills: Bills, tables: WatchedPatTill) {
    this.#gateway = gateway;
    this.#bills = bills;
    this.#tables = tables;
  }

  /** Those that chance finds last come first. */
  missing(places: readonly Place[]): readonly Place[] {
    return places
      .filter(({ kind, step }) => !this.hit.has(`${kind.letters} ${step}`))
      .sort((a, b) => a.lastsMs - b.lastsMs);
  }

  /** One place for each step that an undisturbed visit of each kind has. */
  async placesAt(): Promise<readonly Place[]> {
    const places: Place[] = [];
    for (const kind of kinds) {
      const steps = new Map<string, number>();
      const begin = performance.now();
      const tids = [`VCMCALM${kind.letters}`] as const;
      this.#tables.onMessage = ({ method }) => note(method);
      const note = (step: string) => {
        if (!steps.has(step)) steps.set(step, performance.now() - begin);
      };
      await this.#settle({ kind, tids, table: `calm ${kind.letters}`, onStep: note });
      assert.equal(steps.size, kind.steps, [...steps.keys()].join(', '));
      const times = [...steps.values()];
      for (const [index, [step, afterMs]] of [...steps].entries()) {
        const name = `${places.length}`;
        const both = [`VCMA${name}${kind.letters}`, `VCMB${name}${kind.letters}`] as const;
        const lastsMs = (times[index + 1] ?? afterMs) - afterMs;
        places.push({ kind, step, afterMs, lastsMs, name, tids: both });
      }
    }
    return places;
  }

  /**
   * Starts each visit so early that all steps are reached at one moment, and kills then. Gives a
   * wait for all bills, to be called when the gateway is back.
   */
  async round(places: readonly Place[], { round, lead, random }: Round) {
    const longest = Math.max(...places.map(({ afterMs }) => afterMs));
    const settled: Promise<void>[] = [];
    const at = new Map<Place, string>();
    const { promise: killed, resolve } = Promise.withResolvers<void>();
    let dead = false;
    const kill = () => {
      if (!dead) resolve(this.#kill());
      dead = true;
    };
    const onMessage = (place: Place | undefined, step: string) => {
      // What comes after the goodbye belongs to the next visit.
      if (!place || dead || (at.get(place) === 'left' && step !== 'tableUnlock')) return;
      at.set(place, step);
      if (place === lead && step === place.step) kill();
    };
    this.#tables.onMessage = ({ method, params }) =>
      onMessage(
        places.find(({ tids }) => tids[0] === params?.tid),
        method,
      );
    const begin = (place: Place) => {
      const table = `${round} ${place.name}`;
      const onStep = (step: string) => onMessage(place, step);
      settled.push(this.#settle({ ...place, table, onStep }));
    };
    const starts = places.map((place) => setTimeout(begin, longest - place.afterMs, place));
    if (!lead) void pause(longest + random() * STEP_MS).then(kill);
    // A visit that is interrupted may never reach its step: then the round hits less.
    else {
      const last = Promise.withResolvers<void>();
      starts.push(setTimeout(last.resolve, longest + 1));
      void last.promise.then(() => Promise.all(settled)).then(kill);
    }
    await within('the moment to kill', killed);
    for (const start of starts) clearTimeout(start);
    for (const [{ kind }, step] of at) this.hit.add(`${kind.letters} ${step}`);
    return () => Promise.all(settled);
  }

  /** Kills the gateway while it sends the till its notices and the waiters reconnect. */
  async killAgain(messages: number): Promise<void> {
    const received = Promise.withResolvers<void>();
    let left = messages;
    this.#tables.onMessage = () => {
      left -= 1;
      if (left === 0) received.resolve();
    };
    await this.#gateway.restart();
    await Promise.race([received.promise, pause(RECOVERY_MS)]);
    await this.#kill();
  }

  /** The test has ended. */
  end(): void {
    this.#isOver = true;
  }

  async #kill(): Promise<void> {
    this.kills += 1;
    await this.#gateway.kill();
  }

  async #settle({ kind, tids, table, onStep }: Errand): Promise<void> {
    const { parts } = kind;
    const { machine } = this.#gateway;
    const token = new URL(machine).searchParams.get('token') ?? '';
    this.#bills.open(
      table,
      parts.reduce((sum, { amount }) => sum + amount, 0),
    );
    const visits = await payBill(
      {
        uri: (tid) => addressAt(machine, 'waiter', { token, tid }),
        tid: (visit) => tids[visit % tids.length] as string,
        beacon: BEACON,
        thinkMs: STEP_MS,
        isOver: () => this.#isOver,
        onStep,
      },
      { tableId: table, waiterId: '007', parts },
    );
    this.visits += visits;
  }
}

interface Errand {
  readonly kind: Kind;
  readonly tids: readonly string[];
  readonly table: string;
  readonly onStep: (step: string) => void;
}
