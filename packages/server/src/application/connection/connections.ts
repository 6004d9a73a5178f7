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

interface TrafficDeps {
  /** Notes what goes over each socket. */
  readonly traffic: Traffic;
}

export class Connections {
  readonly #deps: TrafficDeps & ClosableConnectionDeps;
  readonly #open = new Set<Connection>();
  readonly #pacOf = new Map<string, number>();

  constructor(deps: TrafficDeps & Omit<ClosableConnectionDeps, 'onClosed'>) {
    const onClosed = (connection: Connection): void => {
      if (this.#open.delete(connection)) this.#count(connection.handshake, -1);
    };
    this.#deps = { ...deps, onClosed };
  }

  /**
   * Opens a connection, which ends when its channel closes; `warnings` say what its address had wrong
   * [C-2.5].
   */
  open(handshake: Handshake, channel: Channel, warnings: readonly string[]): void {
    const watched = this.#deps.traffic.watched(channel, labelOf(handshake));
    const connection = new Connection(this.#deps, handshake);
    this.#open.add(connection);
    this.#count(handshake, 1);
    connection.open(watched);
    for (const warning of warnings) connection.note(warning);
  }

  /** The open connections of a site, oldest first. */
  ofSite(site: string): Connection[] {
    return [...this.#open].filter(({ handshake }) => handshake.site.name === site);
  }

  countPac = (site: string): number => this.#pacOf.get(site) ?? 0;

  /** Closes the sockets that a token or key opened which would open nothing now [C-2.4, C-13.3]. */
  closeRevoked(access: Access, enrolment: Enrolment): void {
    for (const connection of this.#open) {
      const { site, tokenHash, integration, tid = '' } = connection.handshake;
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

  #count({ site, integration }: Handshake, change: number): void {
    if (integration !== 'pac') return;
    const count = this.countPac(site.name) + change;
    if (count > 0) this.#pacOf.set(site.name, count);
    else this.#pacOf.delete(site.name);
  }
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
