// One card machine's gateway in small, for the tests of this room: decides, writes, and acts only
// on what is written, as the application does. A crash loses the rest.

import type { Activity, ActivityCommand, ActivityEvent, Deadline } from './activity.ts';
import {
  currentJob,
  currentOrderId,
  deadlineOf,
  decideActivity,
  evolveActivity,
  isComplete,
  isTable,
  isTerminalFree,
  isTransient,
  terminalEffects,
} from './activity.ts';
import type { TerminalEffect } from './effects.ts';
import type { Order } from './job.ts';
import type { SmallMachine } from './test-machine.ts';
import { Post } from './test-post.ts';
import type { SmallTill } from './test-till.ts';

export interface Row {
  readonly activityId: number;
  readonly event: ActivityEvent;
}
type Turn = Row & { readonly work: Activity };
type Beginning = ActivityEvent & { readonly kind: 'started' | 'lockAsked' };

export class SmallGateway {
  now = 0;
  /** What a crash leaves. */
  readonly journal: Row[] = [];
  readonly activities = new Map<number, Activity>();
  activityId = 0;
  readonly post: Post;
  /** What the till was asked and has not answered. */
  question: 'lock' | 'finalReceipt' | undefined;
  readonly #machine: SmallMachine;
  readonly #till: SmallTill;
  #unwritten: Turn[] = [];
  /** What the machine said of orders it was asked about, on its way here. */
  #answers: { readonly order: string; readonly command: ActivityCommand }[] = [];
  #alarm: Deadline | undefined;
  #free = true;

  constructor(machine: SmallMachine, till: SmallTill) {
    this.#machine = machine;
    this.#till = till;
    this.post = new Post(till);
  }

  get work(): Activity | undefined {
    return this.activities.get(this.activityId);
  }

  get isWriting(): boolean {
    return this.#unwritten.length > 0;
  }

  get alarm(): Deadline | undefined {
    return this.#alarm;
  }

  /** Starts an activity if the machine is idle and in reach. */
  begin(make: (order: string, at: number) => Beginning): void {
    if (!this.#free || !this.#machine.connected) return;
    this.activityId = this.journal.length + this.#unwritten.length + 1;
    this.#free = false;
    this.#happen(this.activityId, make(`shop1/12345678/${this.activityId}`, this.now));
  }

  command(command: ActivityCommand, activityId: number = this.activityId): void {
    const work = this.activities.get(activityId);
    if (!work) return;
    for (const event of decideActivity(work, command, this.now)) this.#happen(activityId, event);
  }

  /** A report counts only if it is about the current order. */
  commandAbout(order: string | undefined, command: ActivityCommand): void {
    if (this.work && order === currentOrderId(this.work)) this.command(command);
  }

  /** Writes one event, and does what it asks for. */
  write(): void {
    const turn = this.#unwritten.shift();
    if (!turn) return;
    const { activityId, event } = turn;
    this.journal.push({ activityId, event });
    this.#act(turn);
  }

  writeAll(): void {
    while (this.isWriting) this.write();
  }

  ring(): void {
    if (!this.#alarm) return;
    const { kind, at } = this.#alarm;
    this.now = Math.max(this.now, at);
    this.#alarm = undefined;
    if (kind === 'reachIdleLimit') this.#mustBeIdle();
    this.command(kind === 'reachLimit' ? { kind, localTime: '' } : { kind });
  }

  /** The machine's word on an order it was asked about arrives. */
  receiveAnswer(): void {
    const answer = this.#answers.shift();
    if (answer) this.commandAbout(answer.order, answer.command);
  }

  loseMachine(): void {
    this.#answers = [];
    this.command({ kind: 'disconnectTerminal' });
  }

  /** The till goes without an answer to what it was asked. */
  loseTill(): void {
    this.#till.here = false;
    this.post.drop();
    this.forsake();
  }

  /** No answer in time. */
  forsake(): void {
    const { question } = this;
    this.question = undefined;
    if (question) this.command({ kind: question === 'lock' ? 'failLock' : 'unlock' });
  }

  crash(): void {
    this.#unwritten = [];
    this.#answers = [];
    this.#alarm = undefined;
    this.question = undefined;
    this.#till.here = false;
    this.activities.clear();
    for (const { activityId, event } of this.journal) {
      this.activities.set(activityId, evolveActivity(this.activities.get(activityId), event));
    }
    this.activityId = Math.max(0, ...this.activities.keys());
    this.#free = this.work === undefined || isTerminalFree(this.work);
    this.post.forget();
    for (const [activityId, work] of this.activities) this.#keepNotices(activityId, work);
    if (this.work && !isComplete(this.work)) this.command({ kind: 'restart' });
    if (this.#machine.connected) this.command({ kind: 'reconnectTerminal' });
  }

  #happen(activityId: number, event: ActivityEvent): void {
    const work = evolveActivity(this.activities.get(activityId), event);
    this.activities.set(activityId, work);
    this.#unwritten.push({ activityId, event, work });
    if (activityId === this.activityId && !isTransient(event)) this.#alarm = deadlineOf(work);
  }

  #act({ activityId, event, work }: Turn): void {
    if (activityId === this.activityId && isTerminalFree(work)) this.#free = true;
    this.#keepNotices(activityId, work);
    if (event.kind === 'lockAsked') this.#ask('lock');
    if (event.kind === 'tableLeft') this.#ask('finalReceipt');
    const order = currentJob(work)?.order;
    if (!order) return;
    for (const instruction of terminalEffects(work, event)) this.#tell(order, instruction);
  }

  #mustBeIdle(): void {
    const { work, now } = this;
    const isIdle = work && isTable(work) && now >= work.lastActivityAt + work.rules.idleMs;
    if (!isIdle) throw new Error('The idle limit came too early.');
  }

  #keepNotices(activityId: number, work: Activity): void {
    if (!isTable(work)) return;
    for (const [number, notice] of work.notices.entries()) {
      if (!notice.delivered) this.post.keep({ activityId, number, notice });
    }
  }

  /** A till that is not there is not asked. */
  #ask(question: 'lock' | 'finalReceipt'): void {
    if (this.#till.here) this.question = question;
    else if (question === 'lock') this.command({ kind: 'refuseLock', by: 'gateway' });
    else this.command({ kind: 'unlock' });
  }

  #tell({ order }: Order, { kind }: TerminalEffect): void {
    if (kind === 'start' && 'amount' in order) {
      if ('table' in order && !this.#till.locked)
        throw new Error('A card is charged without a lock.');
      this.#machine.start(order);
    } else if (kind === 'queryLastOrder' && this.#machine.connected) {
      const last = this.#machine.lastOrder(order.id);
      const command = { kind: 'reportLastOrder', last, localTime: '' } as const;
      this.#answers.push({ order: order.id, command });
    }
  }
}
