// Who may use the console and the API, and of which sites.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { ConfirmDialog } from '../../api/confirm-dialog.tsx';
import { QueryState } from '../../api/query-state.tsx';
import { useQuery } from '../../api/use-query.ts';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Column } from '../../kit/table.tsx';
import { Table } from '../../kit/table.tsx';
import { agoText, dateTimeText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';
import { AddOperator } from './add-operator.tsx';

export function OperatorsPanel() {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | undefined>(undefined);
  const asked = useQuery('operators', async () => (await call('listOperators', {})).operators);
  const done = () => {
    setAdding(false);
    setRemoving(undefined);
    void asked.reload();
  };
  const remove = async () => {
    if (removing) await call('removeOperator', { params: { name: removing } });
  };
  return (
    <Panel
      title="Operators"
      actions={
        <Button kind="main" size="s" icon="plus" onClick={() => setAdding(true)}>
          Add an operator
        </Button>
      }
    >
      <QueryState query={asked} what="the operators" />
      {asked.data?.length === 0 && (
        <EmptyState icon="site" title="No operator yet">
          <p>
            At this machine none is needed. Add one for everybody who is to reach this console from
            elsewhere.
          </p>
        </EmptyState>
      )}
      {asked.data && asked.data.length > 0 && (
        <List operators={asked.data} onRemove={setRemoving} />
      )}
      <AddOperator open={adding} onClose={done} />
      <ConfirmDialog
        title={`Remove ${removing ?? ''}?`}
        open={removing !== undefined}
        action="Remove the operator"
        run={remove}
        onClose={done}
      >
        The key is no good from then on, and whoever is signed in with it is signed out.
      </ConfirmDialog>
    </Panel>
  );
}

interface ListProps {
  readonly operators: readonly api.Operator[];
  readonly onRemove: (name: string) => void;
}

function List({ operators, onRemove }: ListProps) {
  const now = useNow();
  const columns: readonly Column<api.Operator>[] = [
    { title: 'Name', cell: ({ name }) => <b>{name}</b> },
    { title: 'Sites', cell: ({ sites }) => sites?.join(', ') ?? 'All' },
    {
      title: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt ? agoText(lastUsedAt, now) : <span class="quiet">never</span>,
    },
    { title: 'Added', cell: ({ createdAt }) => dateTimeText(createdAt) },
    {
      title: 'Remove',
      untitled: true,
      align: 'right',
      cell: ({ name }) => (
        <Button size="s" kind="danger" onClick={() => onRemove(name)}>
          Remove<span class="unseen"> {name}</span>
        </Button>
      ),
    },
  ];
  return (
    <Table caption="Operators" columns={columns} rows={operators} keyOf={({ name }) => name} />
  );
}
