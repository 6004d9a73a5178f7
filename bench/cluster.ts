// `npm run demonstrate:cluster`: tills sell through several nodes while these are killed and the database is
// restarted; then all histories are compared. Ends with 1 if a payment was lost, doubled or contradictory. Needs
// PostgreSQL's programs; the server is its own.

import { parseArgs } from 'node:util';
import { systemTiming } from '../packages/client/src/connection/timing.ts';
import type { Demonstrated } from '../test/support/cluster/demonstration.ts';
import { demonstrate } from '../test/support/cluster/demonstration.ts';
import { PostgresServer } from '../test/support/postgres/postgres-server.ts';
import { tally, wordOf } from '../test/support/scenario/pac-till.ts';
import { pause } from '../test/support/wait.ts';
import { table } from './numbers.ts';

const usage = `npm run demonstrate:cluster -- [options]
  --seconds N      of selling (60)
  --nodes N        (3)
  --sites N        (100)
  --tills N        of all sites, each with a card machine of its own (300)
  --lease S        of a node (2)
  --every S        a node is killed (5)
  --step MS        between two steps of a card machine; a sale has four (500)
  --seed N         which nodes are killed (1)`;

const number = (byDefault: string) => ({ type: 'string', default: byDefault }) as const;
const { values } = parseArgs({
  options: {
    ...{ seconds: number('60'), nodes: number('3'), sites: number('100'), tills: number('300') },
    ...{ lease: number('2'), every: number('5'), step: number('500'), seed: number('1') },
    help: { type: 'boolean', default: false },
  },
});
const { help, ...texts } = values;
const { seconds, nodes, sites, tills, lease, every, step, seed } = Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [name, Number(text)]),
) as Record<keyof typeof texts, number>;
const kills = Math.ceil(seconds / every) - 1;
if (help || !(nodes > 1 && sites > 0 && tills >= sites && kills > 0 && lease > 0 && seed >= 0)) {
  console.log(usage);
  process.exit(help ? 0 : 2);
}

const began = performance.now();
const say = (line: string): void => {
  console.error(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
};

async function main(): Promise<void> {
  await using end = new AsyncDisposableStack();
  const server = await PostgresServer.start();
  end.defer(() => server.remove());
  let next = 0;
  const demonstrated = await demonstrate(
    { after: (then) => end.defer(async () => void (await then())) },
    {
      ...{ server, nodes, sites, tillsOfSite: Math.floor(tills / sites), lease, seed, kills, say },
      ...{ stepMs: step, retryMs: 1000, timing: systemTiming },
      untilNext: () => {
        next = Math.max(next || performance.now(), performance.now() - every * 1000) + every * 1000;
        return pause(Math.max(0, next - performance.now()));
      },
    },
  );
  report(demonstrated);
  if (demonstrated.faults.length > 0) process.exitCode = 1;
}

function report(demonstrated: Demonstrated): void {
  const { faults, attempts, jobs, resumed, recoveries } = demonstrated;
  const ends = attempts.map(({ end }) => wordOf(end));
  const successful = ends.filter((word) => word === 'approved').length;
  const count = (kind: string) => faults.filter((fault) => fault.kind === kind).length;
  const rows = [
    ['sales asked', attempts.length],
    ['accepted', jobs.length],
    ['successful', successful],
    ['not accepted', attempts.length - jobs.length],
    ['resumed by another node', resumed],
    ['nodes killed', demonstrated.kills],
    ['database restarts', demonstrated.databaseRestarts],
    ['lost', count('lost')],
    ['doubled', count('doubled')],
    ['contradictory', count('contradiction')],
    ['faults of the journal', count('disorder')],
  ] as const;
  console.log(
    table(
      ['', 'number'],
      rows.map(([what, n]) => [what, String(n)]),
    ),
  );
  console.log(`\nThe tills' words: ${tally(ends)}.`);
  const sorted = [...recoveries].sort((a, b) => a - b);
  const at = (share: number) =>
    ((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000).toFixed(1);
  console.log(
    `From a kill to the next finished sale, ${sorted.length} times a site: ` +
      `median ${at(0.5)} s, p99 ${at(0.99)} s, worst ${at(1)} s.`,
  );
  for (const { kind, text } of faults) console.log(`- ${kind}: ${text}`);
  console.log(faults.length === 0 ? 'Passed.' : '**Failed.**');
}

await main();
process.exit();
