// The gateway of a rehearsal: a process of its own whose clock the rehearsal moves on, with a journal in memory; or one
// that runs already. Everything is asked over its admin API.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { api } from '@tillgate/protocol';
import { localGateway, tillAddress } from '../address.ts';
import type { GatewayValues } from '../admin/gateway-api.ts';
import { requestRoute } from '../admin/gateway-api.ts';
import { trafficEvents } from '../admin/traffic-events.ts';
import { CommandError, exitCode, UsageError } from '../exit-code.ts';
import { BrokenOff } from './broken-off.ts';
import type { Recording } from './recording.ts';

/** Where everything of a rehearsal happens. */
export const SITE = 'testhost';
const MAX_TRANSACTIONS = 100;
/** Time that a gateway takes to start and to start again, in ms. */
const START_LIMIT_MS = 30_000;
const RETRY_MS = 50;
/** A stream that has a frame in its backlog sends it in this time. */
const NO_FRAME_MS = 1_000;
/** A gateway that goes on running is as it was in this time, in ms. */
const LEAVE_LIMIT_MS = 3_000;
/** The clock moves on by so much at once, so that the till can answer in between. */
const CLOCK_STEP_S = 5;
const MAX_CLOCK_STEPS = 200;
/** Pings go by real time: often, so that a silence need not be long. */
const PING_INTERVAL_S = 1;
/** A till at the table is asked for the final receipt, too [C-2.2]. */
const FINAL_RECEIPT = '&final-pos-receipt-request';

export interface Addresses {
  readonly pac: string;
  readonly pat: string;
  readonly http: string;
}

export class GatewayUnderTest {
  readonly #values: GatewayValues;
  readonly #ending: AbortController;
  readonly #stop: () => Promise<void>;
  #token = '';
  /** Ids of the tokens that were made for the rehearsal. */
  readonly #tokens: string[] = [];
  readonly #recording = new AbortController();
  #isStopped = false;
  /** Whether its card machines take no time unless they are told to. */
  isInstant = true;
  pingIntervalMs = 0;

  /** Starts one; if its process ends, it aborts `ending` with `BrokenOff`. */
  static async start(ending: AbortController): Promise<GatewayUnderTest> {
    const script = process.argv[1] ?? '';
    const options = ['--test-control', '--json', '--port', '0', '--data', 'memory'];
    const pings = ['--ping-interval', String(PING_INTERVAL_S)];
    const args = [script, 'serve', ...options, ...pings, '--pace', 'instant'];
    // In a group of its own: Ctrl-C at the terminal is not for it.
    const stdio = ['pipe', 'pipe', 'ignore'] as const;
    const child = spawn(process.execPath, args, { stdio: [...stdio], detached: true });
    const exited = once(child, 'exit');
    const ready = once(createInterface({ input: child.stdout }), 'line');
    const first = await Promise.race([ready, exited, delay(START_LIMIT_MS, [], { ref: false })]);
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    };
    if (typeof first[0] !== 'string') {
      await stop();
      throw new CommandError(exitCode.notConnected, 'The gateway of the rehearsal did not start.');
    }
    const { http } = JSON.parse(first[0]) as { readonly http: string };
    exited.then(([code, signal]) => {
      ending.abort(new BrokenOff(`The gateway of the rehearsal has ended (${signal ?? code}).`));
    });
    const gateway = new GatewayUnderTest({ gateway: http }, ending, stop);
    await gateway.#begin();
    return gateway;
  }

  /** Uses one that runs, with test control; throws `UsageError` if it has none, or if a till is connected to it. */
  static async use(values: GatewayValues, ending: AbortController): Promise<GatewayUnderTest> {
    const gateway = new GatewayUnderTest(values, ending, () => gateway.#leave());
    try {
      await requestRoute(values, 'advanceClock', { body: JSON.stringify({ advance: 0 }) });
    } catch (cause) {
      if (!(cause instanceof CommandError) || cause.exitCode !== exitCode.refused) throw cause;
      const way = 'Start one by: tillgate serve --test-control --data memory';
      throw new UsageError(`--gateway: ${cause.message} ${way}`, { cause });
    }
    await gateway.#begin();
    const [other] = await gateway.connections();
    if (other) {
      await gateway.stop();
      const what = `a till is connected to its site "${SITE}" (${other.integration})`;
      throw new UsageError(`--gateway: ${what}; the rehearsal needs it for itself.`);
    }
    return gateway;
  }

  private constructor(values: GatewayValues, ending: AbortController, stop: () => Promise<void>) {
    this.#values = values;
    this.#ending = ending;
    this.#stop = stop;
  }

  /** With a clean site, and a token of its own that scenarios may revoke. */
  async #begin(): Promise<void> {
    await this.#request('resetAfterTest', { params: {} });
    const { pace, pingInterval } = await this.#json('readGateway', { params: {} });
    this.isInstant = pace === 'instant';
    this.pingIntervalMs = pingInterval * 1_000;
    await this.renewToken();
  }

  /** Leaves one that goes on running as it was. */
  async #leave(): Promise<void> {
    const leaving = async (): Promise<void> => {
      for (const id of this.#tokens) {
        const params = { site: SITE, id };
        // A scenario may have revoked it.
        await requestRoute(this.#values, 'revokeToken', { params }).catch(() => {});
      }
      await requestRoute(this.#values, 'resetAfterTest');
    };
    await Promise.race([leaving(), delay(LEAVE_LIMIT_MS, undefined, { ref: false })]).catch(
      () => {},
    );
  }

  /** Where it listens; `renewToken` changes the addresses of a till. */
  get addresses(): Addresses {
    const http = this.#values.gateway ?? localGateway;
    const ws = http.replace(/^http/, 'ws').replace(/\/+$/, '');
    const pat = tillAddress(ws, 'pat', this.#token) + FINAL_RECEIPT;
    return { pac: tillAddress(ws, 'pac', this.#token), pat, http };
  }

  /** Has the addresses of a till get a new token, as for one whose token was revoked. */
  async renewToken(): Promise<void> {
    const { token, id } = await this.#json('addToken', { body: { label: 'rehearsal' } });
    this.#token = token;
    this.#tokens.push(id);
  }

  /** Moves the clock on by so many seconds, in steps, until `isEnough`. */
  async passTime(seconds: number, isEnough?: () => Promise<boolean>): Promise<void> {
    const step = Math.max(CLOCK_STEP_S, seconds / MAX_CLOCK_STEPS);
    for (let passed = 0; passed < seconds && !(await isEnough?.()); passed += step) {
      await this.#json('advanceClock', { body: { advance: step } });
    }
  }

  addFault(body: api.NewFault): Promise<api.Fault> {
    return this.#json('addFault', { body });
  }

  async faults(): Promise<readonly api.Fault[]> {
    return (await this.#json('listFaults')).faults;
  }

  async removeFault(id: string): Promise<void> {
    await this.#request('removeFault', { params: { site: SITE, id } });
  }

  async behave(tid: string, body: api.TerminalChange): Promise<void> {
    await this.#request('changeTerminal', { params: { site: SITE, tid }, body });
  }

  async connections(): Promise<readonly api.Connection[]> {
    return (await this.#json('listConnections')).connections;
  }

  /** Waits until the connections of a till that has ended are closed, within the time of a start. */
  async untilNobodyIsConnected(): Promise<void> {
    const end = performance.now() + START_LIMIT_MS;
    while (performance.now() < end && (await this.connections()).length > 0) {
      this.#ending.signal.throwIfAborted();
      await delay(RETRY_MS);
    }
  }

  /** Of a card machine, oldest first. */
  async transactions(tid: string): Promise<readonly api.TransactionSummary[]> {
    const query = { site: SITE, tid, reports: 'true', limit: String(MAX_TRANSACTIONS) };
    const { transactions } = await this.#json('listTransactions', { query });
    return transactions.toReversed();
  }

  story({ tid, number }: api.TransactionSummary): Promise<api.TransactionStory> {
    return this.#json('readTransaction', { params: { site: SITE, tid, number } });
  }

  /** Records what goes over the connections, also when the gateway starts again, until it is stopped. */
  async record(recording: Recording): Promise<void> {
    while (!this.#isStopped) {
      try {
        for await (const event of await this.#follow(this.#recording.signal)) recording.take(event);
      } catch {
        // It ends with the gateway.
      }
      recording.ended();
      await delay(RETRY_MS);
    }
  }

  /** Number of the last frame that went over a connection; 0 if there was none. */
  async lastNumber(): Promise<number> {
    const left = new AbortController();
    const events = await this.#follow(left.signal);
    const first = await Promise.race([events.next(), delay(NO_FRAME_MS, undefined)]);
    left.abort();
    return first?.value?.event === 'frame' ? first.value.number : 0;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#recording.abort();
    await this.#stop();
  }

  async #json<Name extends api.RouteName>(
    name: Name,
    asked: Asked = {},
  ): Promise<api.AnswerOf<Name>> {
    return (await (await this.#request(name, asked)).json()) as api.AnswerOf<Name>;
  }

  /** Asks again while the gateway starts. */
  async #request(
    name: api.RouteName,
    { params = { site: SITE }, query = {}, body }: Asked,
  ): Promise<Response> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const end = performance.now() + START_LIMIT_MS;
    for (;;) {
      try {
        return await requestRoute(this.#values, name, { params, query, ...text });
      } catch (cause) {
        const isAway = cause instanceof CommandError && cause.exitCode === exitCode.notConnected;
        if (!isAway || this.#isStopped) throw cause;
        if (performance.now() > end) {
          this.#ending.abort(new BrokenOff('The gateway of the rehearsal does not answer.'));
        }
        this.#ending.signal.throwIfAborted();
        await delay(RETRY_MS);
      }
    }
  }

  /** What goes over the connections from now on, after the last frame before. */
  async #follow(signal: AbortSignal): Promise<AsyncGenerator<api.TrafficEvent>> {
    const query = { site: SITE, backlog: '1' };
    const { body } = await requestRoute(this.#values, 'followTraffic', { query, signal });
    return trafficEvents(body ?? new ReadableStream());
  }
}

interface Asked {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
