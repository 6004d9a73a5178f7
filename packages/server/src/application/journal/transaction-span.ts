// When a transaction, report or table began and ended, and which request it answers: what its frames are found by.

import type { Activity } from '../../domain/activity.ts';
import { isTable } from '../../domain/activity.ts';

/** All times in milliseconds since 1970. */
export interface TransactionSpan {
  /** `site/tid/activityId`, as in the summary. */
  readonly id: string;
  readonly startedAt: number;
  /** Undefined while it is open. */
  readonly endedAt: number | undefined;
  /** When the last of its events happened. */
  readonly lastAt: number;
  /** Of the till's request; undefined of a table. */
  readonly requestId: unknown;
}

/** Of an activity in this state, whose last event happened at `lastAt`. */
export function spanOf(id: string, activity: Activity, lastAt: number): TransactionSpan {
  const { startedAt } = activity;
  if (isTable(activity)) {
    const endedAt = activity.phase === 'closed' ? activity.lastActivityAt : undefined;
    return { id, startedAt, endedAt, lastAt, requestId: undefined };
  }
  const endedAt = activity.phase === 'ended' ? activity.endedAt : undefined;
  return { id, startedAt, endedAt, lastAt, requestId: activity.requestedBy?.requestId };
}
