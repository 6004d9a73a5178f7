// What a scenario of the catalogue is, and what it works with while it runs.

import type { api, Version } from '@tillgate/protocol';
import type { WaiterClient } from '../waiter/waiter-client.ts';
import type { DriverAnswer, DriverCommand } from './driver.ts';
import type { RecordedMessage } from './recording.ts';
import type { Expected } from './rule.ts';
import type { RuleName } from './rules.ts';
import type { HandshakeAnswer } from './till-proxy.ts';

export const BOTH_VERSIONS: readonly Version[] = ['v1', 'v0'];

export interface Scenario {
  /** Unique, in the form of `drop-before-result`. */
  readonly name: string;
  readonly integration: 'pac' | 'pat';
  /** Versions of the wire in which it is played. */
  readonly versions: readonly Version[];
  /** What happens to the till, as a sentence. */
  readonly about: string;
  /** The end of the TID of its card machine [C-10.3]. */
  readonly letters: string;
  readonly rules: readonly RuleName[];
  readonly expected: Expected;
  /** Whether the till stays away after it, and has to be started again. */
  readonly endsTill?: true;
  readonly run: (context: ScenarioContext) => Promise<void>;
}

/** What a scenario does to the till, and waits for. Waits end with `NotSeen`, which fails the scenario. */
export interface ScenarioContext {
  readonly tid: string;
  readonly currency: string;
  /** Has the driver do it; ends with `LeftOut` if the till cannot. */
  press(command: DriverCommand): Promise<DriverAnswer>;
  /**
   * The same for what starts something at the card machine; waits until the till has asked for it, or a fault may have kept that
   * away. A till that refuses by itself, as one does that does not know yet that it is connected, is told again.
   */
  start(command: DriverCommand): Promise<void>;
  /** Adds a fault; all are removed when the scenario has ended. */
  fault(fault: api.NewFault): Promise<void>;
  removeFaults(): Promise<void>;
  /** Has the next handshakes of the till answered so, one after the other; those after them get through. */
  answerHandshakes(integration: 'pac' | 'pat', answers: readonly HandshakeAnswer[]): void;
  /** Has all handshakes of the till answered so until the scenario ends. */
  answerAllHandshakes(integration: 'pac' | 'pat', answer: HandshakeAnswer): void;
  /** Waits until the till has had all these answers, and has asked for a connection at least once. */
  untilHandshakesAnswered(): Promise<void>;
  /** Cuts the connection of the till, or closes it with a code, and waits until it has closed. */
  endConnection(integration: 'pac' | 'pat', action: api.FaultAction): Promise<void>;
  /** Waits until the till is connected for that. */
  untilConnected(integration: 'pac' | 'pat'): Promise<void>;
  /** Waits until a message of this scenario was sent or received. */
  untilMessage(what: string, fits: (message: RecordedMessage) => boolean): Promise<void>;
  /** Waits until a fault of the scenario has happened, other than one that is there from the start. */
  untilFault(what: string): Promise<void>;
  /** Waits until the till's cancel is answered, or for a while: a till may know that it is too late for one. */
  untilCancelAnswered(): Promise<void>;
  /** Waits until no transaction of the card machine is open; moves the clock on by up to so many seconds. */
  untilOver(withinSeconds?: number): Promise<void>;
  /** Sets how the virtual card machine behaves. */
  behave(change: api.TerminalChange): Promise<void>;
  /** Moves the clock on, in steps between which the till answers what it is asked; pings go by real time. */
  passTime(seconds: number): Promise<void>;
  /** The same while a fault holds back an answer of the till, which is not waited for. */
  passHeldTime(seconds: number): Promise<void>;
  /** Waits in real time for several pings. */
  silence(): Promise<void>;
  /** Waits so long in real time, for what a till does by its own clock. */
  wait(ms: number): Promise<void>;
  /** A waiter at the card machine. */
  withWaiter<T>(work: (waiter: WaiterClient) => Promise<T>): Promise<T>;
  /** Another waiter at another card machine. */
  withRival<T>(work: (waiter: WaiterClient) => Promise<T>): Promise<T>;
  /** Asks the till, if it can tell, whether it has printed the copy to sign. */
  askForSlip(): Promise<void>;
  /** Waits until the till has what it is told of the card machine. */
  untilDelivered(): Promise<void>;
}

/** The scenario waited for something that did not happen. */
export class NotSeen extends Error {
  /** `ended`: how the till ended, if it did. */
  constructor(what: string, ended?: string) {
    const why = ended === undefined ? '' : `: the till ended (${ended})`;
    super(`Waited for ${what}, which did not happen${why}.`);
    this.name = 'NotSeen';
  }
}

/** The till cannot do what the scenario needs. */
export class LeftOut extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LeftOut';
  }
}
