// The open connections of a site, and what goes over the sockets, as the API has them.

import type { api } from '@tillgate/protocol';
import type { Connection } from '../../connection/connection.ts';
import { moment } from '../moment.ts';
import { inSite } from '../site-access.ts';
import type { ApiDeps, EventStream, Handlers } from './deps.ts';
import type { OpenStreams } from './streams.ts';

const USUAL_BACKLOG = 200;

export function trafficHandlers(
  deps: ApiDeps,
  streams: OpenStreams,
): Pick<Handlers, 'listConnections' | 'followTraffic'> {
  const { traffic } = deps;
  return {
    listConnections: async ({ actor, params }) => {
      const asked = { actor, name: params.site };
      const connections = await inSite(deps, asked, async (site) => site.connections.all);
      return { body: { connections: connections.map(shownConnection) } };
    },
    followTraffic: async ({ actor, query, lastEvent = 0 }) => {
      const { site: name, tid, backlog: limit = USUAL_BACKLOG } = query;
      const site =
        name === undefined
          ? undefined
          : await inSite(deps, { actor, name }, async (found) => found);
      const sites = name === undefined ? actor.sites : [name];
      const filter = { sites, ...(tid === undefined ? {} : { tid }) };
      streams.check(actor);
      return {
        open: (take, end) => {
          const unfollow = site?.follow(end);
          const closed = streams.opened(actor);
          // Both in one turn: nothing is missed in between.
          for (const frame of traffic.kept(filter, { limit, after: lastEvent })) {
            take(frame, frame.number);
          }
          const stop = traffic.follow(filter, take);
          return () => {
            stop();
            unfollow?.();
            closed();
          };
        },
        missed: (count) => ({ event: 'missed', count }),
      } satisfies EventStream<api.TrafficEvent>;
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
