// What is connected to the gateway at a site now: tills, waiters and linked card machines.

import type { api } from '@tillgate/protocol';
import { call } from '../../api/call.ts';
import { QueryState } from '../../api/query-state.tsx';
import { useQuery } from '../../api/use-query.ts';
import { Badge } from '../../kit/badge.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Column } from '../../kit/table.tsx';
import { Table } from '../../kit/table.tsx';
import { agoText, dateTimeText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';

const kinds: Readonly<Record<string, string>> = {
  pac: 'Till at the counter',
  pat: 'Till at the table',
  waiter: 'Waiter',
  terminal: 'Card machine',
};

export function ConnectionsPanel({ site, pollMs }: { site: string; pollMs: number }) {
  const now = useNow();
  const query = useQuery(
    `connections ${site}`,
    async () => (await call('listConnections', { params: { site } })).connections,
    pollMs,
  );
  const columns: readonly Column<api.Connection>[] = [
    {
      title: 'What',
      cell: ({ integration, version }) => `${kinds[integration] ?? integration}, ${version}`,
    },
    {
      title: 'Name',
      cell: ({ eposId, tid, connection }) => (
        <span class="mono">{eposId ?? tid ?? connection}</span>
      ),
    },
    {
      title: 'Connected',
      cell: ({ openedAt }) => (
        <time dateTime={openedAt} title={dateTimeText(openedAt)}>
          {agoText(openedAt, now)}
        </time>
      ),
    },
    {
      title: 'Remarks',
      cell: ({ returnsPingPayload }) =>
        !returnsPingPayload && (
          <Badge tone="bad">This till's library does not return ping payloads</Badge>
        ),
    },
  ];
  return (
    <>
      <QueryState query={query} what="the connections" />
      {query.data && (
        <Panel title="Connected now">
          {query.data.length === 0 ? (
            <EmptyState icon="plug" title="Nothing is connected">
              <p>A till appears here as soon as it opens its WebSocket to this site.</p>
            </EmptyState>
          ) : (
            <Table
              caption="Connections"
              columns={columns}
              rows={query.data}
              keyOf={({ connection }) => connection}
            />
          )}
        </Panel>
      )}
    </>
  );
}
