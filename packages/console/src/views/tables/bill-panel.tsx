// One table: its bill to be edited, what was paid, who holds it, and what a card machine prints.

import { useState } from 'preact/hooks';
import { Badge } from '../../kit/badge.tsx';
import { Button, IconButton } from '../../kit/button.tsx';
import { Check, Segmented } from '../../kit/field.tsx';
import { Notice, Panel } from '../../kit/panel.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import type { Booking, Item, Table } from './bills.ts';
import {
  amountDue,
  billLines,
  canClose,
  changeItem,
  finalLines,
  gratuity,
  methodOf,
  offBill,
  paid,
  total,
  unlocked,
} from './bills.ts';
import { chosenTable } from './chosen-table.ts';
import { billMoney, closeTable, saveTable } from './restaurant-store.ts';

const menu: readonly Omit<Item, 'quantity'>[] = [
  { name: 'Soup of the day', price: 650 },
  { name: 'Ploughman’s lunch', price: 1450 },
  { name: 'Fish and chips', price: 1595 },
  { name: 'Roast beef', price: 1850 },
  { name: 'Sticky toffee pudding', price: 695 },
  { name: 'Bitter, pint', price: 520 },
  { name: 'House wine, bottle', price: 2290 },
  { name: 'Coffee', price: 310 },
];

export function BillPanel() {
  const table = chosenTable.value;
  if (!table) return null;
  const { tableId } = table;
  return (
    <Panel
      title={`Table ${tableId}`}
      actions={
        <Button
          size="s"
          icon="cross"
          disabled={!canClose(table)}
          title={canClose(table) ? 'For the next guests' : 'There is still something to pay'}
          onClick={() => closeTable(tableId)}
        >
          Close the table
        </Button>
      }
    >
      <div class="rst-bill">
        <div class="stack rst-sums">
          <Lock table={table} />
          <Items table={table} />
          <Sums table={table} />
          <Bookings table={table} />
        </div>
        <Prints table={table} />
      </div>
    </Panel>
  );
}

function Lock({ table }: { readonly table: Table }) {
  const { lockedBy, refusing } = table;
  if (lockedBy) {
    const waiter = lockedBy.waiterId === undefined ? '' : `, waiter ${lockedBy.waiterId}`;
    return (
      <Notice title={`Locked by card machine ${lockedBy.tid}${waiter}`}>
        <p>The bill stays as it is until the card machine has left the table.</p>
        <Button size="s" onClick={() => saveTable(unlocked(table))}>
          Release it by hand
        </Button>
      </Notice>
    );
  }
  return (
    <Check
      label="Refuse card machines"
      hint="Waiters read that the table is open on the till."
      checked={refusing}
      onChange={(checked) => saveTable({ ...table, refusing: checked })}
    />
  );
}

function Items({ table }: { readonly table: Table }) {
  const { items, lockedBy } = table;
  return (
    <fieldset class="rst-items" disabled={lockedBy !== undefined}>
      <legend class="unseen">Items</legend>
      {items.length === 0 && (
        <p class="quiet">Nothing is ordered yet. Press what the guests want.</p>
      )}
      <ul>
        {items.map((item) => (
          <li key={`${item.name} ${item.price}`}>
            <Count table={table} item={item} />
            <span class="rst-item">{item.name}</span>
            <span>{billMoney(item.quantity * item.price)}</span>
          </li>
        ))}
      </ul>
      <div class="rst-menu">
        {menu.map((dish) => (
          <Button
            key={dish.name}
            size="s"
            icon="plus"
            disabled={lockedBy !== undefined}
            title={billMoney(dish.price)}
            onClick={() => saveTable(changeItem(table, dish, 1))}
          >
            {dish.name}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}

function Count({ table, item }: { readonly table: Table; readonly item: Item }) {
  const { name, quantity } = item;
  const disabled = table.lockedBy !== undefined;
  return (
    <span class="rst-count">
      <IconButton
        size="s"
        icon="minus"
        label={`One ${name} fewer`}
        disabled={disabled}
        onClick={() => saveTable(changeItem(table, item, -1))}
      />
      <span>{quantity}</span>
      <IconButton
        size="s"
        icon="plus"
        label={`One more ${name}`}
        disabled={disabled}
        onClick={() => saveTable(changeItem(table, item, 1))}
      />
    </span>
  );
}

function Sums({ table }: { readonly table: Table }) {
  const rows: readonly (readonly [string, string])[] = [
    ['Bill', billMoney(total(table))],
    ['Paid', billMoney(paid(table))],
    ...(gratuity(table) > 0 ? [['Gratuity on top', billMoney(gratuity(table))] as const] : []),
    ['Left to pay', billMoney(amountDue(table))],
  ];
  return (
    <dl class="rst-totals">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Bookings({ table: { bookings } }: { readonly table: Table }) {
  if (bookings.length === 0) return null;
  return (
    <section class="rst-bookings" aria-label="Payments booked">
      <h3>Payments booked</h3>
      <ul>
        {bookings.map((booking) => (
          <li key={booking.paymentId}>
            <span>
              {methodOf(booking)} <span class="quiet">{aboutOf(booking)}</span>
            </span>
            {booking.amountGratuity > 0 && (
              <Badge tone="good">+ {billMoney(booking.amountGratuity)}</Badge>
            )}
            <span>{billMoney(offBill(booking))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function aboutOf({ time, tid, waiterId }: Booking): string {
  const at = new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return [at, tid, waiterId !== undefined && `waiter ${waiterId}`].filter(Boolean).join(', ');
}

function Prints({ table }: { readonly table: Table }) {
  const [what, setWhat] = useState<'bill' | 'final'>('bill');
  const lines = what === 'bill' ? billLines(table) : finalLines(table);
  return (
    <div class="rst-prints">
      <Segmented
        label="What a card machine prints"
        value={what}
        options={[
          { value: 'bill', label: 'Bill' },
          { value: 'final', label: 'Final receipt' },
        ]}
        onChange={setWhat}
      />
      <ReceiptView title={what === 'bill' ? 'Before payment' : 'After payment'} lines={lines} />
    </div>
  );
}
