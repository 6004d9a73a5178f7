// The door of the virtual card machines: which there are, and opening a line to one [C-10.2].
// Knows of a site only what its card machines need.

import type { Currency, NotificationValue } from '@tillgate/protocol';
import { reportTypes, startableTypes } from '@tillgate/protocol';
import type { Clock } from '../../../ports/clock.ts';
import type { Page, Store } from '../../../ports/store.ts';
import type {
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../../../ports/terminal-driver.ts';
import type { VirtualBehaviour, VirtualMachines } from '../../../ports/virtual-machines.ts';
import type { Waiter, WaiterAccess } from '../../../ports/waiter.ts';
import { BehaviourOverrides } from './behaviour-overrides.ts';
import { merchantId, numberSeed } from './memory/numbers.ts';
import { COLLECTION, StoredMemory } from './memory/stored-memory.ts';
import { letterhead } from './printing/receipt.ts';
import { knownTids, readTid } from './scenario/tid.ts';
import type { Pace, VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

/** Settings of one virtual card machine. */
export interface VirtualTerminalSettings {
  /** The site's, if absent. */
  readonly currency?: Currency;
  /** Cash that customers type in at the machine, minor units [C-10.6]. */
  readonly cashback?: number;
  /** Gratuity that customers add to a sale, minor units. */
  readonly gratuity?: number;
}

/** What a site tells its virtual card machines. */
export interface VirtualSiteSettings {
  /** Heads the receipts. */
  readonly title: string;
  readonly currency: Currency;
  /** IANA name. */
  readonly timeZone: string;
  /** Every well-formed VCM TID exists here. */
  readonly test: boolean;
  readonly terminals: Readonly<Record<string, VirtualTerminalSettings>>;
}

export interface VirtualDriverOptions {
  readonly clock: Clock;
  readonly store: Store;
  /** Undefined for a site that there is not. */
  readonly settings: (site: string) => VirtualSiteSettings | undefined;
  /** `realistic` by default. */
  readonly pace?: Pace;
  /** The same seed gives the same numbers. */
  readonly seed?: string | number;
  readonly timings?: Partial<VirtualTimings>;
}

export class VirtualDriver implements TerminalDriver, WaiterAccess, VirtualMachines {
  /** Fulfilled when the TIDs opened in earlier runs are among the known ones. */
  readonly ready: Promise<void>;
  readonly #options: VirtualDriverOptions;
  readonly #behaviours: BehaviourOverrides;
  /** Named so far on each site. */
  readonly #openedTids = new Map<string, Set<string>>();
  /** By site and tid. */
  readonly #memories = new Map<string, StoredMemory>();
  /** Those with an open line, by site and tid. */
  readonly #terminals = new Map<string, VirtualTerminal>();

  constructor(options: VirtualDriverOptions) {
    this.#options = options;
    const usual = timingsOf(options.pace ?? 'realistic', options.timings ?? {});
    this.#behaviours = new BehaviourOverrides(usual);
    this.ready = this.#loadKnownTids();
  }

  known(site: string): readonly string[] {
    const settings = this.#options.settings(site);
    if (!settings) return [];
    const set = Object.keys(settings.terminals).filter((tid) => readTid(tid));
    if (!settings.test) return set;
    return [...new Set([...knownTids, ...set, ...(this.#openedTids.get(site) ?? [])])];
  }

  serves(site: string, tid: string): boolean {
    const settings = this.#options.settings(site);
    if (!settings || !readTid(tid)) return false;
    return settings.test || Object.hasOwn(settings.terminals, tid);
  }

  open(site: string, tid: string, onReport: (report: TerminalReport) => void): TerminalHandle {
    const settings = this.#options.settings(site);
    const letters = readTid(tid);
    if (!settings || !letters || !this.serves(site, tid)) {
      throw new Error(`There is no virtual card machine ${tid} at ${site}.`);
    }
    this.#rememberTid(site, tid);
    const { clock, seed = 'tillgate' } = this.#options;
    const set = Object.hasOwn(settings.terminals, tid) ? settings.terminals[tid] : undefined;
    const currency = set?.currency ?? settings.currency;
    const key = `${site}/${tid}`;
    const machine: VirtualTerminal = new VirtualTerminal({
      clock,
      memory: this.#memoryOf(key, currency),
      tidScenario: () => this.#behaviours.takeNextOutcome(key) ?? letters,
      extras: { cashback: set?.cashback ?? 0, gratuity: set?.gratuity ?? 0 },
      profile: { currency, cashback: true, transactions: startableTypes, reports: reportTypes },
      letterhead: letterhead(settings.title, tid, merchantId(numberSeed(seed, site))),
      timeZone: settings.timeZone,
      timings: () => this.#behaviours.timings(key),
      numberSeed: numberSeed(seed, site, tid),
      onReport,
      onClosed: () => {
        if (this.#terminals.get(key) === machine) this.#terminals.delete(key);
      },
    });
    this.#terminals.set(key, machine);
    return machine;
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
    if (this.serves(site, tid)) this.#behaviours.set(`${site}/${tid}`, behaviour);
  }

  /** What a failing disk did not onReport outlives the line; all else is read again. */
  #memoryOf(key: string, currency: Currency): StoredMemory {
    const before = this.#memories.get(key);
    if (before && !before.isSaved) return before;
    const keeper = new StoredMemory(this.#options.store, key, currency);
    this.#memories.set(key, keeper);
    return keeper;
  }

  #rememberTid(site: string, tid: string): void {
    const named = this.#openedTids.get(site);
    if (named) named.add(tid);
    else this.#openedTids.set(site, new Set([tid]));
  }

  async #loadKnownTids(): Promise<void> {
    let page: Page = { limit: PAGE_SIZE };
    for (;;) {
      const records = await this.#options.store.list(COLLECTION, '', page).catch(() => []);
      for (const { key } of records) {
        const slash = key.indexOf('/');
        this.#rememberTid(key.slice(0, slash), key.slice(slash + 1));
      }
      const last = records.at(-1);
      if (records.length < PAGE_SIZE || !last) return;
      page = { limit: PAGE_SIZE, after: last.key };
    }
  }
}

const PAGE_SIZE = 1000;
