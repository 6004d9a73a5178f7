// Plays rounds of simultaneous sales, each at another step, and kills the gateway in each round. Used by
// the sweeps of virtual and of linked card machines.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { depth, isFullDepth } from '../depth.ts';
import { SeededRandom } from '../random.ts';
import type { Library } from '../scenario/cutting-proxy.ts';
import type { SaleAttempt, WatchedPacTill } from '../scenario/pac-till.ts';
import { attemptSale } from '../scenario/pac-till.ts';
import { atEnd, eventually, pause, within } from '../wait.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';

/** Between two things that a card machine does. */
export const STEP_MS = 20;
const LONGEST = 14;
/** Rounds that are killed in turn after a message and anywhere; those beyond only after a message. */
const ROUNDS = depth(8, 2);
/** At full depth more rounds are played until every step was hit, up to this many. */
const MOST_ROUNDS = depth(100, ROUNDS);
const RECOVERY_MS = 60;

/** A kind of card machine, and how many messages its sale brings. */
export interface MachineKind {
  readonly letters: string;
  readonly messages: number;
}

/** A till at its own card machine, due to be at one step of its sale when the gateway dies. */
export interface SweptTill {
  readonly kind: MachineKind;
  readonly step: number;
  readonly tid: string;
  /** What its library does. */
  readonly library: Library;
  readonly watched: WatchedPacTill;
  readonly close: () => void;
}

export interface KillRounds {
  readonly kinds: readonly MachineKind[];
  readonly gateway: GatewayUnderTest;
  /** Closed when the test ends. */
  readonly places: readonly SweptTill[];
  readonly seed: number;
}

interface Played {
  readonly attempts: readonly SaleAttempt[];
  /** For the record of the test. */
  readonly summary: string;
}

/** Plays rounds, at full depth until every step of every kind was hit; all tills are connected again then. */
export async function playKillRounds(
  t: TestContext,
  { kinds, gateway, places, seed }: KillRounds,
): Promise<Played> {
  for (const place of places) atEnd(t, () => place.close());
  const hit = new Map<string, number>();
  const attempts: SaleAttempt[] = [];
  const numbers = new SeededRandom(seed);
  const random = () => numbers.next();
  let round = 0;
  const goesOn = () => round < ROUNDS || (missing(kinds, hit).length > 0 && round < MOST_ROUNDS);
  for (; !t.signal.aborted && goesOn(); round += 1) {
    await allFree(places);
    const played = playRound({ places, gateway, round, random, hit });
    for (const at of await played.killed) hit.set(at, (hit.get(at) ?? 0) + 1);
    if (round % 4 === 3) await killWhileItRecovers(gateway, random);
    await gateway.restart();
    attempts.push(...(await played.ends()));
  }
  if (isFullDepth) assert.deepEqual(missing(kinds, hit), [], 'every step was hit');
  await allFree(places);
  const steps = `${hit.size} steps of ${kinds.length} kinds`;
  const summary = `${round} kills, ${attempts.length} sales at ${steps}: ${tally(places, attempts)}`;
  return { attempts, summary };
}

/** The number of sales by the library of the till. */
function tally(places: readonly SweptTill[], attempts: readonly SaleAttempt[]): string {
  const libraryOf = new Map(places.map(({ tid, library }) => [tid, library]));
  const groups = Object.groupBy(attempts, ({ tid }) => libraryOf.get(tid) ?? 'plain');
  return Object.entries(groups)
    .map(([library, some]) => `${library} ${some.length}`)
    .join(', ');
}

/** Every till is back and its machine idle, or the next sale would not be sent or only be refused. */
async function allFree(places: readonly SweptTill[]): Promise<void> {
  await Promise.all(
    places.map(({ tid, watched }) =>
      eventually(`${tid} to be free`, async () => {
        const found = await watched.till.terminal({ tid }).catch(() => undefined);
        return found?.status === 'AVAILABLE' ? true : undefined;
      }),
    ),
  );
}

/** The tills are coming back and nothing is settled yet. */
async function killWhileItRecovers(gateway: GatewayUnderTest, random: () => number) {
  await gateway.restart();
  await pause(random() * RECOVERY_MS);
  await gateway.kill();
}

interface Round {
  readonly places: readonly SweptTill[];
  readonly gateway: GatewayUnderTest;
  readonly round: number;
  readonly random: () => number;
  readonly hit: ReadonlyMap<string, number>;
}

/**
 * Starts each sale so early that all steps are reached at one moment, and kills then: in even rounds
 * right after one till got its message (or sent its request), in odd ones anywhere in between.
 * Only the first way distinguishes messages that arrive together.
 */
function playRound({ places, gateway, round, random, hit }: Round) {
  const sales: Promise<SaleAttempt>[] = [];
  const received = new Map<SweptTill, number>();
  const { promise: killed, resolve } = Promise.withResolvers<readonly string[]>();
  const started = Promise.withResolvers<void>();
  let dead = false;
  const kill = () => {
    if (dead) return;
    dead = true;
    const at = [...received].map(([place, count]) => `${place.kind.letters} ${count}`);
    resolve(gateway.kill().then(() => at));
  };
  const never = places.find(({ kind, step }) => !hit.has(`${kind.letters} ${step}`));
  const lead = round % 2 === 0 || round >= ROUNDS ? (never ?? places[round]) : undefined;
  const kinds = [...new Set(places.map(({ kind }) => kind))];
  for (const place of places) {
    place.watched.onText = () => {
      if (dead || !received.has(place)) return;
      const count = (received.get(place) ?? 0) + 1;
      received.set(place, count);
      if (place === lead && count === place.step) kill();
    };
    const amount = 10_000 * (round + 1) + 100 * kinds.indexOf(place.kind) + place.step + 1;
    setTimeout(
      () => {
        if (dead) return;
        received.set(place, 0);
        sales.push(attemptSale(place.watched.till, place.tid, amount));
        if (sales.length === places.length) started.resolve();
        if (place === lead && place.step === 0) kill();
      },
      (LONGEST - place.step) * STEP_MS,
    );
  }
  if (!lead) void pause((LONGEST + random()) * STEP_MS).then(kill);
  // A sale that ends on another way than usual may never reach its step: then the round hits less.
  else void started.promise.then(() => Promise.all(sales)).then(kill);
  return {
    killed: within('the moment to kill', killed),
    ends: () => within('the outcomes', Promise.all(sales)),
  };
}

/** The steps at which no sale ever was when the gateway died. */
function missing(
  kinds: readonly MachineKind[],
  hit: ReadonlyMap<string, number>,
): readonly string[] {
  const all = kinds.flatMap(({ letters, messages }) =>
    Array.from({ length: messages + 1 }, (_, step) => `${letters} ${step}`),
  );
  return all.filter((at) => !hit.has(at));
}
