// `npm run bench`: everything in one run, to the shell and to bench/results.md. Ends with 1 if
// anything was lost; a missed target is a result, and says where the time goes.

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchFairness } from './fairness.ts';
import { benchGrowth } from './growth.ts';
import { benchIdle } from './idle.ts';
import type { JournalRow } from './journal.ts';
import { benchJournal } from './journal.ts';
import { benchNodes } from './nodes.ts';
import type { Target } from './numbers.ts';
import { met, table, targetTable } from './numbers.ts';
import { record, workFolder } from './peer.ts';
import { here, pinned } from './processes.ts';
import { benchSales, profileSales } from './sales.ts';
import { benchScale } from './scale/scale.ts';
import { benchSoak } from './soak/soak.ts';

const usage = `npm run bench -- [options]
  --only sales|idle|journal|fairness  one part of it; results.md is left as it is
  --repeats N                 how often each is measured in turn (5)
  --quick                     a look: 2 repeats, short; results.md is left as it is
  --connections N             idle connections (10000)
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
  --profile                   only where the time of sales goes; results.md is left as it is`;

const { values: options } = parseArgs({
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
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Part {
  readonly title: string;
  readonly text: string;
  readonly targets: readonly Target[];
}

const { quick, only } = options;
const repeats = Number(options.repeats ?? (quick ? 2 : 5));
if (
  options.help ||
  !(repeats >= 1) ||
  !/^[1-9]\d*\/\d+(,[1-9]\d*\/\d+)*$/.test(options.sizes) ||
  !(Number(options.undelivered) >= 0) ||
  !(Number(options.minutes) > 0 && Number(options.rate) > 0) ||
  ![
    'sales',
    'idle',
    'journal',
    'fairness',
    'growth',
    'cluster',
    'scale',
    'soak',
    undefined,
  ].includes(only)
) {
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}

const say = (line: string): void => console.error(line);
const loadBefore = loadavg()[0] ?? 0;
const { folder, remove } = workFolder();
process.on('exit', remove);

async function main(): Promise<void> {
  const alone = ({ growth, cluster, scale, soak } as Readonly<Record<string, () => Promise<void>>>)[
    only ?? ''
  ];
  if (alone) {
    await alone();
    return;
  }
  if (options.profile) {
    console.log(await profileSales(await salesOptions()));
    return;
  }
  const parts: Part[] = [];
  if (!only || only === 'sales') parts.push(await sales());
  if (!only || only === 'idle') parts.push(await idle());
  if (!only || only === 'journal') parts.push(await journal());
  if (!only || only === 'fairness') parts.push(await fairness());
  report(only ? undefined : 'results.md', parts);
}

/** To the shell and, unless it was but a look, to a file. */
function report(file: string | undefined, parts: readonly Part[]): void {
  const text = `${[heading(parts), ...parts.map(sectionOf)].join('\n\n')}\n`;
  console.log(`\n${text}`);
  if (file && !quick) writeFileSync(here(file), text);
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
  const { text, targets } = await benchSales(chosen);
  const missed = targets.some((target) => !met(target));
  const why = missed ? `\n\n${await profileSales(chosen)}` : '';
  return { title: '(a) Whole sales', text: `${saleNotes}\n\n${text}${why}`, targets };
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

const idleNotes = `Resident memory after a collection, full less empty, once the first pings have been
answered; CPU of two further intervals over the pings in them.`;

const journalNotes =
  'The floor is one process that appends the same bytes to a plain file and waits for the disk.';

await main();
process.exit();
