// Whether the page is too narrow for two panes side by side.

import { signal } from '@preact/signals';

const query = matchMedia('(max-width: 899px)');

export const narrow = signal(query.matches);
query.addEventListener('change', ({ matches }) => {
  narrow.value = matches;
});
