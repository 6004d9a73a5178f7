// A gateway in this process on real sockets, with a test clock, its tills and a trace of their messages.
// No wait depends on real time: `settled` waits until all messages on their way have arrived.

import assert from 'node:assert/strict';
import type {
  Frame,
  TestGateway,
  TestGatewayOptions,
  TestTill,
  TestTillOptions,
} from 'tillgate/testing';
import { connectTill, startTestGateway, TestClock } from 'tillgate/testing';
import { checkInvariants } from '../invariants/invariants.ts';
import { Trace } from '../invariants/trace.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd } from '../wait.ts';
import { MemoryStore, shareStore } from './shared-store.ts';
import type { SiteRecord } from './site-records.ts';
import { siteRecord, tokenRecord } from './site-records.ts';

type Settings = NonNullable<TestGatewayOptions['settings']>;
type Parameters = Record<string, string | undefined>;

export interface HarnessOptions {
  readonly settings?: Settings;
  /** Settings of the test site. */
  readonly site?: Partial<SiteRecord>;
  readonly records?: readonly { collection: string; key: string; value: string }[];
  /** Card machines in place of the virtual ones. */
  readonly driver?: NonNullable<TestGatewayOptions['driver']>;
  /** Nothing is logged by default. */
  readonly log?: NonNullable<TestGatewayOptions['log']>;
  /** Whether a card is left in, so that TIMED_OUT may follow APPROVED [C-12.9]. */
  readonly cardLeftIn?: boolean;
}

/** The token of the test site, which is the one of the specification's example. */
export const TOKEN = '00000000-0000-0000-0000-000000000000';
const CLOSED = 3;

/** Starts a gateway; when the test ends, it is closed and its trace is checked against chapter 12. */
export async function startHarness(
  t: TestEnd,
  options: HarnessOptions = {},
): Promise<GatewayHarness> {
  const store = new MemoryStore();
  const site = [siteRecord('testhost', options.site), tokenRecord('testhost', TOKEN)];
  const put = [...site, ...(options.records ?? [])];
  await store.write({ put });
  const harness = new GatewayHarness(store, options);
  await harness.start();
  atEnd(t, () => harness.close());
  return harness;
}

export class GatewayHarness {
  readonly clock = new TestClock();
  readonly store: MemoryStore;
  readonly trace = new Trace();
  readonly #settings: Settings;
  readonly #parts: Pick<HarnessOptions, 'driver' | 'log'>;
  readonly #cardLeftIn: boolean;
  readonly #tills: TestTill[] = [];
  #server: TestGateway | undefined;

  constructor(
    store: MemoryStore,
    {
      settings,
      driver,
      log,
      cardLeftIn = false,
    }: Pick<HarnessOptions, 'settings' | 'driver' | 'log' | 'cardLeftIn'>,
  ) {
    this.store = store;
    this.#cardLeftIn = cardLeftIn;
    this.#settings = { pace: 'realistic', ...settings };
    this.#parts = { ...(driver && { driver }), ...(log && { log }) };
  }

  get server(): TestGateway {
    assert.ok(this.#server, 'the gateway has been started');
    return this.#server;
  }

  async start(): Promise<void> {
    const store = shareStore(this.store, (written) => this.trace.journalled(written));
    const { clock } = this;
    const parts = this.#parts;
    this.#server = await startTestGateway({ clock, store, settings: this.#settings, ...parts });
  }

  /** Stops the gateway at once, as a crash would, and starts another on the same journal. */
  async restart(): Promise<void> {
    await this.#stop();
    await this.start();
  }

  /** A till at the counter of the test site. */
  till(parameters: Parameters = {}, options: TestTillOptions = {}): Promise<TestTill> {
    return this.connect(this.server.uri('pac', parameters), options);
  }

  async connect(uri: string, options: TestTillOptions = {}): Promise<TestTill> {
    const till = await connectTill(uri, options);
    const [label = 'testhost'] = options.headers?.host?.split('.') ?? [];
    this.trace.follow(till, label);
    this.#tills.push(till);
    await this.settled();
    return till;
  }

  /** Waits for this socket too from now on, whatever is spoken on it; the trace does not follow it. */
  track(socket: TestTill): void {
    this.#tills.push(socket);
  }

  /** Waits until all that was sent, either way on every open socket, has come and had its effect. */
  async settled(): Promise<void> {
    // Once there and back for what was under way, once more for the answers to it.
    await Promise.all(this.#tills.map(echo));
    await Promise.all(this.#tills.map(echo));
  }

  /** Lets time pass, each timer's consequences arriving before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settled();
    while (await this.#step(end)) await this.settled();
    await this.clock.advance(end - this.clock.now());
    await this.settled();
  }

  /** Lets time pass until something has come. */
  async until(done: () => boolean, limitMs = 3_600_000): Promise<void> {
    const end = this.clock.now() + limitMs;
    await this.settled();
    while (!done()) {
      if (!(await this.#step(end))) assert.fail(`nothing like that came within ${limitMs} ms`);
      await this.settled();
    }
  }

  /** Lets time pass until a till has been shown a value for the `times`-th time. */
  async shown(till: TestTill, value: string, times = 1): Promise<void> {
    const count = () => till.values.filter((one) => one === value).length;
    await this.until(() => count() >= times);
  }

  /** Lets time pass until a request is answered. */
  async answer(till: TestTill, id: unknown): Promise<Frame> {
    const find = () => till.received.find((frame) => !frame.method && frame.id === id);
    await this.until(() => find() !== undefined);
    return find() as Frame;
  }

  /** Sends a request and lets time pass until it is answered. */
  request(till: TestTill, method: string, params?: object): Promise<Frame> {
    return this.answer(till, till.ask(method, params));
  }

  /** Everything a till has got, in short. */
  async summaries(till: TestTill): Promise<readonly string[]> {
    await this.settled();
    return till.received.map(summary);
  }

  async close(): Promise<void> {
    await this.#stop();
    checkInvariants(this.trace.entries, [TOKEN], { cardLeftIn: this.#cardLeftIn });
  }

  /** Stops the gateway; its tills have closed then, but those that do not read. */
  async #stop(): Promise<void> {
    await this.server.stop();
    await Promise.all(this.#tills.map(({ socket, closed }) => socket.isPaused || closed));
  }

  /** Moves to the next moment at which a timer falls due. */
  #step(end: number): Promise<boolean> {
    let asked = false;
    const once = () => {
      const before = asked;
      asked = true;
      return before;
    };
    return this.clock.advanceUntil(once, end - this.clock.now());
  }
}

/** A ping of the till and its pong: what was sent before either has arrived. */
export function echo({ socket }: TestTill): Promise<void> {
  if (socket.readyState === CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      socket.off('pong', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('pong', done);
    socket.on('close', done);
    socket.ping('echo');
  });
}

/** `N: VALUE`, `result 7`, `error 7 -32071`, `? signatureVerificationRequest 1`. */
export function summary(frame: Frame): string {
  const id = frame.id === undefined ? '' : ` ${JSON.stringify(frame.id)}`;
  if (frame.method === 'terminalNotification') return `N: ${frame.params.notificationValue}`;
  if (frame.method) return `? ${frame.method}${id}`;
  if (frame.error) return `error${id} ${frame.error.code}`;
  return `result${id}`;
}

/** The bare values, as they are written in chapter 7. */
export function notifications(list: string): readonly string[] {
  return list.split(', ').map((value) => `N: ${value}`);
}
