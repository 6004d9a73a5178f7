// For `--import` in a node: the process stops itself (SIGSTOP) between the first row of the journal and its effect, and
// writes `stopped` to stderr just before. With `?unguarded` the effect happens then, whatever became of the lease.

import { writeSync } from 'node:fs';
import { OpenSite } from '../../../packages/server/src/open-site.ts';

const isGuarded = new URL(import.meta.url).search !== '?unguarded';
const { open } = OpenSite;
let hasStopped = false;

OpenSite.open = (lease, deps) => {
  const holds = lease.holds.bind(lease);
  lease.holds = () => {
    if (!new Error().stack?.includes('#dispatchCommitted')) return holds();
    if (!hasStopped) {
      hasStopped = true;
      writeSync(2, 'stopped\n');
      process.kill(process.pid, 'SIGSTOP');
    }
    return !isGuarded || holds();
  };
  return open.call(OpenSite, lease, deps);
};
