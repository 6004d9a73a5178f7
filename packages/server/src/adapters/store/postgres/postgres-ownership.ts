// The ownership of sites by the nodes of one PostgreSQL database: the leases of this node, and those of others whose
// sites it passes on. Claims and releases of a turn are sent together.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client, ClientConfig } from 'pg';
import { Pool } from 'pg';
import type { Claim, Lease, LeaseEnd, Ownership } from '../../../ports/ownership.ts';
import { claimFault, closedFault } from '../faults.ts';
import { LeaseWatchers } from '../lease-watchers.ts';
import type { Owner, SiteLease } from './claims.ts';
import { livingNodes, OWNERS, orphans, ownersOf, releaseSites, takeSites } from './claims.ts';
import type { MembershipDeps } from './membership.ts';
import { Membership } from './membership.ts';
import { repeat } from './transaction.ts';

/** Sessions for claims and for the search for orphans. */
const SESSIONS = 2;
/** Sites taken in one transaction. */
const MAX_CLAIMS = 2_000;
/** How often the owner of a site is read that changes meanwhile. */
const MAX_ROUNDS = 3;

export interface PostgresOwnershipDeps
  extends Omit<MembershipDeps, 'onRenewing' | 'onRenewed' | 'onFreed' | 'onOver'> {
  /** The collection that names incomplete activities by `SITE/TID/ACTIVITY`. */
  readonly incomplete: string;
}

interface PendingClaim {
  readonly promise: Promise<Claim>;
  readonly resolve: (claim: Claim) => void;
  readonly reject: (error: Error) => void;
}

/** A lease of another node that somebody here watches. */
interface WatchedLease {
  readonly site: string;
  readonly watchers: LeaseWatchers;
}

export class PostgresOwnership implements Ownership {
  readonly #pool: Pool;
  readonly #membership: Membership;
  readonly #incomplete: string;
  readonly #leases = new Map<string, PostgresLease>();
  /** By number. */
  readonly #watched = new Map<string, WatchedLease>();
  /** Claims by site until they are settled, and the sites of those that are not sent. */
  readonly #claims = new Map<string, PendingClaim>();
  readonly #unsent: string[] = [];
  /** Sites that this node has let go, and of which the database may not have heard. */
  readonly #released = new Set<string>();
  readonly #onReleased: (() => void)[] = [];
  readonly #onFreed = new Set<{ readonly then: () => void }>();
  #isReleaseDue = false;
  #isWorking = false;
  #worked: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(deps: PostgresOwnershipDeps) {
    const config: ClientConfig = deps.config;
    this.#incomplete = deps.incomplete;
    this.#pool = new Pool({ ...config, max: SESSIONS });
    // A session that ends while nobody uses it is replaced when one is needed.
    this.#pool.on('error', () => {});
    this.#membership = new Membership({
      ...deps,
      onRenewing: (client) => this.#readWatched(client),
      onRenewed: () => this.#releaseAgain(),
      onFreed: () => this.#freed(),
      onOver: (why) => this.#endAll(why),
    });
  }

  /** Rejects if there can be no session, or a living node has the name of this one. */
  open(replaces: string | undefined): Promise<void> {
    return this.#membership.open(replaces);
  }

  async claim(site: string): Promise<Claim> {
    if (this.#isClosed) throw closedFault();
    const lease = this.#leases.get(site);
    if (lease?.holds()) return { kind: 'here', lease };
    const pending = this.#claims.get(site) ?? this.#newClaim(site);
    return pending.promise;
  }

  async orphans(limit: number): Promise<readonly string[]> {
    if (this.#isClosed) throw closedFault();
    return orphans(this.#pool, this.#incomplete, limit);
  }

  /** Names of the living nodes, in order; of very many only some. */
  async nodes(): Promise<readonly string[]> {
    if (this.#isClosed) throw closedFault();
    return livingNodes(this.#pool);
  }

  onFreed(then: () => void): () => void {
    const watcher = { then };
    this.#onFreed.add(watcher);
    return () => this.#onFreed.delete(watcher);
  }

  health(): { readonly ok: boolean; readonly reason?: string } {
    const reason = this.#membership.fault;
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }

  /** The database has given the site of a lease to another. */
  depose({ site, number }: SiteLease): void {
    const lease = this.#leases.get(site);
    if (lease?.number === number) this.#end(lease, 'taken');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  async #close(): Promise<void> {
    this.#endAll('released');
    await this.#worked;
    // The node leaves with all its sites.
    await this.#membership.close();
    await this.#pool.end();
  }

  #newClaim(site: string): PendingClaim {
    const claim = Promise.withResolvers<Claim>();
    this.#claims.set(site, claim);
    this.#unsent.push(site);
    this.#run();
    return claim;
  }

  #run(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#worked = this.#work();
  }

  async #work(): Promise<void> {
    while (this.#unsent.length > 0 || this.#isReleaseDue) {
      await nextTurn();
      if (this.#isReleaseDue) await this.#sendReleases();
      await this.#sendClaims(this.#unsent.splice(0, MAX_CLAIMS));
    }
    // In the same turn as the condition: what comes later starts it again.
    this.#isWorking = false;
  }

  /** Not at the same time as claims, which would be released, too. */
  async #sendReleases(): Promise<void> {
    this.#isReleaseDue = false;
    const done = this.#onReleased.splice(0);
    const sites = [...this.#released].filter((site) => !this.#leases.has(site));
    this.#released.clear();
    try {
      const { id } = this.#membership.address;
      await repeat(() => releaseSites(this.#pool, id, sites), claimFault);
    } catch {
      // Again after the next renewal.
      for (const site of sites) this.#released.add(site);
    }
    for (const released of done) released();
  }

  /** Settles all of them. */
  async #sendClaims(sites: readonly string[]): Promise<void> {
    try {
      let left = sites;
      for (let round = 1; left.length > 0 && round <= MAX_ROUNDS; round += 1) {
        left = await this.#sendRound(left);
      }
      this.#rejectAll(left, claimFault('its owner is just changing'));
    } catch (error) {
      this.#rejectAll(sites, error instanceof Error ? error : claimFault(String(error)));
    }
  }

  /** Returns the sites of which it is not known yet who has them. */
  async #sendRound(sites: readonly string[]): Promise<readonly string[]> {
    if (this.#isClosed) throw closedFault();
    const { term, address } = this.#membership;
    const { id } = address;
    if (!this.#membership.holds()) throw claimFault(this.#membership.fault ?? 'it is closed');
    const others = (await ownersOf(this.#pool, sites)).filter((owner) => owner.id !== id);
    const mayDeclare = this.#membership.mayDeclare();
    const living = others.filter(({ isExpired }) => !(isExpired && mayDeclare));
    for (const owner of living) this.#resolve(owner.site, this.#elsewhere(owner));
    const left = without(sites, living);
    if (left.length === 0) return left;
    const { fault } = this.#membership;
    if (fault !== undefined) throw claimFault(fault);
    const expired = [
      ...new Set(others.filter(({ isExpired }) => isExpired).map((each) => each.id)),
    ];
    // Until it is known that a lease was given: the answer may be lost.
    for (const site of left) this.#released.add(site);
    const taken = await takeSites(this.#pool, {
      id,
      sites: left,
      expired: mayDeclare ? expired : [],
    });
    if (this.#isClosed) throw closedFault();
    if (!this.#membership.holds() || this.#membership.term !== term) {
      throw claimFault('this node has not renewed its lease in time');
    }
    for (const site of left) this.#released.delete(site);
    for (const lease of taken) this.#resolve(lease.site, this.#here(lease));
    // Nodes that were declared dead had other sites, too.
    if (mayDeclare && expired.length > 0) this.#freed();
    return without(left, taken);
  }

  #here({ site, number }: SiteLease): Claim {
    const lease = new PostgresLease(site, number, {
      holds: () => this.#membership.holds(),
      release: (released) => this.#release(released),
    });
    this.#leases.set(site, lease);
    return { kind: 'here', lease };
  }

  #elsewhere({ site, number, id, host, port }: Owner): Claim {
    return {
      kind: 'elsewhere',
      node: { id, host, port },
      onOver: (then) => this.#watch({ site, number }, then),
    };
  }

  #freed(): void {
    for (const { then } of [...this.#onFreed]) then();
  }

  #resolve(site: string, claim: Claim): void {
    this.#claims.get(site)?.resolve(claim);
    this.#claims.delete(site);
  }

  #rejectAll(sites: readonly string[], error: Error): void {
    for (const site of sites) {
      this.#claims.get(site)?.reject(error);
      this.#claims.delete(site);
    }
  }

  #release(lease: PostgresLease): Promise<void> {
    this.#end(lease, 'released');
    this.#released.add(lease.site);
    return new Promise((done) => {
      this.#onReleased.push(done);
      this.#isReleaseDue = true;
      this.#run();
    });
  }

  #releaseAgain(): void {
    if (this.#released.size === 0) return;
    this.#isReleaseDue = true;
    this.#run();
  }

  #end(lease: PostgresLease, why: LeaseEnd): void {
    if (this.#leases.get(lease.site) === lease) this.#leases.delete(lease.site);
    lease.end(why);
  }

  #endAll(why: LeaseEnd): void {
    for (const lease of [...this.#leases.values()]) this.#end(lease, why);
    // Of sites elsewhere this node can find out nothing more.
    for (const { watchers } of this.#watched.values()) watchers.end('lapsed');
    this.#watched.clear();
  }

  #watch({ site, number }: SiteLease, then: (why: LeaseEnd) => void): () => void {
    const watched = this.#watched.get(number) ?? { site, watchers: new LeaseWatchers() };
    this.#watched.set(number, watched);
    const unsubscribe = watched.watchers.watch(then);
    if (!this.#membership.holds()) this.#endAll('lapsed');
    return unsubscribe;
  }

  /** Compares the leases, not the nodes: a node may have given a site back and taken it again. */
  async #readWatched(client: Client): Promise<void> {
    for (const [number, { watchers }] of this.#watched) {
      if (!watchers.isWatched) this.#watched.delete(number);
    }
    const asked = [...this.#watched];
    if (asked.length === 0) return;
    const { rows } = await client.query<Owner>(OWNERS, [asked.map(([, { site }]) => site)]);
    const numbers = new Map(rows.map(({ site, number }) => [site, number]));
    for (const [number, { site, watchers }] of asked) {
      const now = numbers.get(site);
      if (now === number) continue;
      watchers.end(now === undefined ? 'released' : 'taken');
      this.#watched.delete(number);
    }
  }
}

interface PostgresLeaseDeps {
  /** Whether the node's time has not passed. */
  readonly holds: () => boolean;
  readonly release: (lease: PostgresLease) => Promise<void>;
}

class PostgresLease implements Lease {
  readonly site: string;
  readonly number: string;
  readonly #deps: PostgresLeaseDeps;
  readonly #watchers = new LeaseWatchers();

  constructor(site: string, number: string, deps: PostgresLeaseDeps) {
    this.site = site;
    this.number = number;
    this.#deps = deps;
  }

  holds(): boolean {
    return !this.#watchers.isOver && this.#deps.holds();
  }

  onOver(then: (why: LeaseEnd) => void): () => void {
    return this.#watchers.watch(then);
  }

  async release(): Promise<void> {
    if (!this.#watchers.isOver) await this.#deps.release(this);
  }

  end(why: LeaseEnd): void {
    this.#watchers.end(why);
  }
}

function without(sites: readonly string[], known: readonly SiteLease[]): readonly string[] {
  const names = new Set(known.map(({ site }) => site));
  return sites.filter((site) => !names.has(site));
}
