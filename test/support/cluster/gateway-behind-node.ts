// Two nodes in this process in place of one gateway: the owner of all sites, and the node that clients connect to,
// which has no site and passes everything on. `through-second-node.ts` gives it to the test gateway.

import type { Gateway } from '../../../packages/server/src/gateway.ts';
import { startGateway as startNode } from '../../../packages/server/src/gateway.ts';
import type { GatewayOptions } from '../../../packages/server/src/gateway-context.ts';
import type { Lease, Ownership } from '../../../packages/server/src/ports/ownership.ts';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import type { Settings } from '../../../packages/server/src/settings.ts';
import { freePort } from './processes.ts';
import { SECRET } from './two-nodes.ts';

type Options = GatewayOptions & { readonly store: Store };

/** Started and stopped as one gateway: what the owner still sends when it stops is passed on. */
export async function startGateway(given: Settings, options: Options): Promise<Gateway> {
  const settings = { ...given, store: 'postgres://127.0.0.1/tests', clusterSecret: SECRET };
  const nodePort = await freePort();
  const owner = await startNode({ ...settings, port: 0, nodePort }, options);
  try {
    const node = await startNode(
      { ...settings, nodePort: await freePort() },
      { ...options, store: options.store.under(endless), ownership: elsewhere(nodePort) },
    );
    return {
      ...node,
      // It made the site, so it alone knows the token.
      testSite: owner.testSite,
      stop: async () => {
        await owner.stop();
        await node.stop();
      },
      stopNow: async () => {
        await owner.stopNow();
        await node.stopNow();
      },
    };
  } catch (cause) {
    await owner.stopNow();
    throw cause;
  }
}

/** For a view of the store that does not close it. */
const endless: Lease = {
  ...{ site: '', number: '0' },
  holds: () => true,
  onOver: () => () => {},
  release: async () => {},
};

/** Every site is at the node that listens there. */
function elsewhere(port: number): Ownership {
  const node = { id: '', host: '127.0.0.1', port };
  return {
    claim: async () => ({ kind: 'elsewhere', node, onOver: () => () => {} }),
    orphans: async () => [],
    onFreed: () => () => {},
    health: () => ({ ok: true }),
    close: async () => {},
  };
}
