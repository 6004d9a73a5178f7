// A cluster with three shops, each with one card machine, and tills that sell there.

import assert from 'node:assert/strict';
import { TillError } from '@tillgate/client';
import { siteRecord, tokenRecord } from '../gateway/site-records.ts';
import type { GatewayProcess } from '../scenario/gateway-process.ts';
import type { SaleAttempt, WatchedPacTill } from '../scenario/pac-till.ts';
import { attemptSale, startPacTill } from '../scenario/pac-till.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd, eventually, within } from '../wait.ts';
import { checkHistory, virtualTotals } from './checker.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { counterAddress, keyOf, startCluster } from './cluster.ts';

export const SITES = ['shop1', 'shop2', 'shop3'];
export const TID = 'VCMINVLSIP0';
/** Card machines of each shop at which only some tests sell: together their sales need more than a page of a table. */
export const SPARE_TIDS = Array.from({ length: 30 }, (_, number) => `VCMSpare${number}SIP0`);
const STEPS = ['--virtual-step', '0.02', '--virtual-card', '0.02', '--virtual-pin', '0.02'];

/** So long that no machine is too slow to renew it. */
export const LONG_LEASE_S = 60;

export function startShops(t: TestEnd, options: Omit<ClusterOptions, 'records'>): Promise<Cluster> {
  const terminals = Object.fromEntries([TID, ...SPARE_TIDS].map((tid) => [tid, {}]));
  const records = SITES.flatMap((site) => [
    siteRecord(site, { test: false, terminals }),
    tokenRecord(site, keyOf(site)),
  ]);
  return startCluster(t, { flags: STEPS, ...options, records });
}

/** Closed when the test ends. */
export async function till(t: TestEnd, site: string, port: number): Promise<WatchedPacTill> {
  const eposId = `till-of-${site}-at-${port}`;
  const watched = await startPacTill(counterAddress(site, port), eposId, { retryFirst: true });
  atEnd(t, () => watched.till.close());
  return watched;
}

/** One of each shop. */
export function tills(t: TestEnd, port: number): Promise<WatchedPacTill[]> {
  return Promise.all(SITES.map((site) => till(t, site, port)));
}

export async function assertMoneyAgrees(
  { store, sql }: Pick<Cluster, 'store' | 'sql'>,
  attempts: readonly SaleAttempt[],
): Promise<void> {
  const machines = SITES.flatMap((site) => [TID, ...SPARE_TIDS].map((tid) => ({ site, tid })));
  const totals = () =>
    Promise.all(machines.map(({ site, tid }) => virtualTotals(store, site, tid)));
  const { faults } = await checkHistory({ store, sql, attempts, totals });
  assert.deepEqual(faults, []);
}

interface FreeOptions {
  /** `TID` if absent. */
  readonly tid?: string;
  /** Whether nobody needs to know it any more. */
  readonly isOver?: () => boolean;
}

/** Waits until the till is connected and its card machine has nothing to do. */
export async function free(
  { till: one }: WatchedPacTill,
  { tid = TID, isOver = () => false }: FreeOptions = {},
): Promise<void> {
  await eventually('a free card machine', async () => {
    const found = await one.terminal({ tid }).catch(() => undefined);
    return found?.status === 'AVAILABLE' || isOver() || undefined;
  });
}

/** What `/readyz` answers. */
export async function readiness({
  http,
}: GatewayProcess): Promise<{ readonly status: number; readonly reason?: string }> {
  const answer = await fetch(`${http}/readyz`);
  const { reason } = (await answer.json()) as { reason?: string };
  return { status: answer.status, ...(reason !== undefined && { reason }) };
}

/** Waits until each node answers `/readyz` with that status. */
export async function untilReadiness(
  nodes: readonly GatewayProcess[],
  status: 200 | 503,
): Promise<void> {
  await eventually(`${status} of /readyz`, async () => {
    const answers = await Promise.all(nodes.map(readiness));
    return answers.every((answer) => answer.status === status) || undefined;
  });
}

export interface Sales {
  /** Waits for so many more that were approved. */
  approved(count: number): Promise<void>;
  /** Waits for one that was refused with this code. */
  refused(code: number): Promise<void>;
  /** Waits for the last ones; gives all. */
  stop(): Promise<readonly SaleAttempt[]>;
}

/** No two sales have the same. */
let amount = 1_000;

/**
 * Sells at some card machines of each till, at each one sale after the other; after one that was not approved when its
 * card machine is free.
 */
export function sell(
  t: TestEnd,
  all: readonly WatchedPacTill[],
  tids: readonly string[] = [TID],
): Sales {
  const attempts: SaleAttempt[] = [];
  let isSelling = true;
  atEnd(t, () => {
    isSelling = false;
  });
  const sellAt = async (watched: WatchedPacTill, tid: string) => {
    while (isSelling) {
      amount += 1;
      const attempt = await attemptSale(watched.till, tid, amount);
      attempts.push(attempt);
      if (!isApproved(attempt)) await free(watched, { tid, isOver: () => !isSelling });
    }
  };
  const selling = all.flatMap((watched) => tids.map((tid) => sellAt(watched, tid)));
  const isRefused = ({ end }: SaleAttempt, code: number) =>
    end instanceof TillError && end.code === code;
  const count = () => attempts.filter(isApproved).length;
  return {
    approved: async (more) => {
      const enough = count() + more;
      await eventually(`${more} sales`, () => count() >= enough || undefined);
    },
    refused: async (code) => {
      const found = () => attempts.some((attempt) => isRefused(attempt, code)) || undefined;
      await eventually(`a sale refused with ${code}`, found);
    },
    stop: async () => {
      isSelling = false;
      await within('the last sales', Promise.all(selling));
      return attempts;
    },
  };
}

export function isApproved({ end }: SaleAttempt): boolean {
  return 'outcome' in end && end.outcome === 'approved';
}
