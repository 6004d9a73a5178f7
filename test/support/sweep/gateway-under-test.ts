// A gateway that a sweep kills and starts again: one process here, or one of two nodes (`cluster/nodes-under-test.ts`).

import type { TestContext } from 'node:test';
import { openJournal } from '../../../packages/server/src/gateway-context.ts';
import type { Store, StoredRecord } from '../../../packages/server/src/ports/store.ts';
import type { Settings } from '../../../packages/server/src/settings.ts';
import type { GatewayProcess } from '../scenario/gateway-process.ts';
import { startGatewayProcess, temporaryFolder } from '../scenario/gateway-process.ts';
import { atEnd } from '../wait.ts';

/** The addresses stay the same. */
export interface GatewayUnderTest {
  /** Of the test site's counter, for tills. */
  readonly till: string;
  /** The same for card machines and waiters. */
  readonly machine: string;
  /** Kills the process that is to be killed; fulfilled when it has ended. */
  kill(): Promise<void>;
  /** Starts again what was killed. */
  restart(): Promise<void>;
  /** Opens its journal beside it, until the test ends. */
  journal(): Promise<Store>;
}

export interface UnderTestOptions {
  /** Numbers and texts. */
  readonly settings: Partial<Settings>;
  /** What is in the store before it starts. */
  readonly records?: readonly StoredRecord[];
}

export type StartUnderTest = (
  t: TestContext,
  options: UnderTestOptions,
) => Promise<GatewayUnderTest>;

/** Of `tillgate serve`. */
export function flagsOf(settings: Partial<Settings>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
}

/** Another address of the same site, with these parameters in place of those of the counter. */
export function addressAt(
  pac: string,
  path: 'pat' | 'waiter' | 'terminal',
  parameters?: Readonly<Record<string, string>>,
): string {
  const uri = new URL(pac);
  uri.pathname = path;
  if (parameters) uri.search = new URLSearchParams(parameters).toString();
  return uri.href;
}

/** One process with a SQLite file. */
export const singleProcess: StartUnderTest = async (t, { settings, records = [] }) => {
  const data = temporaryFolder(t);
  const before = await openJournal({ data });
  await before.write({ put: records });
  await before.close();
  const start = (port: number): Promise<GatewayProcess> =>
    startGatewayProcess([
      ...['--data', data, '--port', String(port), '--log-level', 'error'],
      ...flagsOf(settings),
    ]);
  let gateway = await start(0);
  atEnd(t, () => gateway.stop());
  const { pac, port } = gateway;
  return {
    ...{ till: pac, machine: pac },
    kill: async () => {
      await gateway.stop();
    },
    restart: async () => {
      gateway = await start(port);
    },
    journal: async () => {
      const store = await openJournal({ data });
      atEnd(t, () => store.close());
      return store;
    },
  };
};
