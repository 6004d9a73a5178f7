// A row of a list in which one row is selected.

import './selectable-row.css';
import type { ComponentChildren } from 'preact';

interface SelectableRowProps {
  readonly selected: boolean;
  readonly onSelect: () => void;
  /** CSS class of the layout of the row. */
  readonly layout: string;
  readonly children: ComponentChildren;
}

export function SelectableRow({ selected, onSelect, layout, children }: SelectableRowProps) {
  return (
    <button
      type="button"
      class={`pick-row ${layout}`}
      aria-current={selected ? 'true' : undefined}
      onClick={onSelect}
    >
      {children}
    </button>
  );
}
