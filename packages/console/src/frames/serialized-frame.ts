// A frame as plain data: as an exported file has it, and as it is made of a traffic event of the gateway. Pure.

import type { api } from '@tillgate/protocol';
import { dialects, integrationsOf } from '@tillgate/protocol';
import type { ConnectionName, Direction, RawFrame } from './frame.ts';
import { CONNECTED } from './frame.ts';

export interface SerializedFrame extends Pick<RawFrame, 'at' | 'direction' | 'text'> {
  /** Id of the connection. */
  readonly line: string;
  readonly label: string;
  readonly integration: string;
  readonly version: string;
  /** Connections of one scope share their open requests. */
  readonly scope?: string;
  readonly till?: ConnectionName['till'];
}

/** An event of one socket; `missed` only counts events that were left out. */
export type SocketEvent = Exclude<api.TrafficEvent, { event: 'missed' }>;

export function fromTrafficEvent(event: SocketEvent): SerializedFrame {
  const { site, integration, version, connection, eposId, tid } = event;
  const who = eposId ?? tid;
  return {
    ...{ at: Date.parse(event.at), line: connection, integration, version },
    // Two tills may have the same name, or none.
    label: `${site} · ${integration} ${version}${who === undefined ? '' : ` · ${who}`} (${connection})`,
    ...(eposId !== undefined && { scope: `${site} ${version} ${eposId}` }),
    till: { site, ...(eposId !== undefined && { eposId }) },
    ...contentOf(event),
  };
}

/** What the gateway received is shown as sent. */
function contentOf(event: SocketEvent): Pick<SerializedFrame, 'direction' | 'text'> {
  if (event.event === 'opened') return { direction: 'line', text: CONNECTED };
  if (event.event === 'closed') return { direction: 'line', text: `Closed (${event.code}).` };
  if (event.event === 'noted') return { direction: 'line', text: event.text };
  const { direction, text } = event;
  return { direction: direction === 'received' ? 'sent' : 'received', text };
}

const directions: ReadonlySet<Direction> = new Set<Direction>(['sent', 'received', 'line']);

/** `name` tells its lines from those of elsewhere; undefined if it is no frame. */
export function toFrame(row: SerializedFrame, name: string): RawFrame | undefined {
  const { at, line, label, direction, text } = row;
  const spoken = dialectOf(row);
  const good = typeof text === 'string' && Number.isFinite(at) && directions.has(direction);
  if (!good || !spoken) return undefined;
  const id = `${name} ${line}`;
  const scope = row.scope === undefined ? id : `${name} ${row.scope}`;
  const connection = { id, label, ...spoken, scope, ...(row.till && { till: row.till }) };
  return { connection, at, direction, text };
}

/** Undefined if no version that we know speaks so. */
function dialectOf(
  row: SerializedFrame,
): Pick<ConnectionName, 'integration' | 'version'> | undefined {
  const dialect = Object.values(dialects).find(({ version }) => version === row.version);
  const integration = dialect && integrationsOf(dialect).find((one) => one === row.integration);
  return integration && { integration, version: dialect.version };
}
