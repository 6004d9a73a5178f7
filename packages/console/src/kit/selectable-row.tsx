// A row of a list of which one is looked at.

import './selectable-row.css';
import type { ComponentChildren } from 'preact';

interface SelectableRowProps {
  /** Whether it is the one. */
  readonly selected: boolean;
  readonly onSelect: () => void;
  /** Class that lays out what is inside. */
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
