// Why something asked by an operator is not done, by a name of the one table of problems.

import { api } from '@tillgate/protocol';
import { MOVING } from '../handshake/handshake-error.ts';

interface Extra {
  /** What does not fit, part by part. */
  readonly errors?: readonly api.UnfitPart[];
  /** Whole seconds to wait. */
  readonly retryAfterS?: number;
}

export class AdminRefusal extends Error {
  readonly problem: api.ProblemName;
  readonly extra: Extra;

  /** `detail` is a sentence for people, without secrets. */
  constructor(problem: api.ProblemName, detail?: string, extra: Extra = {}) {
    super(detail ?? api.problems[problem].title);
    this.name = 'AdminRefusal';
    this.problem = problem;
    this.extra = extra;
  }
}

/** The site is on another node, which cannot be reached, or is about to be; to wait for as long as a till does [C-2.33]. */
export function siteMoving(): AdminRefusal {
  return new AdminRefusal('moving', undefined, { retryAfterS: MOVING.retryAfterS });
}

/** A value that fits its schema and still cannot be. */
export function unfit(path: string, expected: string, got: string): AdminRefusal {
  const errors = [{ in: 'body', path, expected, got } as const];
  return new AdminRefusal('unfit', undefined, { errors });
}
