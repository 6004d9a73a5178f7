// A gateway was restarted and all of its tills come back at once, each for a result that it missed, against a bare
// server that only accepts them; plain and with TLS, the same certificate for both.

import { cpSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptCertificate } from '../packages/server/src/adapters/http/self-signed.ts';
import type { Storm } from './load-storm.ts';
import type { Series, Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import type { PeerOptions } from './peer.ts';
import { startPeer } from './peer.ts';
import type { LoopDelay } from './probe.ts';
import { connectionsWithinLimit, here, Running } from './processes.ts';

export interface StormOptions {
  readonly folder: string;
  readonly repeats: number;
  readonly tills: number;
  say(line: string): void;
}

interface Measured extends Storm {
  /** Of the server. */
  readonly delay: LoopDelay;
  readonly cpuMs: number;
}

const peers = ['tillgate', 'bare ws'] as const;
type Peer = (typeof peers)[number];
const wirings = ['plain', 'TLS'] as const;
const LIMIT_MS = 300_000;
/**
 * All tills of this bench come from one address and one core, which takes longer for their TLS handshakes than a till
 * has; the bare server waits as long, by the default of Node.
 */
const ONE_CLIENT = ['--max-pending-sockets-per-address', '4096', '--handshake-timeout', '120'];

export async function benchStorm(
  options: StormOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const tills = connectionsWithinLimit(options.tills, options.say);
  const journal = await leave(options.folder, tills);
  const parts: string[] = [`${tills} tills.`];
  const targets: Target[] = [];
  for (const wiring of wirings) {
    const results = new Map<Peer, Measured[]>(peers.map((peer) => [peer, []]));
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      for (const peer of peers) {
        const measured = await once(peer, { ...options, tills, journal, isTls: wiring === 'TLS' });
        results.get(peer)?.push(measured);
        const why = Object.entries(measured.reasons).map(([reason, n]) => `; ${n}: ${reason}`);
        const told = `all after ${measured.all.toFixed(0)} ms, ${measured.refused} refused${why.join('')}`;
        options.say(`storm, ${wiring} | ${repeat + 1} | ${peer}: ${told}`);
      }
    }
    parts.push(tableOf(wiring, results));
    const all = (peer: Peer) => median((results.get(peer) ?? []).map((run) => run.all));
    targets.push({
      what: `(g) time until ${tills} tills are back, ${wiring}, against bare ws`,
      value: all('tillgate') / all('bare ws'),
      bound: 'at most',
      wanted: 1.5,
    });
  }
  return { text: parts.join('\n\n'), targets };
}

/** The journal of a gateway that was stopped when each till had left in the middle of a sale. */
async function leave(folder: string, tills: number): Promise<string> {
  const options = { folder, pace: 'instant', recording: '' } as const;
  const { server, pac, data } = await startPeer('tillgate', options);
  const load = loadOf(folder, ['--url', pac, '--tills', String(tills), '--step', 'leave']);
  try {
    await load.line(LIMIT_MS);
    return data;
  } finally {
    await load.stop();
    await server.stop();
  }
}

async function once(
  peer: Peer,
  options: StormOptions & { readonly journal: string; readonly isTls: boolean },
): Promise<Measured> {
  const { folder, tills, journal, isTls } = options;
  const data = mkdtempSync(join(folder, 'data-'));
  cpSync(journal, data, { recursive: true });
  const flags = [...(isTls ? tlsFlags(folder) : []), ...(peer === 'tillgate' ? ONE_CLIENT : [])];
  const peerOptions: PeerOptions = { folder, pace: 'instant', recording: '', data, flags };
  const { server, pac } = await startPeer(peer, peerOptions);
  const step = peer === 'tillgate' ? 'return' : 'connect';
  await server.ask('delay from now on');
  const before = await server.used('cpu');
  const load = loadOf(folder, ['--url', pac, '--tills', String(tills), '--step', step]);
  try {
    const storm = await load.line<Storm>(LIMIT_MS);
    const delay = await server.ask('delay');
    const { cpuMs } = await server.used('cpu');
    return { ...storm, delay, cpuMs: cpuMs - before.cpuMs };
  } finally {
    await load.stop();
    await server.stop();
  }
}

function loadOf(folder: string, args: readonly string[]): Running {
  return new Running({ run: [here('load-storm.ts'), ...args], core: 1, folder, label: 'load' });
}

function tlsFlags(folder: string): readonly string[] {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  if (!existsSync(cert)) {
    const made = keptCertificate(folder);
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
  }
  return ['--tls-cert', cert, '--tls-key', key];
}

function tableOf(wiring: string, results: ReadonlyMap<Peer, readonly Measured[]>): string {
  const figures: readonly (readonly [string, (run: Measured) => number, number])[] = [
    ['half are back, ms', ({ half }) => half, 0],
    ['all are back, ms', ({ all }) => all, 0],
    ['refused', ({ refused }) => refused, 0],
    ['loop delay p50, ms', ({ delay }) => delay.p50, 1],
    ['p99', ({ delay }) => delay.p99, 0],
    ['most', ({ delay }) => delay.max, 0],
    ['CPU ms', ({ cpuMs }) => cpuMs, 0],
  ];
  const of = (peer: Peer, figure: (run: Measured) => number): Series =>
    (results.get(peer) ?? []).map(figure);
  const rows = peers.map((peer) => [
    peer,
    ...figures.map(([, figure, digits]) => spread(of(peer, figure), digits)),
  ]);
  const all = (peer: Peer) => of(peer, (run) => run.all);
  const ratios = ['ratio', '', ratio(all('tillgate'), all('bare ws')), '', '', '', '', ''];
  return table(
    [`${wiring}, median (least..most)`, ...figures.map(([head]) => head)],
    [...rows, ratios],
  );
}
