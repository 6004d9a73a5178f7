// All tables at a glance: what is left to pay, and who holds which.

import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { TextField } from '../../kit/field.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Tone } from '../../kit/tone.ts';
import type { Table, TableState } from './bills.ts';
import { amountDue, newTable, stateOf } from './bills.ts';
import { chooseTable, chosenTable } from './chosen-table.ts';
import { billMoney, findTable, resetTables, restaurant, saveTable } from './restaurant-store.ts';

const badges: Readonly<Record<TableState, readonly [Tone, string]>> = {
  empty: ['plain', 'Free'],
  open: ['plain', 'Open'],
  refusing: ['wait', 'Refuses locks'],
  locked: ['accent', 'Locked'],
  paid: ['good', 'Paid'],
};

export function TableListPanel() {
  const [asking, setAsking] = useState(false);
  const { tables } = restaurant.value;
  return (
    <Panel
      title="Tables"
      actions={
        <Button size="s" icon="plus" onClick={() => setAsking(true)}>
          Open a table
        </Button>
      }
    >
      {tables.length === 0 ? (
        <EmptyState icon="table" title="All tables are closed">
          <p>Open one for the next guests, or start the evening over.</p>
          <Button onClick={resetTables}>Start over</Button>
        </EmptyState>
      ) : (
        <ul class="rst-floor">
          {tables.map((table) => (
            <TableCard key={table.tableId} table={table} />
          ))}
        </ul>
      )}
      <NewTable open={asking} onClose={() => setAsking(false)} />
    </Panel>
  );
}

function TableCard({ table }: { readonly table: Table }) {
  const { tableId, lockedBy } = table;
  const [tone, word] = badges[stateOf(table)];
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosenTable.value?.tableId === tableId}
        onClick={() => chooseTable(tableId)}
      >
        <span class="rst-card-head">
          <strong>{tableId}</strong>
          <Badge tone={tone}>{word}</Badge>
        </span>
        <span class="rst-card-left">{billMoney(amountDue(table))}</span>
        <span class="rst-card-by">{lockedBy ? lockedBy.tid : 'left to pay'}</span>
      </button>
    </li>
  );
}

interface NewTableProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

function NewTable({ open, onClose }: NewTableProps) {
  const [name, setName] = useState('');
  const tableId = name.trim();
  const fault = faultOf(tableId);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (tableId === '' || fault) return;
    saveTable(newTable(tableId));
    chooseTable(tableId);
    setName('');
    onClose();
  };
  return (
    <Dialog title="Open a table" open={open} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <TextField
          label="Number or name"
          hint="As waiters know it; 1 to 32 characters."
          value={name}
          fault={fault}
          onInput={setName}
        />
        <Button kind="main" type="submit" disabled={tableId === '' || fault !== undefined}>
          Open it
        </Button>
      </form>
    </Dialog>
  );
}

function faultOf(tableId: string): string | undefined {
  if ([...tableId].length > 32) return 'At most 32 characters.';
  return findTable(tableId) && 'This table is open already.';
}
