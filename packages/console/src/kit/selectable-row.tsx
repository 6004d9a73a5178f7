// A row of a list of which one is looked at.

import './selectable-row.css';
import type { ComponentChildren } from 'preact';

interface PickRowProps {
  /** Whether it is the one. */
  readonly now: boolean;
  readonly onPick: () => void;
  /** Class that lays out what is inside. */
  readonly layout: string;
  readonly children: ComponentChildren;
}

export function PickRow({ now, onPick, layout, children }: PickRowProps) {
  return (
    <button
      type="button"
      class={`pick-row ${layout}`}
      aria-current={now ? 'true' : undefined}
      onClick={onPick}
    >
      {children}
    </button>
  );
}
