// The virtual card machines of a site: each by its name, with what is other than at the site.

import type { Currency } from '@tillgate/protocol';
import { Button, IconButton } from '../../kit/button.tsx';
import { Select, TextField } from '../../kit/field.tsx';
import { currencyOptions } from '../../kit/money.ts';
import { MoneyField } from '../../kit/money-field.tsx';
import { describeVirtualTerminal } from '../../kit/virtual-terminal.ts';
import type { MachineRow } from './site-form.ts';
import { emptyRow, maxExtras } from './site-form.ts';

interface MachinesFieldProps {
  readonly rows: readonly MachineRow[];
  /** Currency of the site. */
  readonly currency: Currency;
  /** By the key of the row. */
  readonly faults: Readonly<Record<number, string>>;
  readonly onChange: (rows: readonly MachineRow[]) => void;
}

export function MachinesField({ rows, currency, faults, onChange }: MachinesFieldProps) {
  return (
    <fieldset class="fld sit-machines">
      <legend class="fld-label">Virtual card machines (optional)</legend>
      {rows.map((row, at) => (
        <Row
          key={row.key}
          row={row}
          currency={currency}
          fault={faults[row.key]}
          onChange={(part) => onChange(rows.with(at, { ...row, ...part }))}
          onRemove={() => onChange(rows.filter((other) => other !== row))}
        />
      ))}
      <Button size="s" icon="plus" onClick={() => onChange([...rows, emptyRow(rows)])}>
        Add a machine
      </Button>
    </fieldset>
  );
}

interface RowProps {
  readonly row: MachineRow;
  readonly currency: Currency;
  readonly fault: string | undefined;
  readonly onChange: (part: Partial<MachineRow>) => void;
  readonly onRemove: () => void;
}

function Row({ row, currency, fault, onChange, onRemove }: RowProps) {
  const { tid, cashback, gratuity } = row;
  const works = row.currency || currency;
  const plays = describeVirtualTerminal(tid.trim());
  return (
    <div class="sit-machine">
      <TextField
        label="Name (TID)"
        mono
        hint={plays ? `It ${plays}.` : 'Such as VCMSHOPSIP0.'}
        fault={fault}
        value={tid}
        onInput={(value) => onChange({ tid: value })}
        after={
          <IconButton icon="trash" label={`Remove ${tid || 'this machine'}`} onClick={onRemove} />
        }
      />
      <div class="field-row">
        <Select
          label="Currency"
          value={row.currency}
          options={[{ value: '', label: 'As the site' }, ...currencyOptions]}
          onChange={(value) => onChange({ currency: value })}
        />
        <MoneyField
          label="Cashback"
          hint="Customers type it in."
          currency={works}
          value={cashback}
          max={maxExtras.cashback}
          onInput={(value) => onChange({ cashback: value })}
        />
        <MoneyField
          label="Gratuity"
          hint="Customers add it."
          currency={works}
          value={gratuity}
          max={maxExtras.gratuity}
          onInput={(value) => onChange({ gratuity: value })}
        />
      </div>
    </div>
  );
}
