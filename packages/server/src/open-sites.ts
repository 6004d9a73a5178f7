// The sites that are open in this process: each is claimed and opened when it is first needed, and closed and given
// back when nothing has happened there for a while or its lease is over.

import type { Cancel, Clock } from './ports/clock.ts';
import type { Claim, Lease, Ownership } from './ports/ownership.ts';

/** A site that nothing needs is closed after one to three such times, in ms. */
const IDLE_CHECK_MS = 60_000;

/** A site as far as opening and closing it is concerned. */
export interface ClosableSite {
  readonly lease: Lease;
  /** Whether it can be closed: everything that is not in the store can be had again. */
  readonly isIdle: boolean;
  /** Closes its connections: they are to connect again, as the site is elsewhere now. */
  closeMoved(): void;
  /** Closes the rest. */
  close(): void;
}

export interface OpenSitesDeps<Site extends ClosableSite> {
  readonly clock: Clock;
  readonly ownership: Pick<Ownership, 'claim'>;
  /** Whether there is a site of that name. */
  readonly exists: (name: string) => Promise<boolean>;
  readonly open: (lease: Lease) => Promise<Site>;
}

type Elsewhere = Extract<Claim, { kind: 'elsewhere' }>;

/** Where a site is; undefined if there is none of that name. */
export type FoundSite<Site> =
  | { readonly kind: 'here'; readonly site: Site }
  | Elsewhere
  | undefined;

interface Entry<Site> {
  readonly finding: Promise<FoundSite<Site>>;
  /** Set while it is open. */
  site?: Site | undefined;
  /** How many need it to stay open. */
  uses: number;
  /** Whether somebody has found it since it was last looked at: a handshake may be on its way to it. */
  wasFound: boolean;
  /** Whether it was idle when it was last looked at. */
  wasIdle: boolean;
}

export class OpenSites<Site extends ClosableSite> {
  readonly #deps: OpenSitesDeps<Site>;
  /** Of the sites that are open or looked for. */
  readonly #entries = new Map<string, Entry<Site>>();
  /** Of sites that were closed and are not given back yet. */
  readonly #releases = new Map<string, Promise<void>>();
  #cancelCheck: Cancel | undefined;
  #isLeaving = false;
  #isClosed = false;

  constructor(deps: OpenSitesDeps<Site>) {
    this.#deps = deps;
  }

  /**
   * Finds the site of that name and opens it, unless another node has it. A site that is here is open in the turn in
   * which the promise is fulfilled, and stays so for a minute at least, and as long as it is not idle. Rejects if its records or its owner
   * cannot be read.
   */
  find(name: string): Promise<FoundSite<Site>> {
    const entry = this.#entry(name);
    entry.wasFound = true;
    return entry.finding;
  }

  /** Keeps the site open until the promise of `use` is settled; `use` gets undefined if the site is not here. */
  async use<T>(name: string, use: (site: Site | undefined) => Promise<T>): Promise<T> {
    const entry = this.#entry(name);
    entry.uses += 1;
    try {
      const found = await entry.finding;
      return await use(found?.kind === 'here' ? found.site : undefined);
    } finally {
      entry.uses -= 1;
    }
  }

  /** The site of that name if it is open now. */
  opened(name: string): Site | undefined {
    return this.#entries.get(name)?.site;
  }

  /** Those that are open now. */
  get all(): readonly Site[] {
    return [...this.#entries.values()].flatMap(({ site }) => site ?? []);
  }

  /** Closes a site at once if nothing needs it. */
  closeIfIdle(name: string): void {
    const entry = this.#entries.get(name);
    if (entry && isIdle(entry)) this.#close(name, entry);
  }

  /** Gives the sites that `mayMove` to other nodes; none is opened any more. May be called again. */
  leave(mayMove: (site: Site) => boolean): void {
    this.#isLeaving = true;
    for (const [name, entry] of this.#entries) {
      const { site, uses } = entry;
      if (!site || uses > 0 || !mayMove(site)) continue;
      site.closeMoved();
      this.#close(name, entry);
    }
  }

  /** Closes all sites; none is opened any more. The ownership gives them back, whatever is in progress there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelCheck?.();
    await Promise.allSettled([...this.#entries.values()].map(({ finding }) => finding));
    for (const { site } of this.#entries.values()) site?.close();
    this.#entries.clear();
    await Promise.all(this.#releases.values());
  }

  #entry(name: string): Entry<Site> {
    const known = this.#entries.get(name);
    if (known) return known;
    const entry: Entry<Site> = {
      finding: this.#find(name),
      uses: 0,
      wasFound: false,
      wasIdle: false,
    };
    this.#entries.set(name, entry);
    entry.finding.then(
      (found) => {
        if (found?.kind === 'here') this.#opened(name, entry, found.site);
        else this.#forget(name, entry);
      },
      () => this.#forget(name, entry),
    );
    return entry;
  }

  async #find(name: string): Promise<FoundSite<Site>> {
    await this.#releases.get(name);
    const isOver = this.#isClosed || this.#isLeaving;
    if (isOver || !(await this.#deps.exists(name))) return undefined;
    const claim = await this.#deps.ownership.claim(name);
    if (claim.kind === 'elsewhere') return claim;
    // If it cannot be opened the lease stays: something may be in progress there, and the next try gets the same.
    return { kind: 'here', site: await this.#deps.open(claim.lease) };
  }

  #opened(name: string, entry: Entry<Site>, site: Site): void {
    entry.site = site;
    this.#checkLater();
    site.lease.onOver(() => {
      if (entry.site !== site) return;
      site.closeMoved();
      this.#close(name, entry);
    });
  }

  #forget(name: string, entry: Entry<Site>): void {
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
  }

  #checkLater(): void {
    if (this.#isClosed) return;
    this.#cancelCheck ??= this.#deps.clock.after(IDLE_CHECK_MS, () => {
      this.#cancelCheck = undefined;
      for (const [name, entry] of this.#entries) this.#check(name, entry);
      if (this.#entries.size > 0) this.#checkLater();
    });
  }

  #check(name: string, entry: Entry<Site>): void {
    const idle = isIdle(entry);
    if (idle && entry.wasIdle) this.#close(name, entry);
    entry.wasIdle = idle;
    entry.wasFound = false;
  }

  #close(name: string, entry: Entry<Site>): void {
    const { site } = entry;
    this.#forget(name, entry);
    if (!site) return;
    entry.site = undefined;
    site.close();
    const release = site.lease.release().finally(() => this.#releases.delete(name));
    this.#releases.set(name, release);
  }
}

function isIdle({ site, uses, wasFound }: Entry<ClosableSite>): boolean {
  return site?.isIdle === true && uses === 0 && !wasFound;
}
