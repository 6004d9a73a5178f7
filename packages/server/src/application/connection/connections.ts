// The open connections of a site: how many tills there are, and which are closed because their token is not valid
// any more.

import { CloseCode } from '@tillgate/protocol';
import type { BreakableChannel } from '../faults/faulty-channel.ts';
import type { SiteFaults } from '../faults/site-faults.ts';
import type { Access } from '../handshake/access.ts';
import { scopeFor } from '../handshake/access.ts';
import type { Enrolment } from '../handshake/enrolment.ts';
import type { Handshake } from '../handshake/handshake.ts';
import type { ClosableConnectionDeps } from './connection.ts';
import { Connection } from './connection.ts';
import type { SocketLabel, Traffic, WatchedChannel } from './traffic.ts';

/** A channel that knows whether its other end still answers. */
export interface MonitoredChannel extends BreakableChannel {
  /** IP address of the other end, or of an IPv6 address the first 64 bits. */
  readonly network: string;
  /** Whether it is open and something was received since the last ping but one. */
  readonly isResponding: boolean;
}

interface TrafficDeps {
  /** Notes what goes over each socket. */
  readonly traffic: Traffic;
  readonly faults: SiteFaults;
}

/** What sockets are opened with. */
interface Credentials {
  readonly access: Access;
  readonly enrolment: Enrolment;
}

export class Connections {
  readonly #deps: TrafficDeps & ClosableConnectionDeps;
  readonly #open = new Map<Connection, Sockets>();
  /** Those that are pac connections. */
  readonly #pac = new Map<Connection, MonitoredChannel>();

  constructor(deps: TrafficDeps & Omit<ClosableConnectionDeps, 'onClosed'>) {
    const onClosed = (connection: Connection): void => {
      this.#open.delete(connection);
      this.#pac.delete(connection);
    };
    this.#deps = { ...deps, onClosed };
    deps.faults.onFirst = () => {
      for (const [{ handshake }, sockets] of this.#open) {
        if (!sockets.isFaulty) this.#makeFaulty(handshake, sockets);
      }
    };
  }

  /**
   * Opens a connection, which ends when its channel closes; `warnings` say what its address had wrong
   * [C-2.5].
   */
  open(handshake: Handshake, channel: MonitoredChannel, warnings: readonly string[]): void {
    const watched = this.#deps.traffic.watched(channel, labelOf(handshake));
    const connection = new Connection(this.#deps, handshake);
    const sockets = { channel, watched, isFaulty: false };
    if (!this.#deps.faults.isEmpty) this.#makeFaulty(handshake, sockets);
    this.#open.set(connection, sockets);
    if (handshake.integration === 'pac') this.#pac.set(connection, channel);
    connection.open(watched);
    for (const warning of warnings) connection.note(warning);
  }

  /** Oldest first. */
  get all(): readonly Connection[] {
    return [...this.#open.keys()];
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /**
   * The pac connections that leave no place to a new one [C-2.19, C-2.25]. They are looked at one by one only where there
   * are `most` or more at all: many tills that come at once do not each look at all others.
   */
  countPac(newcomer: Handshake, most: number): number {
    if (this.#pac.size < most) return this.#pac.size;
    let count = 0;
    for (const [{ handshake }, channel] of this.#pac) {
      if (channel.isResponding && !isSameTill(handshake, newcomer)) count += 1;
    }
    return count;
  }

  /** Closes the sockets that a token or key opened which would open nothing now [C-2.4, C-13.3]. */
  closeRevoked({ access, enrolment }: Credentials): void {
    for (const connection of this.#open.keys()) {
      const { tokenHash, integration, tid = '' } = connection.handshake;
      const good =
        integration === 'terminal'
          ? enrolment.isValid(tid, tokenHash)
          : access.isValid(tokenHash, scopeFor(integration));
      if (!access.site || !good) connection.close(CloseCode.tokenRevoked, 'Token revoked');
    }
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#open.keys()) connection.close(code, reason);
  }

  /** From now on the faults of the site act on it; it stays so when there are none any more. */
  #makeFaulty(handshake: Handshake, sockets: Sockets): void {
    const { integration, eposId, tokenHash } = handshake;
    const { channel, watched } = sockets;
    sockets.isFaulty = true;
    const origin = { integration, eposId, tokenHash, network: channel.network };
    watched.wrap(() => {
      const faulty = this.#deps.faults.channel(channel, origin);
      for (const { sent, text } of watched.kept()) faulty.recall(sent ? 'sent' : 'received', text);
      return faulty;
    });
  }
}

interface Sockets {
  readonly channel: MonitoredChannel;
  readonly watched: WatchedChannel;
  isFaulty: boolean;
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
