// The gateway is killed (-9) at every step of a sale at a linked card machine: each transaction still has one
// end, begun once; the till learns it, and bank, machine and journal agree.

import type { TestContext } from 'node:test';
import { libraryAt, startCuttingProxy } from '../scenario/cutting-proxy.ts';
import { untilSettled } from '../scenario/journal-reader.ts';
import type { LinkedTerminal } from '../scenario/linked-terminal.ts';
import { assertBankAgrees, startLinkedTerminal } from '../scenario/linked-terminal.ts';
import { assertJournalAgrees, startPacTill } from '../scenario/pac-till.ts';
import { KEY, linkedRecord } from '../terminal/linked-machine.ts';
import type { GatewayUnderTest, StartUnderTest } from './gateway-under-test.ts';
import { addressAt } from './gateway-under-test.ts';
import type { SweptTill } from './kill-rounds.ts';
import { playKillRounds, STEP_MS } from './kill-rounds.ts';

const kinds = [
  { letters: 'PIN', signs: false, messages: 9 },
  { letters: 'SIGN', signs: true, messages: 12 },
] as const;

interface Linked extends SweptTill {
  readonly machine: LinkedTerminal;
}

const everyStep = kinds.flatMap((kind) =>
  Array.from({ length: kind.messages + 1 }, (_, step) => ({
    ...{ kind, step },
    tid: `KILL-${kind.letters}-${step}`,
  })),
);

export async function linkKillSweep(t: TestContext, start: StartUnderTest): Promise<void> {
  const records = everyStep.map(({ tid }) => linkedRecord(tid));
  const gateway = await start(t, { settings: {}, records });
  const places = await placesAt(gateway);
  const played = await playKillRounds(t, { kinds, gateway, places, seed: 20260315 });

  const store = await gateway.journal();
  await untilSettled(store);
  const jobs = await assertJournalAgrees(t, store, played.attempts);
  for (const { machine } of places) await assertBankAgrees(machine, jobs);
  t.diagnostic(played.summary);
}

function placesAt(gateway: GatewayUnderTest): Promise<readonly Linked[]> {
  const all = everyStep.map(async ({ kind, step, tid }, index) => {
    const uri = addressAt(gateway.machine, 'terminal', { token: KEY, tid });
    const { signs } = kind;
    const machine = await startLinkedTerminal({ uri, tid, signs, stepMs: STEP_MS });
    const library = libraryAt(index);
    const line = await startCuttingProxy(gateway.till, 'gateway', () => library);
    const watched = await startPacTill(line.uri, `till-${tid}`);
    const close = () => {
      machine.link.close();
      watched.till.close();
      line.close();
    };
    return { kind, step, tid, library, machine, watched, close };
  });
  return Promise.all(all);
}
