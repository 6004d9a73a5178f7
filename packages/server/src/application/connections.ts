// All open connections: how many a site has, and which must go because their token is no longer good.

import type { Channel } from '@tillgate/protocol';
import type { Access } from './access.ts';
import { scopeFor } from './access.ts';
import type { ConnectionWorld, Handshake } from './connection.ts';
import { Connection } from './connection.ts';

const TOKEN_REVOKED = 4003;

export class Connections {
  readonly #world: ConnectionWorld;
  readonly #open = new Set<Connection>();
  readonly #pacOf = new Map<string, number>();

  constructor(world: Omit<ConnectionWorld, 'left'>) {
    const left = (connection: Connection): void => {
      if (this.#open.delete(connection)) this.#count(connection.handshake, -1);
    };
    this.#world = { ...world, left };
  }

  /**
   * Takes a till or a waiter in, until its channel closes; `warnings` are what its address had
   * wrong [C-2.5].
   */
  open(handshake: Handshake, channel: Channel, warnings: readonly string[]): void {
    const connection = new Connection(this.#world, handshake, channel);
    this.#open.add(connection);
    this.#count(handshake, 1);
    for (const warning of warnings) this.#world.observer.traced(connection.label, warning);
  }

  countPac = (site: string): number => this.#pacOf.get(site) ?? 0;

  /** Closes the sockets that a token opened which would open nothing now [C-2.4]. */
  closeRevoked(access: Access): void {
    for (const connection of this.#open) {
      const { site, tokenHash, integration } = connection.handshake;
      const scope = scopeFor(integration);
      if (!access.siteNamed(site.name) || !access.stillGood(site.name, tokenHash, scope)) {
        connection.close(TOKEN_REVOKED, 'Token revoked');
      }
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
