// A list of names and values (`<dl>`), beside each other or each name above its value.

import './description-list.css';
import type { ComponentChildren } from 'preact';

/** Not shown if the value is undefined, false or empty. */
export type Description = readonly [name: string, value: ComponentChildren];

interface DescriptionListProps {
  readonly entries: readonly Description[];
  /** Each name above its value, as many pairs side by side as fit. */
  readonly stacked?: boolean;
}

export function DescriptionList({ entries, stacked = false }: DescriptionListProps) {
  return (
    <dl class="facts" data-over={stacked || undefined}>
      {entries.map(
        ([name, value], index) =>
          value && (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
