// The driver of the virtual card machines: which exist at a site, and opening one [C-10.2]. It also gives access
// to the waiter and the behaviour settings of a machine.

import type { Currency, NotificationValue } from '@tillgate/protocol';
import { reportTypes, startableTypes } from '@tillgate/protocol';
import type { Clock } from '../../../ports/clock.ts';
import type { RecordName, Store } from '../../../ports/store.ts';
import type {
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../../../ports/terminal-driver.ts';
import type { VirtualBehaviour, VirtualMachines } from '../../../ports/virtual-machines.ts';
import type { Waiter, WaiterAccess } from '../../../ports/waiter.ts';
import { BehaviourOverrides } from './behaviour-overrides.ts';
import { merchantId, numberSeed } from './memory/numbers.ts';
import { StoredMemory } from './memory/stored-memory.ts';
import { letterhead } from './printing/receipt.ts';
import { knownTids, readTid } from './scenario/tid.ts';
import type { Pace, VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';
import { isDeclared, splitKey, undeclaredMachines } from './undeclared-machines.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

/** Settings of one virtual card machine. */
export interface VirtualTerminalSettings {
  /** By default the currency of the site. */
  readonly currency?: Currency;
  /** Cash that customers enter at the machine, pence or cents [C-10.6]; 0 by default. */
  readonly cashback?: number;
  /** Gratuity that customers add to a sale, pence or cents; 0 by default. */
  readonly gratuity?: number;
}

/** Settings of a site that its virtual card machines need. */
export interface VirtualSiteSettings {
  /** The shop's name, first line of the receipts. */
  readonly title: string;
  readonly currency: Currency;
  /** IANA name, such as `Europe/London`. */
  readonly timeZone: string;
  /** Whether every well-formed VCM TID exists at the site. */
  readonly test: boolean;
  /** By tid. */
  readonly terminals: Readonly<Record<string, VirtualTerminalSettings>>;
}

export interface VirtualDriverOptions {
  readonly clock: Clock;
  readonly store: Store;
  /** Undefined if the site does not exist. */
  readonly settings: (site: string) => VirtualSiteSettings | undefined;
  /** `realistic` by default. */
  readonly pace?: Pace;
  /** Seed of transaction numbers and codes: equal seeds give equal numbers [C-10.10]. `tillgate` by default. */
  readonly seed?: string | number;
  /** Single times that replace those of `pace`. */
  readonly timings?: Partial<VirtualTimings>;
}

/** Most undeclared machines of a site that are listed because they were used. */
const MAX_USED_TIDS = 1_000;

export class VirtualDriver implements TerminalDriver, WaiterAccess, VirtualMachines {
  readonly #options: VirtualDriverOptions;
  readonly #behaviours: BehaviourOverrides;
  /** The undeclared TIDs used last at each site, also in earlier runs; the one used last comes last. */
  readonly #usedTids = new Map<string, Set<string>>();
  /** Terminals with an open handle, by `site/tid`. */
  readonly #terminals = new Map<string, VirtualTerminal>();

  constructor(options: VirtualDriverOptions) {
    this.#options = options;
    const defaults = timingsOf(options.pace ?? 'realistic', options.timings ?? {});
    this.#behaviours = new BehaviourOverrides(defaults);
  }

  /** Reads which undeclared TIDs of a site were used before: `known` includes them from then on. */
  async load(site: string): Promise<void> {
    const { store, settings } = this.#options;
    const used = await undeclaredMachines(store, settings, `${site}/`);
    for (const { key } of used) this.#rememberUse(key);
  }

  known(site: string): readonly string[] {
    const settings = this.#options.settings(site);
    if (!settings) return [];
    const configured = Object.keys(settings.terminals).filter((tid) => readTid(tid));
    if (!settings.test) return configured;
    return [...new Set([...knownTids, ...configured, ...(this.#usedTids.get(site) ?? [])])];
  }

  serves(site: string, tid: string): boolean {
    const settings = this.#options.settings(site);
    if (!settings || !readTid(tid)) return false;
    return settings.test || Object.hasOwn(settings.terminals, tid);
  }

  /** Throws if there is no such machine. */
  open(site: string, tid: string, onReport: (report: TerminalReport) => void): TerminalHandle {
    const settings = this.#options.settings(site);
    const scenario = readTid(tid);
    if (!settings || !scenario || !this.serves(site, tid)) {
      throw new Error(`There is no virtual card machine ${tid} at ${site}.`);
    }
    const { clock, store, seed = 'tillgate' } = this.#options;
    const own = Object.hasOwn(settings.terminals, tid) ? settings.terminals[tid] : undefined;
    const currency = own?.currency ?? settings.currency;
    const key = `${site}/${tid}`;
    const onSaved = () => this.#rememberUse(key);
    const terminal: VirtualTerminal = new VirtualTerminal({
      clock,
      memory: new StoredMemory({ store, clock, key, currency, onSaved }),
      behaviour: () => this.#behaviours.take(key, scenario),
      isStandalone: () => this.#behaviours.get(key).scenario === 'standalone',
      extras: { cashback: own?.cashback ?? 0, gratuity: own?.gratuity ?? 0 },
      profile: { currency, cashback: true, transactions: startableTypes, reports: reportTypes },
      letterhead: letterhead(settings.title, tid, merchantId(numberSeed(seed, site))),
      timeZone: settings.timeZone,
      timings: () => this.#behaviours.timings(key),
      numberSeed: numberSeed(seed, site, tid),
      onReport,
      onClosed: () => {
        if (this.#terminals.get(key) === terminal) this.#terminals.delete(key);
      },
    });
    this.#terminals.set(key, terminal);
    return terminal;
  }

  simulates(site: string, tid: string): boolean {
    return this.#terminals.has(`${site}/${tid}`);
  }

  waiter(
    site: string,
    tid: string,
    showing: (value: NotificationValue) => void,
  ): Waiter | undefined {
    return this.#terminals.get(`${site}/${tid}`)?.waiter(showing);
  }

  behaviour(site: string, tid: string): VirtualBehaviour | undefined {
    return this.serves(site, tid) ? this.#behaviours.get(`${site}/${tid}`) : undefined;
  }

  behave(site: string, tid: string, behaviour: VirtualBehaviour): void {
    if (!this.serves(site, tid)) return;
    const key = `${site}/${tid}`;
    this.#behaviours.set(key, behaviour);
    this.#terminals.get(key)?.switchStandalone();
  }

  get holdsState(): boolean {
    return !this.#behaviours.isEmpty;
  }

  forget({ key }: RecordName): void {
    const [site, tid] = splitKey(key);
    const used = this.#usedTids.get(site);
    used?.delete(tid);
    if (used?.size === 0) this.#usedTids.delete(site);
  }

  #rememberUse(key: string): void {
    const [site, tid] = splitKey(key);
    if (isDeclared(this.#options.settings(site), tid)) return;
    const used = this.#usedTids.get(site) ?? new Set();
    used.delete(tid);
    this.#usedTids.set(site, used.add(tid));
    const [oldest] = used;
    if (used.size > MAX_USED_TIDS && oldest !== undefined) used.delete(oldest);
  }
}
