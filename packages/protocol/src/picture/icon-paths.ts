// The icons of outcomes as strokes on a 24 x 24 square.

import type { OutcomeWords } from '../vocabulary/outcomes.ts';

/** The icon of an outcome as the path of an SVG picture. */
export const outcomeIconPaths: Readonly<Record<OutcomeWords['icon'], string>> = {
  check: 'M4.5 12.5l5 5 10-11',
  cross: 'M6 6l12 12 M18 6L6 18',
  warn: 'M12 4L2.8 20h18.4z M12 10v4.5 M12 17.2h.01',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 7.5V12l3 2',
  minus: 'M5 12h14',
  reply: 'M10 6l-6 6 6 6 M4 12h10a6 6 0 0 1 6 6v1',
};
