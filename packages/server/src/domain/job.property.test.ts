import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment } from '@tillgate/protocol';
import fc from 'fast-check';
import type { JobCommand } from './decide.ts';
import { decide } from './decide.ts';
import { announce, deadline, instruct } from './effects.ts';
import type { EndedJob, Job, JobEvent } from './job.ts';
import { evolve, isFleeting } from './job.ts';
import type { LastOrder, MachineOutcome } from './machine.ts';
import { card, outcome, started } from './test-job.ts';

// A world in small: a till, a machine with a memory of its own, the clock, and crashes that lose what
// was not yet written. Whatever happens in whatever order, the same things must hold at the end.

const deeds = [
  'machineShows',
  'machineWantsSignature',
  'machineFinishes',
  'machineForgets',
  'machineDropsOut',
  'machineComesBack',
  'tillCancels',
  'tillAccepts',
  'tillRejects',
  'timePasses',
  'deadlineComes',
  'gatewayCrashes',
] as const;
type Deed = (typeof deeds)[number];

class World {
  now = 0;
  job: Job;
  /** Written, so that a crash leaves them. */
  readonly journal: JobEvent[] = [];
  #unwritten: JobEvent[] = [];
  readonly told: string[] = [];
  machine: 'idle' | 'atWork' | 'done' = 'idle';
  connected = true;
  starts = 0;
  taken: MachineOutcome | undefined;
  readonly #result: MachineOutcome['transactionResult'];

  constructor(result: MachineOutcome['transactionResult']) {
    this.#result = result;
    const first = started();
    this.job = evolve(undefined, first);
    this.journal.push(first);
    this.#do(first, this.job);
  }

  deed(deed: Deed): void {
    switch (deed) {
      case 'machineShows':
        this.#fromMachine({ command: 'show', value: 'PLEASE_WAIT' });
        break;
      case 'machineWantsSignature':
        this.#fromMachine({
          command: 'askSignature',
          wanted: { merchantReceipt: [], card },
        });
        break;
      case 'machineFinishes':
        if (this.machine !== 'atWork') break;
        this.machine = 'done';
        this.taken = outcome(this.#result);
        if (this.connected) this.#command({ command: 'finish', outcome: this.taken });
        break;
      case 'machineForgets':
        if (this.machine === 'atWork') this.machine = 'idle';
        this.deed('machineDropsOut');
        break;
      case 'machineDropsOut':
        this.connected = false;
        this.#command({ command: 'loseTerminal' });
        break;
      case 'machineComesBack':
        this.connected = true;
        this.#command({ command: 'regainTerminal' });
        break;
      case 'tillCancels':
        this.#command({ command: 'cancel' });
        break;
      case 'tillAccepts':
        this.#command({ command: 'judgeSignature', accepted: true });
        break;
      case 'tillRejects':
        this.#command({ command: 'judgeSignature', accepted: false });
        break;
      case 'timePasses':
        this.now += 10_000;
        break;
      case 'deadlineComes':
        this.#deadline();
        break;
      case 'gatewayCrashes':
        this.#crash();
        break;
    }
  }

  /** What happens in the end if nobody does anything more. */
  letItEnd(): void {
    this.deed('machineComesBack');
    for (let i = 0; i < 4 && this.job.phase === 'open'; i += 1) this.#deadline();
    if (this.machine === 'atWork') this.deed('machineFinishes');
  }

  #deadline(): void {
    const next = deadline(this.job);
    if (!next) return;
    this.now = Math.max(this.now, next.at);
    this.#command(
      next.command === 'reachLimit'
        ? { command: 'reachLimit', localTime: '2026-03-14T12:34:27' }
        : { command: 'expireSignature' },
    );
  }

  #crash(): void {
    this.#unwritten = [];
    this.job = this.journal.reduce<Job | undefined>(evolve, undefined) as Job;
    this.#command({ command: 'restart' });
    if (this.connected) this.#command({ command: 'regainTerminal' });
  }

  #fromMachine(command: JobCommand): void {
    if (this.connected && this.machine === 'atWork') this.#command(command);
  }

  #command(command: JobCommand): void {
    for (const event of decide(this.job, command, this.now)) {
      this.job = evolve(this.job, event);
      this.#unwritten.push(event);
      if (!isFleeting(event)) this.journal.push(...this.#unwritten.splice(0));
      this.#do(event, this.job);
    }
  }

  #do(event: JobEvent, job: Job): void {
    for (const one of announce(job, event)) {
      this.told.push(one.announce === 'value' ? one.value : one.announce);
    }
    for (const { tell } of instruct(job, event)) {
      if (tell === 'start') {
        this.starts += 1;
        this.machine = 'atWork';
      } else if (tell === 'askLastOrder' && this.connected) {
        const localTime = '2026-03-14T12:34:27';
        this.#command({ command: 'tellLastOrder', last: this.#last(), localTime });
      }
    }
  }

  #last(): LastOrder {
    if (this.taken) return { knows: 'outcome', outcome: this.taken };
    return { knows: this.machine === 'atWork' ? 'running' : 'nothing' };
  }
}

const result = fc.constantFrom<MachineOutcome['transactionResult']>(
  'SUCCESSFUL',
  'DECLINED',
  'VOID',
);
const story = fc.array(fc.constantFrom(...deeds), { maxLength: 40 });

function play(how: MachineOutcome['transactionResult'], deedsDone: readonly Deed[]): World {
  const world = new World(how);
  for (const deed of deedsDone) world.deed(deed);
  world.letItEnd();
  return world;
}

test('C-12.3 whatever happens, a transaction is handed over once and ends once', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const world = play(how, done);
      assert.equal(world.starts, 1);
      assert.equal(world.job.phase, 'ended');
      assert.equal(world.journal.filter((event) => event.event === 'ended').length, 1);
    }),
    { numRuns: 2000 },
  );
});

test('C-12.6 whatever happens, FINISHED and the result come last and once', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { told } = play(how, done);
      assert.equal(told[0], 'TRANSACTION_STARTED');
      assert.deepEqual(told.slice(-2), ['TRANSACTION_FINISHED', 'result']);
      assert.equal(told.filter((one) => one === 'result').length, 1);
      assert.equal(told.filter((one) => one === 'TRANSACTION_FINISHED').length, 1);
    }),
    { numRuns: 2000 },
  );
});

test('whatever happens, the journal knows what the machine knows, and the till is never told wrong', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { job, taken } = play(how, done);
      const { result: told, truth } = job as EndedJob;
      const saw = (told as Payment).transactionResult;
      const knows = (truth as Payment).transactionResult;
      if (taken) assert.equal(knows, taken.transactionResult);
      if (saw !== 'TIMED_OUT') assert.equal(saw, taken?.transactionResult);
    }),
    { numRuns: 2000 },
  );
});

test('replaying the journal gives the state, whatever happened', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { job, journal } = play(how, done);
      assert.deepEqual(journal.reduce<Job | undefined>(evolve, undefined), job);
    }),
    { numRuns: 1000 },
  );
});

test('C-12.5 amounts add up, whatever the machine took', () => {
  const amount = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(result, amount, amount, (how, amountCashback, amountGratuity) => {
      const first = evolve(undefined, started());
      const [ended] = decide(
        first,
        { command: 'finish', outcome: outcome(how, { amountCashback, amountGratuity }) },
        1,
      );
      const payment = (evolve(first, ended as JobEvent) as EndedJob).result as Payment;
      const { amountBase, amountTotal } = payment;
      assert.equal(amountTotal, amountBase + payment.amountCashback + payment.amountGratuity);
    }),
  );
});
