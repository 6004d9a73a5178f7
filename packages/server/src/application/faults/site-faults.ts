// The faults of one test site: which there are, when each happens, and what it then does. In memory only.

import { api } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { VirtualMachines } from '../../ports/virtual-machines.ts';
import type { BreakableChannel, DueAction, MessageAction } from './faulty-channel.ts';
import { FaultyChannel } from './faulty-channel.ts';
import type { TerminalFault, TerminalFaults } from './faulty-terminal.ts';
import type { SeenMessage } from './seen-message.ts';

/** Whose connection it is. */
export interface ConnectionOrigin {
  readonly integration: string;
  readonly eposId: string | undefined;
  /** The IP address, or of an IPv6 address the first 64 bits. */
  readonly network: string;
  /** SHA-256 of the token or key. */
  readonly tokenHash: string;
}

export interface SiteFaultsDeps {
  /** Name of the site. */
  readonly site: string;
  readonly clock: Clock;
  /** Absent where no card machine is virtual. */
  readonly machines: VirtualMachines | undefined;
  /** Stops or restarts the process; absent if it cannot. */
  readonly gateway: ((how: 'restart' | 'stop') => void) | undefined;
}

/** What whoever adds a fault may do. */
export interface FaultRights {
  /** Revokes the token of this SHA-256. */
  readonly revokeToken: (hash: string) => void;
}

interface Rule {
  readonly id: string;
  readonly fault: api.NewFault;
  readonly rights: FaultRights;
  fired: number;
  firedAt: number | undefined;
  /** Messages seen that fit. */
  seen: number;
  /** Whether it waits for something. */
  isWaiting: boolean;
  /** What it has begun and is not over, by what it is about. */
  readonly lasting: Map<unknown, Lasting>;
}

interface Lasting {
  readonly end: () => void;
  readonly cancel: Cancel | undefined;
}

export class SiteFaults implements TerminalFaults {
  readonly #deps: SiteFaultsDeps;
  readonly #rules = new Map<string, Rule>();
  /** Ids of faults that are about to be added. */
  readonly #reserved = new Set<string>();
  readonly #connections = new Map<FaultyChannel, ConnectionOrigin>();
  /** The faults of card machines now, by rule. */
  readonly #terminals = new Map<Rule, TerminalFault>();
  readonly #terminalListeners = new Map<string, Set<() => void>>();
  /** Called when the first fault was added. */
  onFirst: (() => void) | undefined;
  #count = 0;

  constructor(deps: SiteFaultsDeps) {
    this.#deps = deps;
  }

  get canStopGateway(): boolean {
    return this.#deps.gateway !== undefined;
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  /** In the order they were added. */
  get all(): readonly api.Fault[] {
    return [...this.#rules.values()].map(shown);
  }

  /** Whether it has as many as a site may have, with those that are about to be added. */
  get isFull(): boolean {
    return this.#rules.size + this.#reserved.size >= api.MAX_FAULTS;
  }

  /** The id of a fault that is about to be added, and a function to call when it is, or will not be. */
  reserve(): { readonly id: string; readonly release: () => void } {
    this.#count += 1;
    const id = `f${this.#count}`;
    this.#reserved.add(id);
    return { id, release: () => void this.#reserved.delete(id) };
  }

  /** The fault is well-formed and possible at this site, its id reserved. */
  add(id: string, fault: api.NewFault, rights: FaultRights): api.Fault {
    if (this.isEmpty) this.onFirst?.();
    const rule: Rule = {
      ...{ id, fault, rights, fired: 0, firedAt: undefined, seen: 0 },
      ...{ isWaiting: true, lasting: new Map<unknown, Lasting>() },
    };
    this.#rules.set(rule.id, rule);
    const { when } = fault;
    if (when.kind === 'time') this.#schedule(rule, when);
    return shown(rule);
  }

  /** False if there is no such fault. */
  remove(id: string): boolean {
    const rule = this.#rules.get(id);
    if (!rule) return false;
    this.#rules.delete(id);
    for (const { end } of rule.lasting.values()) end();
    return true;
  }

  close(): void {
    for (const id of this.#rules.keys()) this.remove(id);
  }

  /** The channel, with what the faults do to it. */
  channel(channel: BreakableChannel, origin: ConnectionOrigin): FaultyChannel {
    const faulty: FaultyChannel = new FaultyChannel(channel, {
      clock: this.#deps.clock,
      actionsFor: (message) => this.#actionsFor(message, faulty, origin),
      onClosed: () => this.#closed(faulty),
    });
    this.#connections.set(faulty, origin);
    return faulty;
  }

  #closed(channel: FaultyChannel): void {
    this.#connections.delete(channel);
    for (const { lasting } of this.#rules.values()) lasting.get(channel)?.end();
  }

  faultOf(tid: string): TerminalFault | undefined {
    return [...this.#terminals.values()].findLast((fault) => fault.tid === tid);
  }

  orderChanged(tid: string, state: 'started' | 'ended'): void {
    for (const rule of this.#waiting('terminal')) {
      const { when } = rule.fault;
      if (when.kind === 'terminal' && when.tid === tid && when.state === state) this.#fire(rule);
    }
  }

  onChange(tid: string, changed: () => void): () => void {
    const listeners = this.#terminalListeners.get(tid) ?? new Set();
    this.#terminalListeners.set(tid, listeners.add(changed));
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0) this.#terminalListeners.delete(tid);
    };
  }

  #waiting(kind: api.FaultTrigger['kind']): Rule[] {
    return [...this.#rules.values()].filter(
      ({ isWaiting, fault }) => isWaiting && fault.when.kind === kind,
    );
  }

  #schedule(rule: Rule, when: Extract<api.FaultTrigger, { kind: 'time' }>): void {
    const { clock } = this.#deps;
    const { at, seconds = 0 } = when;
    const delayMs = at === undefined ? seconds * 1000 : Date.parse(at) - clock.now();
    const fire = (): void => {
      rule.lasting.delete(when);
      this.#fire(rule);
    };
    const cancel = clock.after(Math.max(0, delayMs), fire);
    rule.lasting.set(when, { end: cancel, cancel });
  }

  #actionsFor(
    message: SeenMessage,
    channel: FaultyChannel,
    origin: ConnectionOrigin,
  ): readonly DueAction[] {
    return this.#waiting('message').flatMap((rule) => {
      const { when } = rule.fault;
      if (when.kind !== 'message' || !isOf(origin, when.till) || !fits(when, message)) return [];
      if (altersMessage(rule.fault.action) && message.texts.some(isOrdered)) return [];
      rule.seen += 1;
      return rule.seen < (when.nth ?? 1) ? [] : this.#fireOn(rule, channel, origin);
    });
  }

  /** Returns what the channel has to do with the message itself. */
  #fireOn(rule: Rule, channel: FaultyChannel, origin: ConnectionOrigin): readonly DueAction[] {
    const { action } = rule.fault;
    this.#note(rule);
    if (isOfMessage(action)) return [{ action, lasts: (end) => keepEnd(rule, end) }];
    this.#act(rule, [[channel, origin]]);
    return [];
  }

  #fire(rule: Rule): void {
    this.#note(rule);
    const { till } = rule.fault.when;
    this.#act(
      rule,
      [...this.#connections].filter(([, origin]) => isOf(origin, till)),
    );
  }

  #note(rule: Rule): void {
    rule.fired += 1;
    rule.firedAt = this.#deps.clock.now();
    if (!rule.fault.standing) rule.isWaiting = false;
  }

  #act(rule: Rule, connections: readonly (readonly [FaultyChannel, ConnectionOrigin])[]): void {
    const { action } = rule.fault;
    switch (action.kind) {
      case 'cut':
        for (const [channel] of connections) channel.cut(action.code);
        break;
      case 'ignore-pings':
        for (const [channel] of connections) {
          this.#forAWhile(rule, channel, (on) => channel.ignorePings(on));
        }
        break;
      case 'stop-reading':
        for (const [channel] of connections) {
          this.#forAWhile(rule, channel, (on) => channel.stopReading(on));
        }
        break;
      case 'revoke-token':
        for (const hash of new Set(connections.map(([, { tokenHash }]) => tokenHash))) {
          rule.rights.revokeToken(hash);
        }
        break;
      case 'terminal':
        this.#forAWhile(rule, action.tid, (on) => {
          if (on) this.#terminals.set(rule, action);
          else this.#terminals.delete(rule);
          for (const changed of this.#terminalListeners.get(action.tid) ?? []) changed();
        });
        break;
      case 'result':
        this.#setResult(rule, action);
        break;
      case 'gateway':
        this.#deps.gateway?.(action.how);
        break;
      case 'hold':
      case 'drop':
      case 'double':
      case 'swap':
      case 'unknown-value':
        // Only of a message.
        break;
    }
  }

  /** If it happens again while it lasts, its time begins anew. */
  #forAWhile(rule: Rule, about: unknown, set: (on: boolean) => void): void {
    const { lasting } = rule;
    const before = lasting.get(about);
    before?.cancel?.();
    const end =
      before?.end ??
      ((): void => {
        lasting.get(about)?.cancel?.();
        lasting.delete(about);
        set(false);
      });
    const seconds = durationOf(rule.fault.action);
    const cancel = seconds === undefined ? undefined : this.#deps.clock.after(seconds * 1000, end);
    lasting.set(about, { end, cancel });
    if (!before) set(true);
  }

  /** Until a transaction has ended so, or the fault is removed. */
  #setResult(rule: Rule, { tid, letters }: { tid: string; letters: string }): void {
    const { site, machines } = this.#deps;
    const before = machines?.behaviour(site, tid);
    if (!before) return;
    machines?.behave(site, tid, { ...before, nextOutcome: letters });
    const end = (): void => {
      rule.lasting.delete(tid);
      const { nextOutcome, ...rest } = machines?.behaviour(site, tid) ?? {};
      if (nextOutcome === letters) machines?.behave(site, tid, rest);
    };
    rule.lasting.set(tid, { end, cancel: undefined });
  }
}

/** Of a slow card machine `seconds` is the delay of its reports. */
function durationOf(action: api.FaultAction): number | undefined {
  if (action.kind === 'terminal' && action.state === 'slow') return undefined;
  return 'seconds' in action ? action.seconds : undefined;
}

/** Calls `end` when the rule is removed; returns a function that forgets it. */
function keepEnd({ lasting }: Rule, end: () => void): () => void {
  lasting.set(end, { end, cancel: undefined });
  return () => void lasting.delete(end);
}

const messageActions = ['cut', 'hold', 'drop', 'double', 'swap', 'unknown-value'] as const;

/** Whether it is about a message, and so done by the channel in the order of its messages. */
function isOfMessage(action: api.FaultAction): action is MessageAction {
  return messageActions.some((kind) => kind === action.kind);
}

type MessageTrigger = Extract<api.FaultTrigger, { kind: 'message' }>;

/** Whether it loses, repeats, moves or changes a message, which not every one may be. */
export function altersMessage({ kind }: api.FaultAction): boolean {
  return kind === 'drop' || kind === 'double' || kind === 'swap' || kind === 'unknown-value';
}

function fits(when: MessageTrigger, { direction, part, method, tid, texts }: SeenMessage): boolean {
  const isPart = when.part ? part === when.part : part === 'request' || part === 'notification';
  if (!isPart || direction !== when.direction || method !== when.method) return false;
  if (when.tid !== undefined && tid !== when.tid) return false;
  return when.value === undefined || texts.includes(when.value);
}

function isOrdered(text: unknown): boolean {
  return api.orderedValues.some((value) => value === text);
}

function isOf(origin: ConnectionOrigin, till: api.FaultTrigger['till'] = {}): boolean {
  const { eposId, address, integration } = till;
  if (eposId !== undefined && eposId !== origin.eposId) return false;
  if (address !== undefined && address !== origin.network) return false;
  return integration === undefined || integration === origin.integration;
}

function shown({ id, fault, fired, firedAt }: Rule): api.Fault {
  return {
    ...{ id, ...fault, fired },
    ...(firedAt !== undefined && { firedAt: new Date(firedAt).toISOString() }),
  };
}
