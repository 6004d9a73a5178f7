// What is known of one thing: names and values, beside each other or one over the other.

import './description-list.css';
import type { ComponentChildren } from 'preact';

/** Left out where the value is undefined, false or empty. */
export type Fact = readonly [name: string, value: ComponentChildren];

interface FactsProps {
  readonly facts: readonly Fact[];
  /** Each name over its value, as many side by side as there is room for. */
  readonly over?: boolean;
}

export function Facts({ facts, over = false }: FactsProps) {
  return (
    <dl class="facts" data-over={over || undefined}>
      {facts.map(
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
