// What the metrics say of payments in progress and of results that no till has: what alarms need.

import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import test from 'node:test';
import { HandMachine } from '../../packages/client/src/testing/link-script.ts';
import { AttentionCounts } from '../../packages/server/src/application/admin/attention-counts.ts';
import { startGateway } from '../../packages/server/src/gateway.ts';
import { defaultSettings } from '../../packages/server/src/settings.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startLinkGateway } from '../support/terminal/link-gateway.ts';
import { eventually } from '../support/wait.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const T1 = { 'epos-id': 'T1' };

/** The samples of the gateway that begin with `tillgate_`, by name and labels. */
async function samples({ httpUrl }: { readonly httpUrl: string }) {
  const response = await fetch(`${httpUrl}/metrics`);
  assert.equal(response.status, 200);
  const lines = (await response.text()).matchAll(/^tillgate_(\S+) (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value]) => [name, Number(value)]));
}

/** Waits until the samples are these: what the store has is shown by a later page. */
async function untilSamples(
  gateway: { readonly httpUrl: string },
  wanted: Readonly<Record<string, number>>,
): Promise<void> {
  await eventually(JSON.stringify(wanted), async () => {
    const found = await samples(gateway);
    return (
      Object.entries(wanted).every(([name, value]) => Object.is(found[name], value)) || undefined
    );
  });
}

test('the metrics show payments in progress, results that no till has, and card machines by state', async (t) => {
  const harness = await startHarness(t);
  const { gateway } = harness.server;
  const till = await harness.till(T1, { autoPong: false });
  await untilSamples(gateway, { open_activities: 0, incomplete_activities: 0, open_sites: 1 });
  till.ask('sale', sale, 7);
  await harness.settled();
  await untilSamples(gateway, {
    ...{ open_activities: 1, incomplete_activities: 1, undelivered_results: 0 },
    ...{ 'terminals{state="busy"}': 1, 'terminals{state="unavailable"}': 0 },
  });
  await harness.answer(till, 7);
  till.cut();
  await till.closed;
  await untilSamples(gateway, {
    ...{ open_activities: 0, incomplete_activities: 1, undelivered_results: 1 },
    ...{ 'terminals{state="busy"}': 0, 'terminals{state="idle"}': 6 },
  });
  await harness.advance(600_000);
  // The site is closed by then.
  await untilSamples(gateway, { open_sites: 0, undelivered_results: 1, unknown_results: 0 });
  await harness.till(T1);
  await untilSamples(gateway, {
    open_activities: 0,
    incomplete_activities: 0,
    undelivered_results: 0,
  });
});

test('the metrics show the payments of the last day of which nobody knows whether money was taken', async (t) => {
  const harness = await startHarness(t, { settings: { pingInterval: 3_600 } });
  const { gateway } = harness.server;
  const till = await harness.till(T1);
  till.ask('sale', { ...sale, tid: 'VCMINVLTIP0' }, 7);
  await harness.answer(till, 7);
  await untilSamples(gateway, { unknown_results: 1, undelivered_results: 0 });
  await harness.advance(86_400_000);
  await untilSamples(gateway, { unknown_results: 0 });
});

test('a node counts what is undelivered at the sites of other nodes, without what is in progress there', async (t) => {
  const harness = await startHarness(t);
  const { store, clock } = harness;
  const otherNode = new AttentionCounts({
    ...{ store, clock, onDamaged: () => {} },
    openHere: () => new Set(),
  });
  const till = await harness.till(T1, { autoPong: false });
  till.ask('sale', sale, 7);
  await harness.settled();
  assert.deepEqual(await otherNode.incomplete(), { incomplete: 1, undelivered: 0 });
  await harness.answer(till, 7);
  assert.deepEqual(await otherNode.incomplete(), { incomplete: 1, undelivered: 1 });
  await harness.till(T1);
  await harness.settled();
  assert.deepEqual(await otherNode.incomplete(), { incomplete: 0, undelivered: 0 });
});

test('a linked card machine is counted as unavailable until it has connected, whether a till has used it or not', async (t) => {
  const { gateway, pair, link, till } = await startLinkGateway(t);
  const token = await pair('12345678');
  await till();
  const unavailable = (count: number) => ({ 'terminals{state="unavailable"}': count });
  await untilSamples(gateway.gateway, unavailable(1));
  // The virtual ones.
  await untilSamples(gateway.gateway, { 'terminals{state="idle"}': 6 });
  const linked = await link({ tid: '12345678', token }, new HandMachine());
  await untilSamples(gateway.gateway, { ...unavailable(0), 'terminals{state="idle"}': 7 });
  linked.close();
  await untilSamples(gateway.gateway, unavailable(1));
});

test('the page of the metrics comes even if the store does not answer, or fails', async (t) => {
  const harness = await startHarness(t);
  const { store } = harness;
  const { gateway } = harness.server;
  const { list, health } = store;
  await untilSamples(gateway, { incomplete_activities: 0, ready: 1, 'healthy{part="journal"}': 1 });
  store.list = () => Promise.reject(new Error('gone'));
  store.health = () => ({ ok: false, reason: 'gone' });
  await untilSamples(gateway, {
    ...{ incomplete_activities: Number.NaN, undelivered_results: Number.NaN, ready: 0 },
    ...{ 'healthy{part="journal"}': 0, 'healthy{part="node"}': 1 },
  });
  store.list = () => new Promise(() => {});
  for (const _ of [1, 2]) await samples(gateway);
  Object.assign(store, { list, health });
});

test('a gateway with a file says how much room is left where it is', async (t) => {
  const data = temporaryFolder(t);
  const settings = { ...defaultSettings(), port: 0, data, logLevel: 'silent' } as const;
  const gateway = await startGateway(settings);
  t.after(() => gateway.stopNow());
  const { blocks, bsize } = statfsSync(data);
  await untilSamples(gateway, { disk_size_bytes: blocks * bsize });
  const { disk_free_bytes = 0 } = await samples(gateway);
  assert.ok(disk_free_bytes > 0 && disk_free_bytes < blocks * bsize);
});
