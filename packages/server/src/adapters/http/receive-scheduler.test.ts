// Which message is handled when: fair between sockets and sites, within the budgets, and none is lost.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, mock, test } from 'node:test';
import type { BudgetName, Inbox, MessageBudgets, ScheduledSocket } from './receive-scheduler.ts';
import { ReceiveScheduler } from './receive-scheduler.ts';

const none: MessageBudgets = { connection: 0, site: 0, address: 0 };

/** A scheduler on a clock of the test, and the log of what was handled. */
function bench(t: TestContext, budgets: Partial<MessageBudgets> = {}) {
  mock.timers.enable({ apis: ['setInterval'] });
  const time = { now: 0 };
  const handled: string[] = [];
  const spent: BudgetName[] = [];
  const scheduler = new ReceiveScheduler({
    budgets: { ...none, ...budgets },
    onBudgetSpent: (budget) => spent.push(budget),
    now: () => time.now,
  });
  t.after(() => {
    scheduler.close();
    mock.timers.reset();
  });
  const open = (name: string, site: string, network = name) => {
    const socket = new LoggedSocket({ name, site, network }, handled);
    const inbox: Inbox = scheduler.open(socket);
    const send = (count: number, bytes = 10) => {
      for (let number = 0; number < count; number += 1) {
        inbox.receive(Buffer.alloc(bytes), false);
      }
    };
    return { socket, inbox, send };
  };
  const pass = (ms: number) => {
    time.now += ms;
    mock.timers.tick(ms);
  };
  return { handled, spent, open, pass, time };
}

class LoggedSocket implements ScheduledSocket {
  readonly site: string;
  readonly network: string;
  isPaused = false;
  readonly #name: string;
  readonly #log: string[];

  constructor(
    { name, site, network }: { name: string; site: string; network: string },
    log: string[],
  ) {
    this.#name = name;
    this.site = site;
    this.network = network;
    this.#log = log;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  handle(): void {
    this.#log.push(this.#name);
  }

  pong(payload: Buffer): void {
    this.#log.push(`${this.#name} pong ${payload}`);
  }

  closed(code: number): void {
    this.#log.push(`${this.#name} closed ${code}`);
  }
}

/** The end of this turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function until(done: () => boolean): Promise<void> {
  while (!done()) await turn();
}

describe('the turns of sockets and sites [C-12.22]', () => {
  test('a few messages of a socket are handled at once, the others in later turns', async (t) => {
    const { handled, open } = bench(t);
    const { socket, send } = open('a', 's1');
    send(100);
    assert.equal(handled.length, 4);
    assert.equal(socket.isPaused, true, 'nothing more is read meanwhile');
    await until(() => handled.length === 100);
    await until(() => !socket.isPaused);
  });

  test('sockets that were full are read again one in a turn', async (t) => {
    const { open, pass, spent } = bench(t, { site: 10 });
    const sockets = ['a', 'b', 'c', 'd'].map((name) => open(name, 's1'));
    for (const { send } of sockets) send(20);
    await until(() => spent.length === sockets.length);
    pass(60_000);
    const paused = () => sockets.filter(({ socket }) => socket.isPaused).length;
    const seen = [paused()];
    while (paused() > 0) {
      pass(1_000);
      await turn();
      seen.push(paused());
    }
    const steps = seen.slice(1).map((now, index) => (seen[index] ?? 0) - now);
    assert.ok(
      steps.every((step) => step <= 1),
      `${seen}`,
    );
    assert.deepEqual([seen[0], seen.at(-1)], [4, 0]);
  });

  test('a pong overtakes no message that came before its ping', async (t) => {
    const { handled, open } = bench(t);
    const { inbox, send } = open('a', 's1');
    inbox.receivePing(Buffer.from('1'));
    send(6);
    inbox.receivePing(Buffer.from('2'));
    send(1);
    await until(() => handled.length === 9);
    assert.deepEqual([handled[0], handled[7], handled[8]], ['a pong 1', 'a pong 2', 'a']);
  });

  test('a quiet site has its message handled at once beside twenty busy sockets of another', async (t) => {
    const { handled, open } = bench(t);
    for (let number = 0; number < 20; number += 1) open(`busy${number}`, 's1').send(200);
    assert.equal(handled.length, 8);
    open('quiet', 's2').send(1);
    assert.equal(handled.at(-1), 'quiet');
    await until(() => handled.length === 4001);
  });

  test('waiting messages are handled in rotation over the sites, whatever number of sockets each has', async (t) => {
    const { handled, open, time } = bench(t);
    for (let number = 0; number < 9; number += 1) open('many', 's1').send(50);
    open('one', 's2').send(50);
    handled.length = 0;
    // Time stands still, so the slice of a turn is not used up.
    await turn();
    const first = handled.slice(0, 40);
    assert.equal(first.filter((name) => name === 'one').length, 20);
    time.now += 1;
    await until(() => handled.length === 500 - 8 - 4);
  });

  test('a turn ends after its slice of time, however much waits', async (t) => {
    const { handled, open, time } = bench(t);
    const { send, socket } = open('a', 's1');
    socket.handle = () => {
      handled.push('a');
      time.now += 1;
    };
    send(10);
    assert.equal(handled.length, 4);
    await turn();
    assert.equal(handled.length, 5);
    await until(() => handled.length === 10);
  });
});

describe('the budgets of messages', () => {
  for (const budget of ['connection', 'site', 'address'] as const) {
    test(`beyond the budget of its ${budget} a socket is read as fast as the budget is refilled`, async (t) => {
      const { handled, spent, open, pass } = bench(t, { [budget]: 1000 });
      const { socket, send } = open('a', 's1');
      send(3500);
      await until(() => spent.length > 0);
      assert.equal(handled.length, 3000, 'three seconds may be spent ahead');
      assert.equal(socket.isPaused, true);
      assert.deepEqual(spent, [budget]);
      pass(100);
      await until(() => spent.length === 2);
      assert.equal(handled.length, 3100);
      for (let times = 0; times < 5; times += 1) {
        pass(100);
        await turn();
      }
      await until(() => handled.length === 3500);
      assert.equal(socket.isPaused, false);
    });
  }

  test('sockets of one site share its budget, and another site has its own', async (t) => {
    const { handled, spent, open } = bench(t, { site: 100 });
    open('a', 's1').send(200);
    open('b', 's1').send(200);
    await until(() => spent.length === 2);
    assert.equal(handled.length, 300);
    open('c', 's2').send(3);
    assert.deepEqual(handled.slice(300), ['c', 'c', 'c']);
  });

  test('a large message counts as several', async (t) => {
    const { handled, spent, open } = bench(t, { connection: 100 });
    open('a', 's1').send(50, 10_240);
    await until(() => spent.length === 1);
    assert.equal(handled.length, 28, '11 each of the 300 that may be spent ahead');
  });

  test('pings count too: a flood of them is read no faster', (t) => {
    const { spent, open } = bench(t, { connection: 10 });
    const { inbox, socket } = open('a', 's1');
    for (let number = 0; number < 1_600; number += 1) inbox.count();
    assert.deepEqual(spent, ['connection'], 'fifty count as one message');
    assert.equal(socket.isPaused, true);
  });
});

describe('the end of a socket', () => {
  test('what was received before the end is handled before its owner hears of the end', async (t) => {
    const { handled, open } = bench(t);
    const { inbox, send } = open('a', 's1');
    send(30);
    inbox.close(1000, '');
    await until(() => handled.length === 31);
    assert.equal(handled.at(-1), 'a closed 1000');
  });

  test('a socket that a budget stopped ends once, after its last message', async (t) => {
    const { handled, open, pass } = bench(t, { connection: 1 });
    const { inbox, send } = open('a', 's1');
    send(5);
    await until(() => handled.length === 3);
    inbox.close(1006, '');
    pass(5_000);
    await until(() => handled.length === 6);
    inbox.count();
    pass(60_000);
    await turn();
    assert.deepEqual(handled.slice(3), ['a', 'a', 'a closed 1006']);
  });

  test('what waits is given up when the gateway closes the connection', async (t) => {
    const { handled, open } = bench(t);
    const { inbox, send, socket } = open('a', 's1');
    send(30);
    inbox.discard();
    await turn();
    await turn();
    assert.deepEqual([handled.length, socket.isPaused], [4, false]);
  });
});
