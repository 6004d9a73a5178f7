// The faults of a test site that are waiting or have happened, each with its removal.

import type { api } from '@tillgate/protocol';
import { faultActionText, faultTriggerText } from '@tillgate/protocol';
import { call } from '../../api/call.ts';
import { FailureNotice, QueryState } from '../../api/query-state.tsx';
import { useMutation, useQuery } from '../../api/use-query.ts';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Column } from '../../kit/table.tsx';
import { Table } from '../../kit/table.tsx';

export function FaultsPanel({ site, pollMs }: { site: string; pollMs: number }) {
  const query = useQuery(
    `faults ${site}`,
    async () => (await call('listFaults', { params: { site } })).faults,
    pollMs,
  );
  const { busy, failure, run } = useMutation();
  const remove = async (id: string) => {
    await run(async () => {
      await call('removeFault', { params: { site, id } });
    });
    await query.reload();
  };
  const columns: readonly Column<api.Fault>[] = [
    { title: 'When', cell: (fault) => faultTriggerText(fault) },
    { title: 'Then', cell: ({ action }) => faultActionText(action) },
    { title: 'State', cell: (fault) => <State fault={fault} /> },
    {
      title: 'Remove',
      untitled: true,
      align: 'right',
      cell: ({ id }) => (
        <Button
          size="s"
          icon="trash"
          busy={busy}
          label={`Remove ${id}`}
          onClick={() => void remove(id)}
        >
          Remove
        </Button>
      ),
    },
  ];
  return (
    <>
      <QueryState query={query} what="the faults" />
      {failure && <FailureNotice failure={failure} />}
      {query.data && (
        <Panel title="Faults on purpose">
          {query.data.length === 0 ? (
            <EmptyState icon="warn" title="Nothing goes wrong here">
              <p>
                To see what your till does, choose a message of the gateway in Traffic and press
                “Cut here next time”.
              </p>
            </EmptyState>
          ) : (
            <Table
              caption="Faults on purpose"
              columns={columns}
              rows={query.data}
              keyOf={({ id }) => id}
            />
          )}
        </Panel>
      )}
    </>
  );
}

function State({ fault: { fired, standing = false } }: { readonly fault: api.Fault }) {
  if (fired === 0) return <Badge tone="wait">Waiting</Badge>;
  return <Badge tone="plain">{standing ? `Happened ${fired} times` : 'Happened'}</Badge>;
}
