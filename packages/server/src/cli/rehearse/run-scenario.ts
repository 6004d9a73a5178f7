// Runs one scenario with the till under test: gives it what it works with, collects what it leaves behind, and has the
// rules judge it.

import { setTimeout as delay } from 'node:timers/promises';
import type { api, Version } from '@tillgate/protocol';
import type { WaiterClient } from '../waiter/waiter-client.ts';
import { withWaiter } from '../waiter/waiter-client.ts';
import { reasonOf, unlessEnded } from './broken-off.ts';
import type { Driver, DriverAnswer, DriverCommand, PrintedCopies, PrintedLine } from './driver.ts';
import type { Evidence } from './evidence.ts';
import { requestsOf, responseTo } from './evidence.ts';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import { isAllPrinted, isSlipPrinted, receiptRules } from './receipt-rules.ts';
import type { RecordedEvent, RecordedMessage, Recording } from './recording.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { LeftOut, NotSeen } from './scenario.ts';
import { atOnce, isAtOnce } from './scenario-faults.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { judge } from './scenario-result.ts';
import type { HandshakeAnswer, TillProxy } from './till-proxy.ts';

/** Longest time of a scenario in real time; more than a till needs, and a limit where it does nothing. */
export const WAIT_LIMIT_MS = 30_000;
/** Time that a person has to press something. */
export const PERSON_LIMIT_MS = 300_000;
/** After so long what the till has refused without a word to the gateway is pressed again. */
const PRESS_AGAIN_MS = 500;
/** Time in which the till makes up its mind when all is over. */
const BELIEF_LIMIT_MS = 8_000;
/** Nothing more is expected after so long without a message, where the till cannot tell. */
const QUIET_MS = 1_500;
/** A fault that waits for a message of the end has happened in this time, if it ever does. */
const FAULT_LIMIT_MS = 1_000;
/** A connection that was closed is gone in this time; of a gateway that went away nothing is heard. */
const CLOSE_LIMIT_MS = 3_000;
/** Several intervals of pings, which are short in a rehearsal [C-3.48]. */
const SILENCE_MS = 4_000;
const SILENT_PINGS = 3;
/** As long as the gateway waits for an answer of the till at the table [C-9.4]; the clock waits for no message longer. */
const ANSWER_LIMIT_MS = 10_000;
/** Faults that end a connection, and those by which a till may end it itself. */
const CUTS: readonly api.FaultAction['kind'][] = ['cut', 'gateway', 'revoke-token'];
const DOUBTS: readonly api.FaultAction['kind'][] = ['stop-reading', 'ignore-pings'];
/** How the TIDs of a rehearsal begin, and those of a second card machine in the same scenario. */
export const TID_START = 'VCMREHEARSE';
const RIVAL_START = 'VCMSECOND';
const CURRENCY = 'GBP';

export interface Rehearsal {
  readonly gateway: GatewayUnderTest;
  /** What the till connects through. */
  readonly proxy: TillProxy;
  readonly driver: Driver;
  /** Of the wire, in which the till is rehearsed. */
  readonly version: Version;
  /** Of the whole rehearsal. */
  readonly recording: Recording;
  /** How the till ended; undefined while it runs, or if it was not started here. */
  readonly tillEnded: () => string | undefined;
  /** Aborted when the rehearsal ends before everything is played. */
  readonly ending: AbortSignal;
}

export async function runScenario(
  scenario: Scenario,
  tid: string,
  rehearsal: Rehearsal,
): Promise<ScenarioResult> {
  const run = new ScenarioRun(scenario, tid, rehearsal);
  try {
    return await unlessEnded(rehearsal.ending, playAndJudge(scenario, run, rehearsal.ending));
  } catch (cause) {
    const reason = reasonOf(cause);
    return { scenario, state: 'broken off', reason, verdicts: [], evidence: run.recorded() };
  }
}

async function playAndJudge(
  scenario: Scenario,
  run: ScenarioRun,
  ending: AbortSignal,
): Promise<ScenarioResult> {
  let state: ScenarioResult['state'] = 'done';
  let reason: string | undefined;
  try {
    await run.begin();
    await scenario.run(run);
  } catch (cause) {
    ending.throwIfAborted();
    state = cause instanceof LeftOut ? 'left out' : 'not done';
    reason = reasonOf(cause);
  }
  const evidence = await run.evidence();
  const verdicts = state === 'left out' ? [] : judge(scenario, evidence);
  return { scenario, state, ...(reason === undefined ? {} : { reason }), verdicts, evidence };
}

class ScenarioRun implements ScenarioContext {
  readonly tid: string;
  readonly currency = CURRENCY;
  readonly #scenario: Scenario;
  readonly #rehearsal: Rehearsal;
  readonly #commands: DriverCommand[] = [];
  readonly #firstMessage: number;
  readonly #firstEvent: number;
  readonly #startedAtMs: number;
  readonly #firstHandshake: number;
  /** How many handshakes there are when the scenario has answered its own. */
  #handshakesDue = 0;
  #wasCut = false;
  #wasDoubted = false;
  #table: string | undefined;
  #slipPrinted: readonly PrintedLine[] | undefined;

  constructor(scenario: Scenario, tid: string, rehearsal: Rehearsal) {
    this.tid = tid;
    this.#scenario = scenario;
    this.#rehearsal = rehearsal;
    const { recording, proxy } = rehearsal;
    this.#firstMessage = recording.messages.length;
    this.#firstEvent = recording.events.length;
    this.#startedAtMs = recording.realMs;
    this.#firstHandshake = proxy.handshakes.length;
  }

  /** Refused by `LeftOut` where the scenario is not played in the version of the till. */
  async begin(): Promise<void> {
    const { gateway, version } = this.#rehearsal;
    if (!this.#scenario.versions.includes(version)) {
      throw new LeftOut(`It is not played in ${version}.`);
    }
    if (!gateway.isInstant) await this.behave({ pace: 'instant' });
  }

  async press(command: DriverCommand): Promise<DriverAnswer> {
    const answer = await this.#rehearsal.driver.do(command);
    if (answer.unsupported) throw new LeftOut(`The till cannot do "${command.do}".`);
    this.#commands.push(command);
    if (command.do === 'open-table') this.#table = command.table;
    return answer;
  }

  async start(command: DriverCommand): Promise<void> {
    const { recording, driver } = this.#rehearsal;
    await this.press(command);
    let pressedAtMs = recording.realMs;
    await this.#until(`a ${command.do} of the till at ${this.tid}`, async () => {
      if (await this.#isAskedOrFaulted()) return true;
      if (recording.realMs - pressedAtMs < PRESS_AGAIN_MS) return false;
      pressedAtMs = recording.realMs;
      if (!(await this.#isRefused())) return false;
      // What it asked for before it said so may be recorded a moment later.
      await this.#untilRecorded(WAIT_LIMIT_MS);
      if (await this.#isAskedOrFaulted()) return true;
      await driver.do(command);
      return false;
    });
  }

  async fault(fault: api.NewFault): Promise<void> {
    const { gateway } = this.#rehearsal;
    const { id } = await gateway.addFault(fault);
    if (!isAtOnce(fault)) return;
    await this.#until('a fault to happen', async () =>
      (await gateway.faults()).some((one) => one.id === id && one.fired > 0),
    );
  }

  async endConnection(integration: 'pac' | 'pat', action: api.FaultAction): Promise<void> {
    const before = this.#closedCount(integration);
    await this.fault({ when: { ...atOnce, till: { integration } }, action });
    await this.#until('the end of the connection', () => this.#closedCount(integration) > before);
  }

  async removeFaults(): Promise<void> {
    const { gateway } = this.#rehearsal;
    for (const { id, fired, action } of await gateway.faults()) {
      if (fired > 0 && CUTS.includes(action.kind)) this.#wasCut = true;
      if (fired > 0 && DOUBTS.includes(action.kind)) this.#wasDoubted = true;
      await gateway.removeFault(id);
    }
  }

  answerHandshakes(integration: 'pac' | 'pat', answers: readonly HandshakeAnswer[]): void {
    const { proxy } = this.#rehearsal;
    this.#handshakesDue = proxy.handshakes.length + Math.max(1, answers.length);
    proxy.answerNext(integration, answers);
  }

  answerAllHandshakes(integration: 'pac' | 'pat', answer: HandshakeAnswer): void {
    const { proxy } = this.#rehearsal;
    this.#handshakesDue = proxy.handshakes.length + 1;
    proxy.answerAlways(integration, answer);
  }

  async untilHandshakesAnswered(): Promise<void> {
    const { proxy } = this.#rehearsal;
    await this.#until(
      'the till to ask for a connection again',
      () => proxy.handshakes.length >= this.#handshakesDue,
    );
  }

  async untilConnected(integration: 'pac' | 'pat'): Promise<void> {
    await this.#until(`the till to connect for ${integration}`, () =>
      this.#isConnected(integration),
    );
  }

  async untilMessage(what: string, fits: (message: RecordedMessage) => boolean): Promise<void> {
    await this.#until(what, () => this.#messages.some(fits));
  }

  async untilFault(what: string): Promise<void> {
    await this.#until(what, () => this.#hasFaultHappened());
  }

  async untilCancelAnswered(): Promise<void> {
    const isAnswered = () => {
      const messages = this.#messages;
      return requestsOf({ messages, tid: this.tid }, 'cancelTransaction').some(
        (request) => responseTo({ messages }, request) !== undefined,
      );
    };
    await this.#rehearsal.recording.until(
      async () => isAnswered() || (await this.#isOver()),
      ANSWER_LIMIT_MS,
    );
  }

  async untilOver(withinSeconds = 0): Promise<void> {
    const { gateway } = this.#rehearsal;
    const isOver = () => this.#isOver();
    await gateway.passTime(withinSeconds, isOver);
    await this.#until(`the end of the transaction at ${this.tid}`, isOver);
    // What is told of the end goes over the connection a moment later.
    await this.#rehearsal.recording.until(async () => {
      const faults = await gateway.faults();
      return faults.every(({ fired, standing }) => fired > 0 || standing);
    }, FAULT_LIMIT_MS);
  }

  passTime(seconds: number): Promise<void> {
    // One that owes an answer for so long is not waited for again.
    let isWaitedFor = true;
    return this.#rehearsal.gateway.passTime(seconds, async () => {
      if (isWaitedFor) isWaitedFor = await this.#untilAnswered();
      return false;
    });
  }

  passHeldTime(seconds: number): Promise<void> {
    return this.#rehearsal.gateway.passTime(seconds);
  }

  silence(): Promise<void> {
    const { pingIntervalMs } = this.#rehearsal.gateway;
    return this.wait(Math.max(SILENCE_MS, SILENT_PINGS * pingIntervalMs));
  }

  wait(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#rehearsal.ending });
  }

  withWaiter: ScenarioContext['withWaiter'] = (work) => this.#withWaiterAt(this.tid, work);

  withRival: ScenarioContext['withRival'] = (work) =>
    this.#withWaiterAt(this.tid.replace(TID_START, RIVAL_START), work);

  #withWaiterAt<T>(tid: string, work: (waiter: WaiterClient) => Promise<T>): Promise<T> {
    const { gateway, ending } = this.#rehearsal;
    const uri = gateway.addresses.pat;
    return withWaiter({ uri, tid }, (waiter) => unlessEnded(ending, work(waiter)));
  }

  async untilDelivered(): Promise<void> {
    const isDelivered = async () =>
      (await this.#transactions()).every(({ result, delivered }) => result !== 'OPEN' && delivered);
    await this.#until(`the till to confirm what it was told of ${this.tid}`, isDelivered);
  }

  behave(change: api.TerminalChange): Promise<void> {
    return this.#rehearsal.gateway.behave(this.tid, change);
  }

  async askForSlip(): Promise<void> {
    const isPrinted = ({ slip = [] }: PrintedCopies) =>
      isSlipPrinted({ messages: this.#messages, tid: this.tid }, slip);
    const printed = await this.#printed(isPrinted);
    this.#slipPrinted = printed && (printed.slip ?? []);
  }

  /** What the till has printed, as soon as that is enough; undefined if it cannot tell. */
  async #printed(
    isEnough: (printed: PrintedCopies) => boolean,
  ): Promise<PrintedCopies | undefined> {
    const { driver, recording, tillEnded } = this.#rehearsal;
    if (!driver.canTell || tillEnded() !== undefined) return undefined;
    let printed: PrintedCopies | undefined;
    const isPrinted = async () => {
      const answer = await driver.do({ do: 'receipts' }).catch(() => undefined);
      printed = answer?.printed;
      return printed === undefined || isEnough(printed);
    };
    await recording.until(isPrinted, BELIEF_LIMIT_MS);
    return printed;
  }

  /** What it has left behind so far, as far as the gateway need not be asked. */
  recorded(): Evidence {
    const { recording, proxy, version } = this.#rehearsal;
    return {
      version,
      tid: this.tid,
      commands: this.#commands,
      messages: this.#messages,
      events: this.#events,
      ...{ transactions: [], belief: undefined, isConnected: false, cutAtMs: [] },
      ...{ printed: undefined, slipPrinted: this.#slipPrinted },
      handshakes: proxy.handshakes.slice(this.#firstHandshake),
      returnsPingPayload: false,
      tookMs: recording.realMs - this.#startedAtMs,
    };
  }

  /** What it left behind; also removes the faults. */
  async evidence(): Promise<Evidence> {
    const { gateway, proxy } = this.#rehearsal;
    proxy.passOn();
    await this.removeFaults();
    if (!this.#scenario.endsTill) await this.#untilBack();
    const belief = await this.#belief();
    await this.#untilRecorded(WAIT_LIMIT_MS);
    const summaries = await this.#transactions();
    const recorded = this.recorded();
    const asksForReceipts = this.#scenario.rules.some((name) => Object.hasOwn(receiptRules, name));
    const printed = asksForReceipts
      ? await this.#printed((copies) => isAllPrinted(recorded, copies))
      : undefined;
    const closed = recorded.events.filter(({ event }) => event.event === 'closed');
    const { integration } = this.#scenario;
    const connections = (await gateway.connections()).filter(
      (one) => one.integration === integration,
    );
    return {
      ...recorded,
      printed,
      transactions: await Promise.all(summaries.map((summary) => gateway.story(summary))),
      belief,
      isConnected: connections.length > 0,
      cutAtMs: this.#wasCut || this.#wasDoubted ? closed.map(({ realMs }) => realMs) : [],
      returnsPingPayload: connections.every((one) => one.returnsPingPayload),
    };
  }

  /** Whether the till has asked the card machine for something, or a fault may have kept that away. */
  async #isAskedOrFaulted(): Promise<boolean> {
    const isAsked = this.#messages.some(({ side, tid }) => side === 'partner' && tid === this.tid);
    return isAsked || (await this.#hasFaultHappened());
  }

  async #hasFaultHappened(): Promise<boolean> {
    const faults = await this.#rehearsal.gateway.faults();
    // One that is there from the start says nothing of what the till has done.
    return faults.some((fault) => fault.fired > 0 && !isAtOnce(fault));
  }

  /** Whether the till says that what it was told to start was refused. */
  async #isRefused(): Promise<boolean> {
    const { driver, tillEnded } = this.#rehearsal;
    if (!driver.canTell || tillEnded() !== undefined) return false;
    const answer = await driver.do({ do: 'status' }).catch(() => undefined);
    return answer?.outcome === 'refused';
  }

  async #isOver(): Promise<boolean> {
    return (await this.#transactions()).every(({ result }) => result !== 'OPEN');
  }

  #transactions() {
    return this.#rehearsal.gateway.transactions(this.tid);
  }

  get #events(): readonly RecordedEvent[] {
    return this.#rehearsal.recording.events.slice(this.#firstEvent);
  }

  /** Of each connection that has closed in the scenario. */
  get #closed() {
    return this.#events.flatMap(({ event }) => (event.event === 'closed' ? [event] : []));
  }

  get #messages(): readonly RecordedMessage[] {
    return this.#rehearsal.recording.messages.slice(this.#firstMessage);
  }

  /** Waits until the till is connected again, however long the close of its connection takes. */
  async #untilBack(): Promise<void> {
    if (!this.#wasCut && !this.#wasDoubted) return;
    const { integration } = this.#scenario;
    const isClosed = () => this.#closedCount(integration) > 0;
    if (this.#wasCut) await this.#rehearsal.recording.until(isClosed, CLOSE_LIMIT_MS);
    await this.#rehearsal.recording.until(() => this.#isConnected(integration), WAIT_LIMIT_MS);
  }

  /** Waits until what went over the connections so far is recorded, and `isSo`; tells whether it is. */
  async #untilRecorded(limitMs: number, isSo = () => true): Promise<boolean> {
    const { gateway, recording } = this.#rehearsal;
    const last = await gateway.lastNumber();
    return recording.until(() => recording.lastNumber >= last && isSo(), limitMs);
  }

  /** A till answers in real time, in which a step of the clock takes nothing: no step may make an answer late. */
  #untilAnswered(): Promise<boolean> {
    return this.#untilRecorded(ANSWER_LIMIT_MS, () => this.#isAllAnswered());
  }

  /** Whether the till has answered each request at the table, as far as the connection is still there. */
  #isAllAnswered(): boolean {
    const messages = this.#messages;
    const closed = new Set(this.#closed.map(({ connection }) => connection));
    return messages
      .filter(({ side, observed }) => side === 'gateway' && observed.kind === 'request')
      .filter(({ frame }) => frame.integration === 'pat' && !closed.has(frame.connection))
      .every((request) => responseTo({ messages }, request) !== undefined);
  }

  /** How many connections of the till have closed in the scenario. */
  #closedCount(integration: string): number {
    return this.#closed.filter((one) => one.integration === integration).length;
  }

  async #isConnected(integration: string): Promise<boolean> {
    const connections = await this.#rehearsal.gateway.connections();
    return connections.some((one) => one.integration === integration);
  }

  async #until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const { driver, tillEnded } = this.#rehearsal;
    const limitMs = driver.canTell ? WAIT_LIMIT_MS : PERSON_LIMIT_MS;
    let seen = false;
    await this.#rehearsal.recording.until(async () => {
      seen = await isSo();
      return seen || tillEnded() !== undefined;
    }, limitMs);
    if (!seen) throw new NotSeen(what, tillEnded());
  }

  /** Asks the till until it has made up its mind. */
  async #belief(): Promise<DriverAnswer | undefined> {
    const { driver, tillEnded } = this.#rehearsal;
    const command: DriverCommand =
      this.#table === undefined ? { do: 'status' } : { do: 'table-status', table: this.#table };
    let belief: DriverAnswer | undefined;
    if (driver.canTell && tillEnded() === undefined) {
      const isDecided = async () => {
        belief = await driver.do(command).catch(() => undefined);
        if (belief === undefined || belief.unsupported) return true;
        return belief.outcome !== undefined ? belief.outcome !== 'open' : belief.locked !== true;
      };
      await this.#rehearsal.recording.until(isDecided, BELIEF_LIMIT_MS);
    } else {
      const isQuiet = () =>
        this.#rehearsal.recording.realMs -
          (this.#rehearsal.recording.messages.at(-1)?.realMs ?? 0) >
        QUIET_MS;
      await this.#rehearsal.recording.until(isQuiet, BELIEF_LIMIT_MS);
    }
    return belief?.unsupported ? undefined : belief;
  }
}
