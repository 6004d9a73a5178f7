// `npm run bench`: everything in one run, to the shell and to bench/results.md. Ends with 1 if
// anything was lost; a missed target is a result, and says where the time goes.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compareCheckouts } from './compare.ts';
import { benchFairness } from './fairness.ts';
import { benchGrowth } from './growth.ts';
import { benchIdle } from './idle.ts';
import type { JournalRow } from './journal.ts';
import { benchJournal } from './journal.ts';
import { benchLatency } from './latency.ts';
import { benchNodes } from './nodes.ts';
import type { Target } from './numbers.ts';
import { table, targetTable } from './numbers.ts';
import { record, workFolder } from './peer.ts';
import { here, pinned } from './processes.ts';
import { profileSales } from './profile.ts';
import { benchSales } from './sales.ts';
import { benchScale } from './scale/scale.ts';
import { benchSoak } from './soak/soak.ts';
import { benchStart } from './start.ts';
import { benchStorm } from './storm.ts';

const usage = `npm run bench -- [options]
  --only sales|idle|journal|fairness|start|latency|storm
                              one part of it; results.md is left as it is
  --repeats N                 how often each is measured in turn (5)
  --quick                     a look: 2 repeats, short; results.md is left as it is
  --connections N             idle connections (10000)
  --tills N                   of the storm (10000)
  --ping-interval S           of both servers, idle part (5)
  --only growth               what grows with sites and finished sales, with both stores, to results-growth.md
  --sizes N/M,…               sites and sales of each journal (1000/10,1000/200000,100000/10)
  --undelivered N             results that no till has fetched, of one journal more (50000)
  --only cluster              several nodes on PostgreSQL, to results-cluster.md
  --only scale                what a site, a till and a sale cost, for docs/scale.md
  --sites N                   of it (2000)
  --only soak                 a gateway under mixed traffic for long; ends with 1 if it leaks or errs
  --minutes N                 of the soak (60)
  --rate N                    actions a second of the soak (40)
  --profile                   only where the time of sales and what they allocate goes; results.md is left as it is
  --compare A B               only two checkouts, in turn: CPU and memory allocated of a sale, B as a ratio of A;
                              A and B are folders in which \`npm ci\` was run
  --short                     of it: within 90 s, with a warning where B takes over 15 % more`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
    connections: { type: 'string' },
    'ping-interval': { type: 'string', default: '5' },
    sizes: { type: 'string', default: '1000/10,1000/200000,100000/10' },
    undelivered: { type: 'string', default: '50000' },
    sites: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '40' },
    tills: { type: 'string' },
    profile: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Part {
  readonly title: string;
  readonly text: string;
  readonly targets: readonly Target[];
}

/** A full run has all of these, in their order. */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  sales,
  idle,
  journal,
  fairness,
  start,
  latency,
  storm,
};
/** Each is a run of its own. */
const alones: Readonly<Record<string, () => Promise<void>>> = { growth, cluster, scale, soak };

const { quick, only } = options;
const isLook = quick || options.short;
const repeats = Number(options.repeats ?? (isLook ? 2 : 5));
if (
  options.help ||
  !(repeats >= 1) ||
  !/^[1-9]\d*\/\d+(,[1-9]\d*\/\d+)*$/.test(options.sizes) ||
  !(Number(options.undelivered) >= 0) ||
  positionals.length !== (options.compare ? 2 : 0) ||
  !(Number(options.minutes) > 0 && Number(options.rate) > 0) ||
  (only && !Object.hasOwn({ ...parts, ...alones }, only))
) {
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}

const say = (line: string): void => console.error(line);
const loadBefore = loadavg()[0] ?? 0;
const { folder, remove } = workFolder();
process.on('exit', remove);

async function main(): Promise<void> {
  const alone = only && alones[only];
  if (alone) {
    await alone();
    return;
  }
  if (options.profile) {
    console.log((await profileSales(await salesOptions())).text);
    return;
  }
  if (options.compare) {
    console.log(await compare());
    return;
  }
  const measured: Part[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (!only || only === name) measured.push(await part());
  }
  if (only) report(undefined, measured);
  else report('results.md', [...measured, tried()]);
}

/** To the shell and, unless it was but a look, to a file. */
function report(file: string | undefined, parts: readonly Part[]): void {
  const text = `${[heading(parts), ...parts.map(sectionOf)].join('\n\n')}\n`;
  console.log(`\n${text}`);
  if (file && !quick) writeFileSync(here(file), text);
}

/** Written by hand. */
function tried(): Part {
  const text = readFileSync(here('tried.md'), 'utf8').trimEnd();
  return { title: 'What stands between, and what was tried', text, targets: [] };
}

async function growth(): Promise<void> {
  const sizes = options.sizes.split(',').map((size) => {
    const [sites = 0, sales = 0] = size.split('/').map(Number);
    return [sites, sales] as const;
  });
  const undelivered = Number(options.undelivered);
  const measured = await benchGrowth({ folder, sizes, undelivered, repeats, say });
  report('results-growth.md', [{ title: 'Growth', ...measured }]);
}

async function cluster(): Promise<void> {
  const [warmUpS, seconds] = quick ? [1, 2] : [4, 4];
  const measured = await benchNodes({ folder, repeats, warmUpS, seconds, say });
  report('results-cluster.md', [{ title: 'Several nodes', ...measured }]);
}

async function scale(): Promise<void> {
  console.log(`\n${await benchScale({ folder, sites: Number(options.sites), say })}`);
}

async function soak(): Promise<void> {
  const { text, passed } = await benchSoak({
    folder,
    minutes: Number(options.minutes),
    rate: Number(options.rate),
    say,
  });
  console.log(`\n${text}`);
  if (!passed) process.exitCode = 1;
}

async function salesOptions() {
  const recording = await record(folder);
  const [warmUpS, seconds] = quick ? [2, 2] : [8, 4];
  return { folder, recording, repeats, warmUpS, seconds, say };
}

async function sales(): Promise<Part> {
  const chosen = await salesOptions();
  const sold = await benchSales(chosen);
  const profile = await profileSales(chosen);
  const text = [saleNotes, sold.text, profile.text].join('\n\n');
  return { title: '(a) Whole sales', text, targets: [...sold.targets, ...profile.targets] };
}

async function idle(): Promise<Part> {
  const { text, targets } = await benchIdle({
    folder,
    repeats,
    connections: Number(options.connections ?? (quick ? 2000 : 10_000)),
    pingIntervalS: Number(options['ping-interval']),
    say,
  });
  return { title: '(b) Idle connections', text: `${idleNotes}\n\n${text}`, targets };
}

async function journal(): Promise<Part> {
  const rows = await benchJournal({ repeats });
  const heads = ['median', 'Tillgate', 'plain append + fdatasync', 'ratio (least..most)'];
  const cells = rows.map(({ what, ours, peer, ratio, spread: [least, most] }) => [
    what,
    figure(ours),
    figure(peer),
    `${figure(ratio)} (${figure(least)}..${figure(most)})`,
  ]);
  return {
    title: '(c) Journal',
    text: `${journalNotes}\n\n${table(heads, cells)}`,
    targets: journalTargets(rows),
  };
}

async function fairness(): Promise<Part> {
  const { text, targets } = await benchFairness({ folder, repeats, seconds: quick ? 4 : 24, say });
  return {
    title: '(d) A quiet site beside a hostile one',
    text: `${fairnessNotes}\n\n${text}`,
    targets,
  };
}

async function start(): Promise<Part> {
  const { text, targets } = await benchStart({ folder, repeats, say });
  return { title: '(e) Start', text: `${startNotes}\n\n${text}`, targets };
}

async function latency(): Promise<Part> {
  const tills = quick ? [64] : [64, 1000];
  const { text, targets } = await benchLatency({ ...(await salesOptions()), tills });
  return { title: '(f) Until a sale is durable', text: `${latencyNotes}\n\n${text}`, targets };
}

async function storm(): Promise<Part> {
  const tills = Number(options.tills ?? (quick ? 500 : 10_000));
  const { text, targets } = await benchStorm({ folder, repeats, tills, say });
  return { title: '(g) All tills come back at once', text: `${stormNotes}\n\n${text}`, targets };
}

async function compare(): Promise<string> {
  const [a = '', b = ''] = positionals;
  const chosen = { ...(await salesOptions()), folders: [a, b] as const, isShort: options.short };
  return compareCheckouts(chosen);
}

function journalTargets(rows: readonly JournalRow[]): readonly Target[] {
  const row = rows.find(({ what }) => what === 'journal appends/s, 64 writers');
  if (!row) throw new Error('The journal bench has no row for 64 writers.');
  const what = '(c) journal appends/s with 64 writers against one fdatasync each';
  return [{ what, value: row.ratio, bound: 'at least', wanted: 3 }];
}

function heading(parts: readonly Part[]): string {
  const cores = cpus();
  const kept = pinned
    ? 'server on core 0, load on core 1'
    : 'NOT kept on a core each (no second core, or no taskset): read with care';
  const facts = [
    `- ${new Date().toISOString().slice(0, 10)}, ${cores.length} cores, ${cores[0]?.model.trim()}`,
    `- Node ${process.version}, ${process.platform} ${process.arch}; ${kept}`,
    `- ${repeats} repeats, the peers in turn within each; medians (least..most); loopback only`,
    `- load of the machine before the start: ${loadBefore.toFixed(2)}`,
  ];
  const targets = parts.flatMap((part) => part.targets);
  return ['# Bench', facts.join('\n'), '## Targets', targetTable(targets)].join('\n\n');
}

function sectionOf({ title, text }: Part): string {
  return `## ${title}\n\n${text}`;
}

function figure(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}

const fairnessNotes = `A till of one site takes sales one after the other, alone and while twenty sockets of another site
send requests without pause, with the budgets of messages as they are by default.`;

const saleNotes = `One sale is a request, ten notifications and a result: a chip-and-PIN sale on a
virtual card machine, each till with a machine of its own, the steps one timer after the other. The
gateway's journal is on disk and durable, and its virtual card machines run in the same process and
are counted. The bare server sends the same bytes on the same timers, the ping that proves the
delivery of a result among them. \`ocpp-rpc\` checks with the
same schemas in strict mode; its notifications are calls that the till answers, for its protocol has
no others; in a line of their own they go unanswered, which makes as many messages as ours. The tills are
one lean client for all peers, so that no peer pays for its client.

*Start*: from the request to TRANSACTION_STARTED (durable at the gateway). *Overhead*: from the
request to the result, less the waits that the card machine is meant to make; a timer is late by up
to a millisecond and there are ten of them a sale, for every peer. CPU is user and system time of
all threads of the server; *busy* is of one core, which its threads share.`;

const idleNotes = `CPU of two intervals over the pings in them, once the first have been answered; then resident memory after a
collection, full less empty.`;

const journalNotes =
  'The floor is one process that appends the same bytes to a plain file and waits for the disk.';

const startNotes = `Until the line that says that the gateway is ready, on a journal that an earlier start has made, or
until a command has ended that was run beside that gateway; memory and CPU a second later. *Packed*: the files that npm
installs. The compiled code is kept from an earlier start. On any core.`;

const latencyNotes = `Tills that together make half as many sales as they can, each after a pause of random length. *Start*: from the request to
TRANSACTION_STARTED, which is durable. *fdatasync*: of a write of 4 KiB on the same disk, before each run.`;

const stormNotes = `Each till left in the middle of a sale, and the gateway was started again. Then all connect at once,
each with its \`epos-id\`, until each has its result. The bare server only accepts them. A till that is refused tries again
after a second. The delay is by how much the server's event loop was late.`;

await main();
process.exit();
