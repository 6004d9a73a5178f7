// What a search has found so far, and how the newest page joins it. Pure.

import type { api } from '@tillgate/protocol';

export interface Page {
  /** Newest first. */
  readonly rows: readonly api.TransactionSummary[];
  /** For the page after; undefined if there is none. */
  readonly next?: string | undefined;
}

/** The page before with what came since; the newest page alone if they do not meet. */
export function withNewest(shown: Page | undefined, newest: Page): Page {
  const ids = new Set(newest.rows.map(({ id }) => id));
  const older = shown?.rows.filter(({ id }) => !ids.has(id)) ?? [];
  if (!shown || older.length === shown.rows.length) return newest;
  return { rows: [...newest.rows, ...older], next: older.length > 0 ? shown.next : newest.next };
}

/** The page before with the one after it. */
export function withEarlier(shown: Page, earlier: Page): Page {
  return { rows: [...shown.rows, ...earlier.rows], next: earlier.next };
}
