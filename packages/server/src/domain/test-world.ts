// A world in small for the tests of this room: waiter, card machine, till, clock and crashes.
// Whatever happens in whatever order, the same things must hold at the end.

import type { ActivityCommand } from './activity.ts';
import { isTable } from './activity.ts';
import { amountDue } from './table.ts';
import { SmallGateway } from './test-gateway.ts';
import { sale, started } from './test-job.ts';
import { SmallMachine } from './test-machine.ts';
import { cardOrder, lockAsked } from './test-table.ts';
import { SmallTill } from './test-till.ts';

export const BILL = 9000;

const refusedRequest = { kind: 'noteRefusedRequest', refusal: 'No.' } as const;

interface Amounts {
  readonly amount: number;
  readonly amountCashback?: number;
  readonly amountGratuity?: number;
}

export class SmallWorld {
  readonly machine = new SmallMachine();
  readonly till = new SmallTill(BILL);
  readonly gateway = new SmallGateway(this.machine, this.till);
  #payments = 0;

  lock(): void {
    this.gateway.begin((_, at) => ({ ...lockAsked, at }));
  }

  /** At the counter, while nobody is at a table with this machine. */
  sell(): void {
    this.gateway.begin((id, at) => {
      const order = { kind: 'transaction', order: { ...sale.order, id } } as typeof sale;
      return { ...started(order), at } as never;
    });
  }

  request(command: ActivityCommand): void {
    if (!this.machine.connected) return;
    const { work } = this.gateway;
    this.gateway.command(command);
    if (this.gateway.work === work) this.gateway.command(refusedRequest);
  }

  payByCard(amounts: Amounts): void {
    const { work, activityId } = this.gateway;
    if (!work || !isTable(work)) return;
    const order = cardOrder(`shop1/12345678/${activityId}/${work.attempts + 1}`, amounts);
    this.request({ kind: 'startPayment', paymentId: this.#paymentId(), order });
  }

  payInCash(amount: number): void {
    this.request({ kind: 'notePayment', paymentId: this.#paymentId(), amount });
  }

  get left(): number {
    const { work } = this.gateway;
    return work && isTable(work) ? amountDue(work) : 0;
  }

  /** A report of the machine; it counts only if it is about the current order. */
  finish(how: 'SUCCESSFUL' | 'DECLINED'): void {
    const outcome = this.machine.finish(how);
    if (outcome) this.#report({ kind: 'finish', outcome });
  }

  show(): void {
    if (this.machine.isAtWork) this.#report({ kind: 'show', value: 'PLEASE_WAIT' });
  }

  disconnect(): void {
    this.machine.connected = false;
    this.gateway.loseMachine();
  }

  connect(): void {
    if (this.machine.connected) return;
    this.machine.connected = true;
    this.gateway.command({ kind: 'reconnectTerminal' });
  }

  passTime(ms: number): void {
    this.gateway.now += ms;
    const { alarm, now } = this.gateway;
    if (alarm && alarm.at <= now) this.gateway.ring();
  }

  /** What was sent before is read before, and its pong comes before the answer [C-3.49]. */
  answerLock(how: 'yes' | 'silence' | 'no'): void {
    const { gateway, till } = this;
    if (gateway.question !== 'lock') return;
    gateway.post.read();
    till.locked = how !== 'no';
    if (how === 'silence') return;
    while (!gateway.post.isEmpty) this.deliver();
    gateway.question = undefined;
    if (how === 'no') gateway.command({ kind: 'refuseLock', by: 'till' });
    else gateway.command({ kind: 'confirmLock', amount: till.bill });
  }

  deliver(): void {
    const owed = this.gateway.post.deliver();
    if (!owed) return;
    this.gateway.command({ kind: 'markNotice', number: owed.number }, owed.activityId);
  }

  /** What happens if the machine says nothing any more. */
  letTimeEndIt(): void {
    const { gateway } = this;
    for (let round = 0; round < 20; round += 1) {
      this.gateway.writeAll();
      gateway.forsake();
      if (!gateway.isWriting) gateway.ring();
    }
    gateway.post.connect();
    gateway.post.read();
    while (!gateway.post.isEmpty) {
      this.deliver();
      this.gateway.writeAll();
    }
  }

  /** The machine is there again and says all it knows. */
  letMachineEndIt(): void {
    this.disconnect();
    this.connect();
    this.finish('SUCCESSFUL');
    this.gateway.writeAll();
    for (let round = 0; round < 5; round += 1) {
      this.gateway.receiveAnswer();
      this.gateway.writeAll();
    }
    this.letTimeEndIt();
  }

  #report(command: ActivityCommand): void {
    const { order, connected } = this.machine;
    if (connected) this.gateway.commandAbout(order, command);
  }

  #paymentId(): string {
    this.#payments += 1;
    return `payment-${this.#payments}`;
  }
}

/** What may happen, with a number to make use of: 0 to 6000. */
export const deeds = {
  waiterLocks: (world) => world.lock(),
  waiterWantsBill: (world) => world.request({ kind: 'askBill' }),
  waiterPaysPart: (world, n) => world.payByCard({ amount: n, amountCashback: n % 3 }),
  waiterPaysRest: (world, n) => world.payByCard({ amount: world.left, amountGratuity: n % 500 }),
  waiterNotesCash: (world, n) => world.payInCash(n),
  waiterLeaves: (world) => world.request({ kind: 'leave', by: 'waiter' }),
  counterSells: (world) => world.sell(),
  machineShows: (world) => world.show(),
  machineCharges: (world) => world.finish('SUCCESSFUL'),
  machineDeclines: (world) => world.finish('DECLINED'),
  machineAnswers: (world) => world.gateway.receiveAnswer(),
  machineDropsOut: (world) => world.disconnect(),
  machineComesBack: (world) => world.connect(),
  machineLosesPower: (world) => {
    world.machine.losePower();
    world.disconnect();
  },
  machineLosesMemory: (world) => {
    world.machine.loseMemory();
    world.disconnect();
  },
  tillConfirms: (world) => world.answerLock('yes'),
  tillLocksInSilence: (world) => world.answerLock('silence'),
  tillRefuses: (world) => world.answerLock('no'),
  tillIsSilent: (world) => world.gateway.forsake(),
  tillReads: (world) => world.gateway.post.read(),
  tillIsKnownToHold: (world) => world.deliver(),
  tillGoes: (world) => world.gateway.loseTill(),
  tillComesBack: (world) => world.gateway.post.connect(),
  oneIsWritten: (world) => world.gateway.write(),
  allIsWritten: (world) => world.gateway.writeAll(),
  timePasses: (world, n) => world.passTime(n * 20),
  alarmRings: (world) => world.gateway.ring(),
  gatewayCrashes: (world) => world.gateway.crash(),
} satisfies Record<string, (world: SmallWorld, n: number) => void>;

export type Deed = keyof typeof deeds;

/** What happens on a good day. */
const calm: readonly (readonly Deed[])[] = [
  [
    'machineComesBack',
    'tillComesBack',
    'waiterLocks',
    'allIsWritten',
    'tillConfirms',
    'allIsWritten',
  ],
  ['waiterPaysPart', 'allIsWritten', 'machineCharges', 'allIsWritten'],
  ['waiterPaysPart', 'allIsWritten', 'machineDeclines', 'allIsWritten'],
  ['waiterNotesCash', 'allIsWritten'],
  ['waiterPaysRest', 'allIsWritten', 'machineCharges', 'allIsWritten'],
];

/** What happens in a row on a bad one. */
const rough: readonly (readonly Deed[])[] = [
  ['waiterPaysPart', 'allIsWritten', 'alarmRings', 'allIsWritten', 'alarmRings', 'allIsWritten'],
  ['machineDropsOut', 'machineComesBack', 'allIsWritten', 'machineAnswers', 'allIsWritten'],
  ['gatewayCrashes', 'tillComesBack', 'allIsWritten', 'machineAnswers', 'allIsWritten'],
  ['waiterLeaves', 'allIsWritten', 'tillIsSilent', 'allIsWritten'],
];

/** Single deeds, and what often happens in a row or breaks off; to draw stories from. */
export const moments: readonly (readonly Deed[])[] = [
  ...(Object.keys(deeds) as Deed[]).map((deed) => [deed]),
  ...[...calm, ...rough].flatMap((scene) => scene.map((_, last) => scene.slice(0, last + 1))),
  ...[...calm, ...calm, ...calm, ...calm, ...calm, ...rough],
];

/** Moments, each with a number from 0 to 6000 for its deeds. */
export type Story = readonly (readonly [moment: readonly Deed[], n: number])[];

/** The world after a story, before anything settles. */
export function playStory(story: Story): SmallWorld {
  const world = new SmallWorld();
  for (const [moment, n] of story) {
    for (const deed of moment) {
      const act: (world: SmallWorld, n: number) => void = deeds[deed];
      act(world, n);
    }
  }
  return world;
}

/** The world after a story and all that follows from it. */
export function playOut(story: Story): SmallWorld {
  const world = playStory(story);
  world.letTimeEndIt();
  world.letMachineEndIt();
  return world;
}
