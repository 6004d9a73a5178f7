// The gateway is killed (-9) at every step of a sale at a linked card machine: each transaction still has one
// end, begun once; the till learns it, and bank, machine and journal agree.

import test from 'node:test';
import { openJournal } from '../../packages/server/src/gateway-context.ts';
import { libraryAt, startCuttingProxy } from '../support/scenario/cutting-proxy.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { untilSettled } from '../support/scenario/journal-reader.ts';
import type { SweptTill } from '../support/scenario/kill-sweep.ts';
import { killSweep, STEP_MS } from '../support/scenario/kill-sweep.ts';
import type { LinkedTerminal } from '../support/scenario/linked-terminal.ts';
import { assertBankAgrees, startLinkedTerminal } from '../support/scenario/linked-terminal.ts';
import { assertJournalAgrees, startPacTill } from '../support/scenario/pac-till.ts';
import { KEY, linkedRecord } from '../support/terminal/linked-machine.ts';

const kinds = [
  { letters: 'PIN', signs: false, messages: 9 },
  { letters: 'SIGN', signs: true, messages: 12 },
] as const;

interface Linked extends SweptTill {
  readonly machine: LinkedTerminal;
}

const flags = (data: string, port: number): readonly string[] => [
  ...['--data', data, '--port', String(port), '--log-level', 'error'],
];

test('whenever the gateway is killed, every payment at a linked machine has one end', async (t) => {
  const data = temporaryFolder(t);
  await enrolAll(data);
  const { places, attempts, summary } = await killSweep(t, {
    ...{ kinds, placesAt, seed: 20260315 },
    flags: (port) => flags(data, port),
  });

  const store = await openJournal({ data });
  t.after(() => store.close());
  await untilSettled(store);
  const jobs = await assertJournalAgrees(t, store, attempts);
  for (const { machine } of places) await assertBankAgrees(machine, jobs);
  t.diagnostic(summary);
});

const tidOf = (letters: string, step: number) => `KILL-${letters}-${step}`;
const everyStep = kinds.flatMap((kind) =>
  Array.from({ length: kind.messages + 1 }, (_, step) => ({ kind, step })),
);

async function enrolAll(data: string): Promise<void> {
  const store = await openJournal({ data });
  const put = everyStep.map(({ kind, step }) => linkedRecord(tidOf(kind.letters, step), KEY));
  await store.write({ put });
  await store.close();
}

function placesAt({ pac }: GatewayProcess): Promise<readonly Linked[]> {
  const all = everyStep.map(async ({ kind, step }, index) => {
    const tid = tidOf(kind.letters, step);
    const uri = new URL(pac);
    uri.pathname = '/terminal';
    uri.search = new URLSearchParams({ token: KEY, tid }).toString();
    const { signs } = kind;
    const machine = await startLinkedTerminal({ uri: uri.href, tid, signs, stepMs: STEP_MS });
    const library = libraryAt(index);
    const line = await startCuttingProxy(pac, 'gateway', () => library);
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
