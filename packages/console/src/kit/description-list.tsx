// What is known of one thing: names and values, beside each other or one over the other.

import './description-list.css';
import type { ComponentChildren } from 'preact';

/** Left out where the value is undefined, false or empty. */
export type Description = readonly [name: string, value: ComponentChildren];

interface DescriptionListProps {
  readonly entries: readonly Description[];
  /** Each name over its value, as many side by side as there is room for. */
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
