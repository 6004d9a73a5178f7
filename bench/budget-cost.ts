// What turns and budgets of messages cost: a message and a pong in each turn of the event loop, through an inbox and
// straight to the socket.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ScheduledSocket } from '../packages/server/src/adapters/http/receive-scheduler.ts';
import { ReceiveScheduler } from '../packages/server/src/adapters/http/receive-scheduler.ts';
import { median } from './numbers.ts';

const TURNS = 100_000;
const REPEATS = 5;
/** More than can be spent here, so that each message is charged and none waits. */
const PER_SECOND = 1e9;
const MESSAGE = Buffer.alloc(150);

/** CPU time of a message and a pong, in us: as many as a sale brings. */
export async function budgetCost(): Promise<number> {
  const budgets = { connection: PER_SECOND, site: PER_SECOND, address: PER_SECOND };
  const scheduler = new ReceiveScheduler({ budgets, onBudgetSpent: () => {} });
  const socket = new CountingSocket();
  const inbox = scheduler.open(socket);
  const receive = (): void => {
    inbox.receive(MESSAGE, false);
    inbox.count();
  };
  const costs: number[] = [];
  await cpuOfTurns(receive);
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const straight = await cpuOfTurns(() => socket.handle());
    costs.push((await cpuOfTurns(receive)) - straight);
  }
  scheduler.close();
  return median(costs);
}

/** In us a turn. */
async function cpuOfTurns(work: () => void): Promise<number> {
  const before = process.cpuUsage();
  for (let turn = 0; turn < TURNS; turn += 1) {
    work();
    await nextTurn();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TURNS;
}

class CountingSocket implements ScheduledSocket {
  readonly site = 'site';
  readonly network = '127.0.0.1';
  handled = 0;

  handle(): void {
    this.handled += 1;
  }

  pause(): void {}
  resume(): void {}
  pong(): void {}
  closed(): void {}
}
