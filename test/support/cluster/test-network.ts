// Hosts for the nodes of a test, which are network namespaces of Linux, and a router between them and this process that can
// lose all packets from one address to another. Only root can make them.

import { execFileSync } from 'node:child_process';
import type { TestEnd } from '../wait.ts';
import { atEnd } from '../wait.ts';

/** Any that is not in use here; the third number is that of the host. */
const NETWORK = '10.213';

export interface TestHost {
  readonly host: string;
  /** What runs a command there. */
  readonly through: readonly string[];
}

export interface TestNetwork {
  readonly hosts: readonly TestHost[];
  /** Addresses of this process: as the tills, and as the database. */
  readonly here: string;
  readonly database: string;
  /** From now on packets of one address to another are lost. */
  lose(from: string, to: string): void;
  /** Nothing is lost any more. */
  mend(): void;
}

/** Gone when the test ends. */
export function testNetwork(t: TestEnd, size: number): TestNetwork {
  const name = `tillgate${process.pid}`;
  const router = `${name}r`;
  atEnd(t, () => ip(`netns del ${router}`));
  ip(`netns add ${router}`);
  ip(`netns exec ${router} sh -c`, 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  const here = addressOf(0);
  const database = `${NETWORK}.0.3`;
  const device = `tg${process.pid}`;
  connectToRouter(router, 0, `name ${device} netns ${process.pid}`);
  ip(`addr add ${here}/24 dev ${device}`);
  ip(`addr add ${database}/24 dev ${device}`);
  ip(`link set ${device} up`);
  ip(`route add ${NETWORK}.0.0/16 via ${NETWORK}.0.1`);
  const hosts = Array.from({ length: size }, (_, index) => {
    const number = index + 1;
    const space = `${name}h${number}`;
    atEnd(t, () => ip(`netns del ${space}`));
    ip(`netns add ${space}`);
    connectToRouter(router, number, `name eth0 netns ${space}`);
    ip(`-n ${space} addr add ${addressOf(number)}/24 dev eth0`);
    ip(`-n ${space} link set eth0 up`);
    ip(`-n ${space} link set lo up`);
    ip(`-n ${space} route add default via ${NETWORK}.${number}.1`);
    return { host: addressOf(number), through: ['ip', 'netns', 'exec', space] };
  });
  const lost: string[] = [];
  return {
    ...{ hosts, here, database },
    lose: (from, to) => {
      const rule = `from ${from} to ${to} blackhole`;
      ip(`-n ${router} rule add ${rule}`);
      lost.push(rule);
    },
    mend: () => {
      for (const rule of lost.splice(0)) ip(`-n ${router} rule del ${rule}`);
    },
  };
}

function addressOf(number: number): string {
  return `${NETWORK}.${number}.2`;
}

/** A cable from the router to another device. */
function connectToRouter(router: string, number: number, device: string): void {
  const end = `p${number}`;
  ip(`-n ${router} link add ${end} type veth peer ${device}`);
  ip(`-n ${router} addr add ${NETWORK}.${number}.1/24 dev ${end}`);
  ip(`-n ${router} link set ${end} up`);
}

function ip(words: string, ...more: readonly string[]): void {
  execFileSync('ip', [...words.split(' '), ...more]);
}
