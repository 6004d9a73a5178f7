// When the messages of a socket are handled, so that no sender holds up another: a few of each socket and
// site in one turn of the event loop, the rest in rotation over the sites, and no more in the long run than
// the budgets allow [C-12.22]. What has to wait is not read from the network: nothing is lost.

/** Messages a second that a sender may send in the long run; 0 sets no limit. */
export interface MessageBudgets {
  readonly connection: number;
  readonly site: number;
  /** Of one client address (IPv4) or /64 network (IPv6). */
  readonly address: number;
}
export type BudgetName = keyof MessageBudgets;

/** A socket whose messages are scheduled. */
export interface ScheduledSocket {
  readonly site: string;
  /** The network that its messages are counted by. */
  readonly network: string;
  /** Stops reading from the network; called again without effect. */
  pause(): void;
  resume(): void;
  /** Called for what was received, in order. */
  handle(bytes: Buffer, isBinary: boolean): void;
  /** Called for a ping after the messages that came before it. */
  pong(payload: Buffer): void;
  /** Called once after the socket has closed and everything received before was handled. */
  closed(code: number, reason: string): void;
}

export interface ReceiveSchedulerOptions {
  readonly budgets: MessageBudgets;
  /** Called when a budget stops the reading of a socket that it did not stop before. */
  readonly onBudgetSpent: (budget: BudgetName, socket: ScheduledSocket) => void;
  /** Milliseconds of a clock that never steps; that of the process by default. */
  readonly now?: () => number;
}

/** A budget may be spent this many seconds ahead. */
const BURST_S = 3;
/** Bytes of a message that count as one message more. */
const BYTES_PER_MESSAGE = 1024;
/** Pings and pongs that count as one message. */
const CONTROL_FRAMES_PER_MESSAGE = 50;
/** Messages of one socket, and of one site, that are handled at once in a turn of the event loop. */
const SOCKET_MESSAGES_PER_TURN = 4;
const SITE_MESSAGES_PER_TURN = 8;
/** Waiting messages of a socket at which it is not read any further. */
const PAUSE_MESSAGES = 16;
/** How long waiting messages are handled until the event loop takes its turn, in ms. */
const SLICE_MS = 0.5;
/** Interval at which sockets that a budget stopped are looked at, in ms. */
const REFILL_MS = 20;
/** Sites and addresses whose budget is remembered; beyond it the oldest start anew. */
const MAX_BUDGETS = 10_000;

export class ReceiveScheduler {
  readonly #options: ReceiveSchedulerOptions;
  readonly #now: () => number;
  readonly #sites = new Map<string, SiteShare>();
  readonly #addresses = new Map<string, Budget>();
  /** Sites with sockets that are ready; each is here once. */
  readonly #ready: SiteShare[] = [];
  /** Sockets that a budget stopped. */
  readonly #stopped = new Set<Inbox>();
  /** Sockets to be read again, one in a turn: what a full socket brings at once takes milliseconds to parse. */
  readonly #resuming: Inbox[] = [];
  #turn = 0;
  #turnEnds = false;
  #refill: NodeJS.Timeout | undefined;

  constructor(options: ReceiveSchedulerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The inbox of a socket that has received its first frame. */
  open(socket: ScheduledSocket): Inbox {
    const { connection, site, address } = this.#options.budgets;
    const share = getOrCreate(this.#sites, socket.site, () => new SiteShare(this.#budget(site)));
    const budgets = {
      connection: this.#budget(connection),
      site: share.budget,
      address: getOrCreate(this.#addresses, socket.network, () => this.#budget(address)),
    };
    return new Inbox(this, socket, { share, budgets });
  }

  /** Whether the socket may have one more message handled in this turn. */
  takeTurn(inbox: Inbox): boolean {
    this.#endTurnLater();
    const { share } = inbox;
    return (
      inbox.turns.take(this.#turn, SOCKET_MESSAGES_PER_TURN) &&
      share.turns.take(this.#turn, SITE_MESSAGES_PER_TURN)
    );
  }

  /** Charges the budgets of a socket; returns false, and stops the socket, if one of them is spent. */
  charge(inbox: Inbox, messages: number): boolean {
    const spent = inbox.spentBudget(this.#now);
    if (spent === undefined) {
      inbox.charge(messages);
      return true;
    }
    if (this.#stopped.has(inbox)) return false;
    this.#stopped.add(inbox);
    this.#options.onBudgetSpent(spent, inbox.socket);
    this.#refill ??= setInterval(() => this.#resumeStopped(), REFILL_MS).unref();
    return false;
  }

  /** Has the waiting messages of a socket handled when it is its turn. */
  enqueue(inbox: Inbox): void {
    if (inbox.isQueued || this.#stopped.has(inbox)) return;
    inbox.isQueued = true;
    inbox.share.ready.push(inbox);
    this.#queue(inbox.share);
    this.#endTurnLater();
  }

  /** Reads a socket again when it is its turn. */
  resumeLater(inbox: Inbox): void {
    this.#resuming.push(inbox);
    this.#endTurnLater();
  }

  /** Ends the timer. */
  close(): void {
    clearInterval(this.#refill);
    this.#stopped.clear();
  }

  #budget(perSecond: number): Budget {
    return new Budget(perSecond, this.#now());
  }

  #endTurnLater(): void {
    if (this.#turnEnds) return;
    this.#turnEnds = true;
    setImmediate(() => this.#endTurn());
  }

  /** Handles waiting messages in rotation: one of each site, and within a site one of each socket. */
  #endTurn(): void {
    this.#turn += 1;
    this.#turnEnds = false;
    this.#resuming.shift()?.resume();
    const until = this.#now() + SLICE_MS;
    for (let share = this.#ready.shift(); share; share = this.#ready.shift()) {
      share.isQueued = false;
      const inbox = share.ready.shift();
      if (inbox) {
        inbox.isQueued = false;
        inbox.handleNext();
      }
      if (share.ready.length > 0) this.#queue(share);
      if (this.#now() >= until) break;
    }
    if (this.#ready.length > 0 || this.#resuming.length > 0) this.#endTurnLater();
  }

  #queue(share: SiteShare): void {
    if (share.isQueued) return;
    share.isQueued = true;
    this.#ready.push(share);
  }

  #resumeStopped(): void {
    for (const inbox of this.#stopped) {
      if (inbox.spentBudget(this.#now) !== undefined) continue;
      this.#stopped.delete(inbox);
      inbox.proceed();
    }
    if (this.#stopped.size > 0) return;
    clearInterval(this.#refill);
    this.#refill = undefined;
  }
}

type Received =
  | { readonly kind: 'message'; readonly bytes: Buffer; readonly isBinary: boolean }
  | { readonly kind: 'ping'; readonly payload: Buffer };

type Budgets = Readonly<Record<BudgetName, Budget>>;

/** What one socket has received and nobody has handled yet: at most what was read at once. */
export class Inbox {
  readonly socket: ScheduledSocket;
  readonly share: SiteShare;
  readonly turns = new Turns();
  /** Whether it waits in the rotation. */
  isQueued = false;
  readonly #scheduler: ReceiveScheduler;
  readonly #budgets: Budgets;
  #waiting: Received[] = [];
  #closed: { readonly code: number; readonly reason: string } | undefined;
  #isOver = false;
  /** `resuming`: it is read again when it is its turn. */
  #reading: 'on' | 'paused' | 'resuming' = 'on';

  constructor(
    scheduler: ReceiveScheduler,
    socket: ScheduledSocket,
    { share, budgets }: { readonly share: SiteShare; readonly budgets: Budgets },
  ) {
    this.#scheduler = scheduler;
    this.socket = socket;
    this.share = share;
    this.#budgets = budgets;
  }

  /** Takes a message: it is handled at once, or waits. */
  receive(bytes: Buffer, isBinary: boolean): void {
    const isIdle = this.#waiting.length === 0;
    if (isIdle && this.#scheduler.takeTurn(this) && this.#scheduler.charge(this, weight(bytes))) {
      this.socket.handle(bytes, isBinary);
      return;
    }
    if (this.#waiting.push({ kind: 'message', bytes, isBinary }) >= PAUSE_MESSAGES) this.#pause();
    this.#scheduler.enqueue(this);
  }

  /** Takes a ping: its pong overtakes no message that came before. */
  receivePing(payload: Buffer): void {
    this.count();
    if (this.#waiting.length === 0) this.socket.pong(payload);
    else this.#waiting.push({ kind: 'ping', payload });
  }

  /** A pong came: it counts, and is never held back itself. */
  count(): void {
    if (!this.#scheduler.charge(this, 1 / CONTROL_FRAMES_PER_MESSAGE)) this.#pause();
  }

  /** The socket has closed: its owner hears of it after the messages that came before. */
  close(code: number, reason: string): void {
    this.#closed = { code, reason };
    this.proceed();
  }

  /** Gives up what waits: the gateway has closed the connection. */
  discard(): void {
    this.#waiting = [];
    this.proceed();
  }

  /** Waits for its turn with what there is, else reads on, or ends if the socket has closed. */
  proceed(): void {
    if (this.#waiting.length > 0) {
      this.#scheduler.enqueue(this);
    } else if (!this.#closed) {
      if (this.#reading !== 'paused') return;
      this.#reading = 'resuming';
      this.#scheduler.resumeLater(this);
    } else if (!this.#isOver) {
      this.#isOver = true;
      this.socket.closed(this.#closed.code, this.#closed.reason);
    }
  }

  /** Called by the scheduler when it is the socket's turn to be read again. */
  resume(): void {
    if (this.#reading !== 'resuming') return;
    this.#reading = 'on';
    this.socket.resume();
  }

  #pause(): void {
    this.#reading = 'paused';
    this.socket.pause();
  }

  /** Called by the scheduler when it is the socket's turn. */
  handleNext(): void {
    const [next] = this.#waiting;
    if (next?.kind === 'message' && !this.#scheduler.charge(this, weight(next.bytes))) return;
    this.#waiting.shift();
    if (next?.kind === 'message') this.socket.handle(next.bytes, next.isBinary);
    else if (next) this.socket.pong(next.payload);
    this.proceed();
  }

  spentBudget(now: () => number): BudgetName | undefined {
    for (const name of ['connection', 'site', 'address'] as const) {
      if (this.#budgets[name].isSpent(now)) return name;
    }
    return undefined;
  }

  charge(messages: number): void {
    this.#budgets.connection.spend(messages);
    this.#budgets.site.spend(messages);
    this.#budgets.address.spend(messages);
  }
}

/** What the sockets of one site share. */
class SiteShare {
  readonly budget: Budget;
  readonly turns = new Turns();
  readonly ready: Inbox[] = [];
  /** Whether it waits in the rotation. */
  isQueued = false;

  constructor(budget: Budget) {
    this.budget = budget;
  }
}

/** A token bucket: refilled only when it is empty, so that a message costs one subtraction. */
class Budget {
  readonly #perSecond: number;
  #left: number;
  #filledAt: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_S;
    this.#filledAt = now;
  }

  isSpent(now: () => number): boolean {
    if (this.#left > 0 || this.#perSecond === 0) return false;
    const at = now();
    const earned = ((at - this.#filledAt) / 1000) * this.#perSecond;
    this.#filledAt = at;
    this.#left = Math.min(this.#left + earned, this.#perSecond * BURST_S);
    return this.#left <= 0;
  }

  /** May go below zero: a large message is paid off before the next one. */
  spend(messages: number): void {
    this.#left -= messages;
  }
}

/** How many messages were handled in the current turn. */
class Turns {
  #turn = -1;
  #used = 0;

  take(turn: number, most: number): boolean {
    if (this.#turn !== turn) {
      this.#turn = turn;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#used <= most;
  }
}

function weight(bytes: Buffer): number {
  return 1 + Math.floor(bytes.length / BYTES_PER_MESSAGE);
}

function getOrCreate<T>(map: Map<string, T>, key: string, create: () => T): T {
  const known = map.get(key);
  if (known) return known;
  const [oldest] = map.keys();
  if (map.size >= MAX_BUDGETS && oldest !== undefined) map.delete(oldest);
  const created = create();
  map.set(key, created);
  return created;
}
