// All open connections: how many a site has, and which are closed because their token is not valid
// any more.

import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { Access } from '../handshake/access.ts';
import { scopeFor } from '../handshake/access.ts';
import type { Enrolment } from '../handshake/enrolment.ts';
import type { Handshake } from '../handshake/handshake.ts';
import type { ClosableConnectionDeps } from './connection.ts';
import { Connection } from './connection.ts';
import type { SocketLabel, Traffic } from './traffic.ts';

/** A channel that knows whether its other end still answers. */
export interface MonitoredChannel extends Channel {
  /** Whether it is open and something was received since the last ping but one. */
  readonly isResponding: boolean;
}

interface TrafficDeps {
  /** Notes what goes over each socket. */
  readonly traffic: Traffic;
}

/** What sockets are opened with. */
interface Credentials {
  readonly access: Access;
  readonly enrolment: Enrolment;
}

export class Connections {
  readonly #deps: TrafficDeps & ClosableConnectionDeps;
  readonly #open = new Set<Connection>();
  /** The pac connections of each site that has one. */
  readonly #pacOf = new Map<string, Map<Connection, MonitoredChannel>>();

  constructor(deps: TrafficDeps & Omit<ClosableConnectionDeps, 'onClosed'>) {
    const onClosed = (connection: Connection): void => {
      if (this.#open.delete(connection)) this.#removePac(connection);
    };
    this.#deps = { ...deps, onClosed };
  }

  /**
   * Opens a connection, which ends when its channel closes; `warnings` say what its address had wrong
   * [C-2.5].
   */
  open(handshake: Handshake, channel: MonitoredChannel, warnings: readonly string[]): void {
    const watched = this.#deps.traffic.watched(channel, labelOf(handshake));
    const connection = new Connection(this.#deps, handshake);
    this.#open.add(connection);
    if (handshake.integration === 'pac') this.#addPac(connection, channel);
    connection.open(watched);
    for (const warning of warnings) connection.note(warning);
  }

  /** The open connections of a site, oldest first. */
  ofSite(site: string): Connection[] {
    return [...this.#open].filter(({ handshake }) => handshake.site.name === site);
  }

  /** The pac connections of the site that leave no place to a new one [C-2.19, C-2.25]. */
  countPac = (newcomer: Handshake): number => {
    let count = 0;
    for (const [{ handshake }, channel] of this.#pacOf.get(newcomer.site.name) ?? []) {
      if (channel.isResponding && !isSameTill(handshake, newcomer)) count += 1;
    }
    return count;
  };

  /**
   * Closes the sockets that a token or key opened which would open nothing now, of one site or of all
   * [C-2.4, C-13.3].
   */
  closeRevoked({ access, enrolment }: Credentials, changed?: string): void {
    for (const connection of this.#open) {
      const { site, tokenHash, integration, tid = '' } = connection.handshake;
      if (changed !== undefined && site.name !== changed) continue;
      const good =
        integration === 'terminal'
          ? enrolment.isValid(site.name, tid, tokenHash)
          : access.isValid(site.name, tokenHash, scopeFor(integration));
      if (!access.siteNamed(site.name) || !good)
        connection.close(CloseCode.tokenRevoked, 'Token revoked');
    }
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#open) connection.close(code, reason);
  }

  #addPac(connection: Connection, channel: MonitoredChannel): void {
    const { name } = connection.handshake.site;
    const ofSite = this.#pacOf.get(name) ?? new Map<Connection, MonitoredChannel>();
    this.#pacOf.set(name, ofSite.set(connection, channel));
  }

  #removePac(connection: Connection): void {
    const { name } = connection.handshake.site;
    const ofSite = this.#pacOf.get(name);
    if (ofSite?.delete(connection) && ofSite.size === 0) this.#pacOf.delete(name);
  }
}

/** Whether the newer connection replaces the older one of the same site [C-4.43]. */
function isSameTill(older: Handshake, newer: Handshake): boolean {
  const { eposId, dialect } = newer;
  return (
    eposId !== undefined && older.eposId === eposId && older.dialect.version === dialect.version
  );
}

function labelOf({ site, integration, dialect, eposId, tid }: Handshake): SocketLabel {
  return {
    site: site.name,
    integration,
    version: dialect.version,
    ...(eposId === undefined ? {} : { eposId }),
    ...(tid === undefined ? {} : { tid }),
  };
}
