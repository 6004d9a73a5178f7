import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment } from '@tillgate/protocol';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import type { JobCommand } from './decide.ts';
import { decideJob } from './decide.ts';
import { jobDeadline, jobTerminalEffects, tillEffects } from './effects.ts';
import type { EndedJob, Job, JobEvent } from './job.ts';
import { evolveJob, isTransientJobEvent } from './job.ts';
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
  readonly sent: string[] = [];
  machine: 'idle' | 'atWork' | 'done' = 'idle';
  connected = true;
  starts = 0;
  taken: MachineOutcome | undefined;
  readonly #result: MachineOutcome['transactionResult'];

  constructor(result: MachineOutcome['transactionResult']) {
    this.#result = result;
    const first = started();
    this.job = evolveJob(undefined, first);
    this.journal.push(first);
    this.#do(first, this.job);
  }

  deed(deed: Deed): void {
    switch (deed) {
      case 'machineShows':
        this.#fromMachine({ kind: 'show', value: 'PLEASE_WAIT' });
        break;
      case 'machineWantsSignature':
        this.#fromMachine({
          kind: 'askSignature',
          wanted: { merchantReceipt: [], card },
        });
        break;
      case 'machineFinishes':
        if (this.machine !== 'atWork') break;
        this.machine = 'done';
        this.taken = outcome(this.#result);
        if (this.connected) this.#command({ kind: 'finish', outcome: this.taken });
        break;
      case 'machineForgets':
        if (this.machine === 'atWork') this.machine = 'idle';
        this.deed('machineDropsOut');
        break;
      case 'machineDropsOut':
        this.connected = false;
        this.#command({ kind: 'disconnectTerminal' });
        break;
      case 'machineComesBack':
        this.connected = true;
        this.#command({ kind: 'reconnectTerminal' });
        break;
      case 'tillCancels':
        this.#command({ kind: 'cancel' });
        break;
      case 'tillAccepts':
        this.#command({ kind: 'judgeSignature', accepted: true });
        break;
      case 'tillRejects':
        this.#command({ kind: 'judgeSignature', accepted: false });
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
    const next = jobDeadline(this.job);
    if (!next) return;
    this.now = Math.max(this.now, next.at);
    this.#command(
      next.kind === 'reachLimit'
        ? { kind: 'reachLimit', localTime: '2026-03-14T12:34:27' }
        : { kind: 'expireSignature' },
    );
  }

  #crash(): void {
    this.#unwritten = [];
    this.job = this.journal.reduce<Job | undefined>(evolveJob, undefined) as Job;
    this.#command({ kind: 'restart' });
    if (this.connected) this.#command({ kind: 'reconnectTerminal' });
  }

  #fromMachine(command: JobCommand): void {
    if (this.connected && this.machine === 'atWork') this.#command(command);
  }

  #command(command: JobCommand): void {
    for (const event of decideJob(this.job, command, this.now)) {
      this.job = evolveJob(this.job, event);
      this.#unwritten.push(event);
      if (!isTransientJobEvent(event)) this.journal.push(...this.#unwritten.splice(0));
      this.#do(event, this.job);
    }
  }

  #do(event: JobEvent, job: Job): void {
    for (const one of tillEffects(job, event)) {
      this.sent.push(one.kind === 'value' ? one.value : one.kind);
    }
    for (const { kind } of jobTerminalEffects(job, event)) {
      if (kind === 'start') {
        this.starts += 1;
        this.machine = 'atWork';
      } else if (kind === 'queryLastOrder' && this.connected) {
        const localTime = '2026-03-14T12:34:27';
        this.#command({ kind: 'reportLastOrder', last: this.#last(), localTime });
      }
    }
  }

  #last(): LastOrder {
    if (this.taken) return { status: 'outcome', outcome: this.taken };
    return { status: this.machine === 'atWork' ? 'running' : 'nothing' };
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
      assert.equal(world.journal.filter((event) => event.kind === 'ended').length, 1);
    }),
    { numRuns: depth(2000) },
  );
});

test('C-12.6 whatever happens, FINISHED and the result come last and once', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { sent } = play(how, done);
      assert.equal(sent[0], 'TRANSACTION_STARTED');
      assert.deepEqual(sent.slice(-2), ['TRANSACTION_FINISHED', 'result']);
      assert.equal(sent.filter((one) => one === 'result').length, 1);
      assert.equal(sent.filter((one) => one === 'TRANSACTION_FINISHED').length, 1);
    }),
    { numRuns: depth(2000) },
  );
});

test('whatever happens, journal and machine agree, and the till never gets a wrong result', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { job, taken } = play(how, done);
      const { result: sentResult, reconciledResult } = job as EndedJob;
      const saw = (sentResult as Payment).transactionResult;
      const knows = (reconciledResult as Payment).transactionResult;
      if (taken) assert.equal(knows, taken.transactionResult);
      if (saw !== 'TIMED_OUT') assert.equal(saw, taken?.transactionResult);
    }),
    { numRuns: depth(2000) },
  );
});

test('replaying the journal gives the state, whatever happened', () => {
  fc.assert(
    fc.property(result, story, (how, done) => {
      const { job, journal } = play(how, done);
      assert.deepEqual(journal.reduce<Job | undefined>(evolveJob, undefined), job);
    }),
    { numRuns: depth(1000) },
  );
});

test('C-12.5 amounts add up, whatever the machine took', () => {
  const amount = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(result, amount, amount, (how, amountCashback, amountGratuity) => {
      const first = evolveJob(undefined, started());
      const [ended] = decideJob(
        first,
        { kind: 'finish', outcome: outcome(how, { amountCashback, amountGratuity }) },
        1,
      );
      const payment = (evolveJob(first, ended as JobEvent) as EndedJob).result as Payment;
      const { amountBase, amountTotal } = payment;
      assert.equal(amountTotal, amountBase + payment.amountCashback + payment.amountGratuity);
    }),
  );
});
