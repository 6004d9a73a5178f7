// Whether the viewport is too narrow for two panes side by side.

import { signal } from '@preact/signals';

const query = matchMedia('(max-width: 899px)');

export const isNarrow = signal(query.matches);
query.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});
