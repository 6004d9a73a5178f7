// The open connections of a site, and what goes over the sockets, as the API has them.

import type { api } from '@tillgate/protocol';
import type { Connection } from '../../connection/connection.ts';
import { AdminRefusal } from '../refusal.ts';
import { findSite } from '../sites.ts';
import type { ApiDeps, EventStream, Handlers } from './deps.ts';
import { moment } from './deps.ts';

/** Streams of one operator at once; each costs work for every frame. */
const MOST_STREAMS = 8;
const USUAL_BACKLOG = 200;

export function trafficHandlers(
  deps: ApiDeps,
): Pick<Handlers, 'listConnections' | 'followTraffic'> {
  const { traffic, useSite } = deps;
  const streams = new Map<string, number>();
  const count = (name: string, change: number): void => {
    const now = (streams.get(name) ?? 0) + change;
    if (now > 0) streams.set(name, now);
    else streams.delete(name);
  };
  return {
    listConnections: async ({ actor, params }) => {
      const { name } = await findSite(deps, actor, params.site);
      const connections = await useSite(name, async (site) => site?.connections.all ?? []);
      return { body: { connections: connections.map(shownConnection) } };
    },
    followTraffic: async ({ actor, query, lastEvent = 0 }): Promise<EventStream> => {
      const { site, tid, backlog: limit = USUAL_BACKLOG } = query;
      if (site !== undefined) await findSite(deps, actor, site);
      const sites = site === undefined ? actor.sites : [site];
      const filter = { sites, ...(tid === undefined ? {} : { tid }) };
      if ((streams.get(actor.name) ?? 0) >= MOST_STREAMS) {
        throw new AdminRefusal('tooManyListeners', 'Close another one first.');
      }
      return {
        open: (take) => {
          count(actor.name, 1);
          // Both in one turn: nothing is missed in between.
          for (const frame of traffic.kept(filter, { limit, after: lastEvent })) {
            take(frame, frame.number);
          }
          const stop = traffic.follow(filter, take);
          return () => {
            stop();
            count(actor.name, -1);
          };
        },
      };
    },
  };
}

function shownConnection({
  name,
  handshake,
  openedAt,
  returnsPingPayload,
}: Connection): api.Connection {
  const { integration, dialect, eposId, tid } = handshake;
  return {
    connection: name,
    integration,
    version: dialect.version,
    ...(eposId === undefined ? {} : { eposId }),
    ...(tid === undefined ? {} : { tid }),
    openedAt: moment(openedAt),
    returnsPingPayload,
  };
}
