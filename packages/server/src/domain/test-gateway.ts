// One card machine's gateway in small, for the tests of this room: decides, writes, and acts only on
// what is written, as the application does. A crash loses the rest.

import type { Deadline, Work, WorkCommand, WorkEvent } from './activity.ts';
import {
  deadlineOf,
  decideWork,
  evolveWork,
  instructWork,
  isFleeting,
  isMachineFree,
  isSettled,
  isTable,
  jobIn,
  orderInHand,
} from './activity.ts';
import type { Instruction } from './effects.ts';
import type { Order } from './job.ts';
import type { SmallMachine } from './test-machine.ts';
import { Post } from './test-post.ts';
import type { SmallTill } from './test-till.ts';

export interface Row {
  readonly chapter: number;
  readonly event: WorkEvent;
}
type Turn = Row & { readonly work: Work };
type Beginning = WorkEvent & { readonly event: 'started' | 'lockAsked' };

export class SmallGateway {
  now = 0;
  /** What a crash leaves. */
  readonly journal: Row[] = [];
  readonly works = new Map<number, Work>();
  chapter = 0;
  readonly post: Post;
  /** What the till was asked and has not answered. */
  question: 'lock' | 'finalReceipt' | undefined;
  readonly #machine: SmallMachine;
  readonly #till: SmallTill;
  #unwritten: Turn[] = [];
  /** What the machine said of orders it was asked about, on its way here. */
  #answers: { readonly order: string; readonly command: WorkCommand }[] = [];
  #alarm: Deadline | undefined;
  #free = true;

  constructor(machine: SmallMachine, till: SmallTill) {
    this.#machine = machine;
    this.#till = till;
    this.post = new Post(till);
  }

  get work(): Work | undefined {
    return this.works.get(this.chapter);
  }

  get isWriting(): boolean {
    return this.#unwritten.length > 0;
  }

  get alarm(): Deadline | undefined {
    return this.#alarm;
  }

  /** Begins a chapter if the machine is idle and in reach. */
  begin(make: (order: string, at: number) => Beginning): void {
    if (!this.#free || !this.#machine.connected) return;
    this.chapter = this.journal.length + this.#unwritten.length + 1;
    this.#free = false;
    this.#happen(this.chapter, make(`shop1/12345678/${this.chapter}`, this.now));
  }

  command(command: WorkCommand, chapter: number = this.chapter): void {
    const work = this.works.get(chapter);
    if (!work) return;
    for (const event of decideWork(work, command, this.now)) this.#happen(chapter, event);
  }

  /** Only what is said of the order in hand is heard. */
  commandAbout(order: string | undefined, command: WorkCommand): void {
    if (this.work && order === orderInHand(this.work)) this.command(command);
  }

  /** Writes one event, and does what it asks for. */
  write(): void {
    const turn = this.#unwritten.shift();
    if (!turn) return;
    const { chapter, event } = turn;
    this.journal.push({ chapter, event });
    this.#act(turn);
  }

  writeAll(): void {
    while (this.isWriting) this.write();
  }

  ring(): void {
    if (!this.#alarm) return;
    const { command, at } = this.#alarm;
    this.now = Math.max(this.now, at);
    this.#alarm = undefined;
    if (command === 'reachIdleLimit') this.#mustBeIdle();
    this.command(command === 'reachLimit' ? { command, localTime: '' } : { command });
  }

  /** The machine's word on an order it was asked about arrives. */
  hearAnswer(): void {
    const answer = this.#answers.shift();
    if (answer) this.commandAbout(answer.order, answer.command);
  }

  loseMachine(): void {
    this.#answers = [];
    this.command({ command: 'loseTerminal' });
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
    if (question) this.command({ command: question === 'lock' ? 'failLock' : 'unlock' });
  }

  crash(): void {
    this.#unwritten = [];
    this.#answers = [];
    this.#alarm = undefined;
    this.question = undefined;
    this.#till.here = false;
    this.works.clear();
    for (const { chapter, event } of this.journal) {
      this.works.set(chapter, evolveWork(this.works.get(chapter), event));
    }
    this.chapter = Math.max(0, ...this.works.keys());
    this.#free = this.work === undefined || isMachineFree(this.work);
    this.post.forget();
    for (const [chapter, work] of this.works) this.#keepNotices(chapter, work);
    if (this.work && !isSettled(this.work)) this.command({ command: 'restart' });
    if (this.#machine.connected) this.command({ command: 'regainTerminal' });
  }

  #happen(chapter: number, event: WorkEvent): void {
    const work = evolveWork(this.works.get(chapter), event);
    this.works.set(chapter, work);
    this.#unwritten.push({ chapter, event, work });
    if (chapter === this.chapter && !isFleeting(event)) this.#alarm = deadlineOf(work);
  }

  #act({ chapter, event, work }: Turn): void {
    if (chapter === this.chapter && isMachineFree(work)) this.#free = true;
    this.#keepNotices(chapter, work);
    if (event.event === 'lockAsked') this.#ask('lock');
    if (event.event === 'tableLeft') this.#ask('finalReceipt');
    const order = jobIn(work)?.order;
    if (!order) return;
    for (const instruction of instructWork(work, event)) this.#tell(order, instruction);
  }

  #mustBeIdle(): void {
    const { work, now } = this;
    const isIdle = work && isTable(work) && now >= work.lastWordAt + work.rules.idleMs;
    if (!isIdle) throw new Error('The idle limit came too early.');
  }

  #keepNotices(chapter: number, work: Work): void {
    if (!isTable(work)) return;
    for (const [number, notice] of work.notices.entries()) {
      if (!notice.delivered) this.post.keep({ chapter, number, notice });
    }
  }

  /** A till that is not there is not asked. */
  #ask(question: 'lock' | 'finalReceipt'): void {
    if (this.#till.here) this.question = question;
    else this.command({ command: question === 'lock' ? 'refuseLock' : 'unlock' });
  }

  #tell({ order }: Order, { tell }: Instruction): void {
    if (tell === 'start' && 'amount' in order) {
      if ('table' in order && !this.#till.locked)
        throw new Error('A card is charged without a lock.');
      this.#machine.start(order);
    } else if (tell === 'askLastOrder' && this.#machine.connected) {
      const last = this.#machine.lastOrder(order.id);
      const command = { command: 'tellLastOrder', last, localTime: '' } as const;
      this.#answers.push({ order: order.id, command });
    }
  }
}
