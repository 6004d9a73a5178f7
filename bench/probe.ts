// Loaded ahead of every server that is measured, ours and the peers alike (`node --import`): tells
// what the process has used when it is asked. Costs nothing until then.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Used {
  /** User and system, all threads, since the process began. */
  readonly cpuMs: number;
  /** After a collection. */
  readonly rss: number;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

process.on('message', (question) => {
  if (question !== 'rss' && question !== 'cpu') return;
  if (question === 'rss') for (let i = 0; i < 3; i += 1) collect();
  const { user, system } = process.cpuUsage();
  const used: Used = { cpuMs: (user + system) / 1000, rss: process.memoryUsage.rss() };
  process.send?.(used);
});
process.channel?.unref();
