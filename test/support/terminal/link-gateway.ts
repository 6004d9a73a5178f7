// A gateway on real sockets and real time with card machines that link to it, paired as an operator does it.

import type { TestContext } from 'node:test';
import type {
  CardMachine,
  ConnectOptions,
  LinkAddressParts,
  LinkBehaviour,
  TerminalLink,
} from '@tillgate/client';
import { connect, linkTerminal, pairTerminal } from '@tillgate/client';
import type { TestGateway, TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { commandLine } from '../../../packages/server/src/application/admin/actor.ts';
import { enrolTerminal } from '../../../packages/server/src/application/admin/linked-terminals.ts';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { atEnd } from '../wait.ts';

export const SITE = 'testhost';

/** A pairing code for a card machine, as `tillgate terminal add` gives one. */
export async function pairingCode(store: Store, tid: string): Promise<string> {
  const world = { store, clock: { now: () => Date.now() } };
  const { code } = await enrolTerminal(world as never, commandLine, { site: SITE, tid });
  return code;
}

export async function startLinkGateway(
  t: TestContext,
  settings: NonNullable<TestGatewayOptions['settings']> = {},
) {
  const gateway: TestGateway = await startTestGateway({ settings });
  atEnd(t, () => gateway.stop());
  const host = new URL(gateway.uri()).origin;
  const pair = async (tid: string) => {
    const code = await pairingCode(gateway.store as Store, tid);
    return pairTerminal({ host, site: SITE, tid, code });
  };
  return {
    ...{ gateway, host, pair },
    /** Links a machine that has its key. */
    link: async (
      address: Pick<LinkAddressParts, 'tid' | 'token'> & Partial<LinkAddressParts>,
      machine: CardMachine,
      behaviour: LinkBehaviour = {},
    ): Promise<TerminalLink> => {
      const link = await linkTerminal({ host, ...address, ...behaviour }, machine);
      atEnd(t, () => link.close());
      return link;
    },
    till: async (options: Partial<ConnectOptions> = {}) => {
      const till = await connect({ uri: gateway.uri(), ...options });
      atEnd(t, () => till.close());
      return till;
    },
    atEnd: (then: () => void) => atEnd(t, then),
  };
}
