// A site while it is open: its records, its card machines, and everything that tills, waiters and card machines of
// it are connected to. Nothing of one site refers to another. `OpenSites` opens one when it is first needed.

import { CloseCode } from '@tillgate/protocol';
import type { KeptFrames } from './application/admin/kept-frames.ts';
import type { AdminSite } from './application/admin/site-access.ts';
import { Connections } from './application/connection/connections.ts';
import type { Traffic } from './application/connection/traffic.ts';
import { faultyDriver } from './application/faults/faulty-terminal.ts';
import { SiteFaults } from './application/faults/site-faults.ts';
import { Access } from './application/handshake/access.ts';
import { Enrolment } from './application/handshake/enrolment.ts';
import type { Handshake, HandshakeSite } from './application/handshake/handshake.ts';
import type { SiteChanges } from './application/handshake/site-changes.ts';
import { Tills } from './application/pac/tills.ts';
import { PatOutbox } from './application/pat/pat-outbox.ts';
import { Terminals } from './application/terminal/terminal.ts';
import type { CardMachines } from './card-machines.ts';
import { openCardMachines } from './card-machines.ts';
import type { GatewayContext } from './gateway-context.ts';
import { badMessagesOf, connectionLimits, tableRulesOf } from './limits.ts';
import type { ClosableSite } from './open-sites.ts';
import type { Lease } from './ports/ownership.ts';
import type { Store } from './ports/store.ts';

/** What all sites of a gateway share. */
export interface SiteDeps {
  readonly context: GatewayContext;
  readonly changes: SiteChanges;
  readonly traffic: Traffic;
  readonly keptFrames: KeptFrames;
  readonly isDraining: () => boolean;
}

export class OpenSite implements HandshakeSite, AdminSite, ClosableSite {
  readonly name: string;
  readonly lease: Lease;
  readonly store: Store;
  readonly access: Access;
  readonly enrolment: Enrolment;
  readonly tills: Tills;
  readonly terminals: Terminals;
  readonly connections: Connections;
  readonly faults: SiteFaults;
  readonly #machines: CardMachines;
  readonly #outbox = new PatOutbox();
  #followers = 0;

  /** Reads the records of the site and takes up what was left open there. */
  static async open(lease: Lease, deps: SiteDeps): Promise<OpenSite> {
    const { context, changes } = deps;
    const { clock } = context;
    const name = lease.site;
    const store = context.store.under(lease);
    const records = { store, clock, changes };
    const opened: { close(): void }[] = [];
    try {
      const access = await Access.open(name, records);
      opened.push(access);
      const enrolment = await Enrolment.open(name, records);
      opened.push(enrolment);
      const machines = await openCardMachines(name, { context, store, access, enrolment });
      const site = new OpenSite(lease, deps, { store, access, enrolment, machines });
      opened.push(site);
      await site.terminals.recover();
      site.tills.expireOld();
      return site;
    } catch (cause) {
      for (const part of opened) part.close();
      throw cause;
    }
  }

  private constructor(
    lease: Lease,
    { context, traffic, keptFrames, isDraining }: SiteDeps,
    { store, access, enrolment, machines }: SiteParts,
  ) {
    const { settings, clock, observer } = context;
    const { site: name } = lease;
    const site = () => access.site;
    const { lastHeardAt } = enrolment;
    this.name = name;
    this.lease = lease;
    this.store = store;
    this.access = access;
    this.enrolment = enrolment;
    this.#machines = machines;
    this.faults = new SiteFaults({
      ...{ site: name, clock, machines: machines.virtual },
      gateway: context.control,
    });
    const { faults } = this;
    this.tills = new Tills({
      clock,
      holdMs: settings.resultHold * 1000,
      isTokenValid: (tokenId) => access.hasToken(tokenId, 'pac'),
    });
    const { tills } = this;
    const outbox = this.#outbox;
    const tableRules = tableRulesOf(settings);
    this.terminals = new Terminals({
      ...{ name, site, lastHeardAt, store, clock, observer, isDraining, tills, outbox },
      holdsLease: () => lease.holds(),
      onEnded: (span) => keptFrames.onEnded(store, span),
      onDamaged: context.damage.note,
      tracer: context.telemetry?.tracer,
      driver: faultyDriver(machines.driver, { clock, faults }),
      isInUse: (tid) => faults.faultOf(tid)?.state === 'busy',
      tableRules: () => tableRules,
    });
    this.connections = new Connections({
      ...{ site, clock, observer, traffic, faults, isDraining, tills, outbox },
      terminals: this.terminals,
      waiters: machines.virtual,
      links: machines.links,
      terminalHeard: enrolment.markHeard,
      limits: connectionLimits(settings),
      badMessages: badMessagesOf(settings),
    });
    const closeRevoked = () => this.connections.closeRevoked({ access, enrolment });
    access.onChange(closeRevoked);
    enrolment.onChange(closeRevoked);
  }

  get virtual(): CardMachines['virtual'] {
    return this.#machines.virtual;
  }

  known(): readonly string[] {
    return this.#machines.driver.known(this.name);
  }

  serves(tid: string): boolean {
    return this.#machines.driver.serves(this.name, tid);
  }

  /** The state of each machine that is there or expected. A session is opened when a machine is first needed. */
  terminalStates(): readonly ('idle' | 'busy' | 'unavailable')[] {
    const links = this.connections.all.filter(
      ({ handshake }) => handshake.integration === 'terminal',
    );
    const linked = new Set(links.map(({ handshake }) => handshake.tid));
    const tids = new Set([...this.known(), ...this.terminals.allOpened.map(({ tid }) => tid)]);
    return [...tids].map((tid) => {
      const session = this.terminals.opened(tid);
      if (session?.profile) return session.isIdle ? 'idle' : 'busy';
      if (session) return 'unavailable';
      const isSimulated = this.hasWaiters(tid) && !this.enrolment.isPaired(tid);
      return isSimulated || linked.has(tid) ? 'idle' : 'unavailable';
    });
  }

  countPac(newcomer: Handshake, most: number): number {
    return this.connections.countPac(newcomer, most);
  }

  hasWaiters(tid: string): boolean {
    return this.virtual?.serves(this.name, tid) ?? false;
  }

  /** Whether it can be closed: everything that is not in the store can be had again. */
  get isIdle(): boolean {
    const { connections, terminals, virtual, faults } = this;
    const isAsUsual = faults.isEmpty && !virtual?.holdsState;
    const isUnused = connections.isEmpty && this.#followers === 0;
    return isUnused && terminals.allAtRest && isAsUsual;
  }

  follow(onOver: () => void): () => void {
    this.#followers += 1;
    const unsubscribe = this.lease.onOver(onOver);
    return () => {
      this.#followers -= 1;
      unsubscribe();
    };
  }

  async dropUndelivered(): Promise<void> {
    await Promise.all(this.terminals.allOpened.map((session) => session.dropUndelivered()));
    this.tills.discardResults();
    this.#outbox.clear();
  }

  closeMoved(): void {
    this.connections.closeAll(CloseCode.serviceRestart, 'The site has moved, connect again');
  }

  /** Closes the card machines; nothing more is written. */
  close(): void {
    this.access.close();
    this.enrolment.close();
    this.faults.close();
    this.terminals.close();
  }
}

interface SiteParts extends Pick<OpenSite, 'access' | 'enrolment'> {
  /** Writes under the lease. */
  readonly store: Store;
  readonly machines: CardMachines;
}
