// The connections that views keep for themselves, beside the lines of Connect: for the top bar.

import { signal } from '@preact/signals';

export interface OwnLine {
  /** Such as `localhost:8765 · pac v1 · Till`. */
  readonly label: string;
  readonly state: 'opening' | 'open' | 'refused' | 'closed';
}

/** By the name of its view. */
export const ownLines = signal<Readonly<Record<string, OwnLine>>>({});

/** Without a line the view has none any more. */
export function tellOwn(view: string, line: OwnLine | undefined): void {
  const { [view]: _, ...others } = ownLines.peek();
  ownLines.value = line ? { ...others, [view]: line } : others;
}
