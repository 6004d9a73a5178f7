// The door of the virtual card machines: which there are, and opening a line to one [C-10.2].
// Knows of a site only what its card machines need.

import type { Currency, NotificationValue } from '@tillgate/protocol';
import { reportTypes, startedTypes } from '@tillgate/protocol';
import type { Clock } from '../../../ports/clock.ts';
import type { Page, Store } from '../../../ports/store.ts';
import type {
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../../../ports/terminal-driver.ts';
import type { VirtualBehaviour, VirtualMachines } from '../../../ports/virtual-machines.ts';
import type { Waiter, WaiterAccess } from '../../../ports/waiter.ts';
import { Behaviours } from './behaviour-overrides.ts';
import { merchantId, rootOf } from './memory/numbers.ts';
import { COLLECTION, MemoryKeeper } from './memory/stored-memory.ts';
import { letterhead } from './printing/receipt.ts';
import { knownTids, readTid } from './scenario/tid.ts';
import type { Pace, VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';
import { VirtualMachine } from './virtual-terminal.ts';

/** Settings of one virtual card machine. */
export interface VirtualTerminal {
  /** The site's, if absent. */
  readonly currency?: Currency;
  /** Cash that customers type in at the machine, minor units [C-10.6]. */
  readonly cashback?: number;
  /** Gratuity that customers add to a sale, minor units. */
  readonly gratuity?: number;
}

/** What a site tells its virtual card machines. */
export interface VirtualSite {
  /** Heads the receipts. */
  readonly title: string;
  readonly currency: Currency;
  /** IANA name. */
  readonly timeZone: string;
  /** Every well-formed VCM TID exists here. */
  readonly test: boolean;
  readonly terminals: Readonly<Record<string, VirtualTerminal>>;
}

export interface VirtualOptions {
  readonly clock: Clock;
  readonly store: Store;
  /** Undefined for a site that there is not. */
  readonly settings: (site: string) => VirtualSite | undefined;
  /** `realistic` by default. */
  readonly pace?: Pace;
  /** The same seed gives the same numbers. */
  readonly seed?: string | number;
  readonly timings?: Partial<VirtualTimings>;
}

export interface VirtualTerminals extends TerminalDriver, WaiterAccess, VirtualMachines {
  /** Fulfilled when the machines of earlier runs are among the known. */
  readonly ready: Promise<void>;
}

export function virtualTerminals(options: VirtualOptions): VirtualTerminals {
  return new VirtualDriver(options);
}

class VirtualDriver implements VirtualTerminals {
  readonly ready: Promise<void>;
  readonly #options: VirtualOptions;
  readonly #behaviours: Behaviours;
  /** Named so far on each site. */
  readonly #named = new Map<string, Set<string>>();
  /** By site and tid. */
  readonly #keepers = new Map<string, MemoryKeeper>();
  /** Those with an open line, by site and tid. */
  readonly #machines = new Map<string, VirtualMachine>();

  constructor(options: VirtualOptions) {
    this.#options = options;
    const usual = timingsOf(options.pace ?? 'realistic', options.timings ?? {});
    this.#behaviours = new Behaviours(usual);
    this.ready = this.#remember();
  }

  known(site: string): readonly string[] {
    const settings = this.#options.settings(site);
    if (!settings) return [];
    const set = Object.keys(settings.terminals).filter((tid) => readTid(tid));
    if (!settings.test) return set;
    return [...new Set([...knownTids, ...set, ...(this.#named.get(site) ?? [])])];
  }

  serves(site: string, tid: string): boolean {
    const settings = this.#options.settings(site);
    if (!settings || !readTid(tid)) return false;
    return settings.test || Object.hasOwn(settings.terminals, tid);
  }

  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalHandle {
    const settings = this.#options.settings(site);
    const letters = readTid(tid);
    if (!settings || !letters || !this.serves(site, tid)) {
      throw new Error(`There is no virtual card machine ${tid} at ${site}.`);
    }
    this.#name(site, tid);
    const { clock, seed = 'tillgate' } = this.#options;
    const set = Object.hasOwn(settings.terminals, tid) ? settings.terminals[tid] : undefined;
    const currency = set?.currency ?? settings.currency;
    const key = `${site}/${tid}`;
    const machine: VirtualMachine = new VirtualMachine({
      clock,
      keeper: this.#keeper(key, currency),
      letters: () => this.#behaviours.takeOutcome(key) ?? letters,
      extras: { cashback: set?.cashback ?? 0, gratuity: set?.gratuity ?? 0 },
      profile: { currency, cashback: true, transactions: startedTypes, reports: reportTypes },
      head: letterhead(settings.title, tid, merchantId(rootOf(seed, site))),
      timeZone: settings.timeZone,
      timings: () => this.#behaviours.timings(key),
      root: rootOf(seed, site, tid),
      take,
      closed: () => {
        if (this.#machines.get(key) === machine) this.#machines.delete(key);
      },
    });
    this.#machines.set(key, machine);
    return machine;
  }

  waiter(
    site: string,
    tid: string,
    showing: (value: NotificationValue) => void,
  ): Waiter | undefined {
    return this.#machines.get(`${site}/${tid}`)?.waiter(showing);
  }

  behaviour(site: string, tid: string): VirtualBehaviour | undefined {
    return this.serves(site, tid) ? this.#behaviours.of(`${site}/${tid}`) : undefined;
  }

  behave(site: string, tid: string, behaviour: VirtualBehaviour): void {
    if (this.serves(site, tid)) this.#behaviours.tell(`${site}/${tid}`, behaviour);
  }

  /** What a failing disk did not take outlives the line; all else is read again. */
  #keeper(key: string, currency: Currency): MemoryKeeper {
    const before = this.#keepers.get(key);
    if (before && !before.saved) return before;
    const keeper = new MemoryKeeper(this.#options.store, key, currency);
    this.#keepers.set(key, keeper);
    return keeper;
  }

  #name(site: string, tid: string): void {
    const named = this.#named.get(site);
    if (named) named.add(tid);
    else this.#named.set(site, new Set([tid]));
  }

  async #remember(): Promise<void> {
    let page: Page = { limit: PAGE };
    for (;;) {
      const records = await this.#options.store.list(COLLECTION, '', page).catch(() => []);
      for (const { key } of records) {
        const slash = key.indexOf('/');
        this.#name(key.slice(0, slash), key.slice(slash + 1));
      }
      const last = records.at(-1);
      if (records.length < PAGE || !last) return;
      page = { limit: PAGE, after: last.key };
    }
  }
}

const PAGE = 1000;
