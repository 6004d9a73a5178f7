// What a rule of a rehearsal is: a function from what a scenario left behind to a verdict.

import type { Evidence } from './evidence.ts';

/** `must`: money is at risk. */
export type Severity = 'must' | 'should' | 'noted';

export interface Finding {
  readonly passed: boolean;
  /** What was seen, as a sentence. */
  readonly why: string;
  /** Numbers of the frames that show it. */
  readonly frames: readonly number[];
}

export interface Rule {
  readonly severity: Severity;
  /** What the till does, as a sentence. */
  readonly about: string;
  /** Numbers of the rules of PROTOCOL.md. */
  readonly cites: readonly string[];
  /** Undefined where there is nothing to judge. */
  readonly judge: (evidence: Evidence, expected: Expected) => Finding | undefined;
}

/** What a scenario expects of the till. */
export interface Expected {
  /** What it may hold for true in the end. */
  readonly beliefs?: readonly string[];
  /** What the customer paid, pence or cents. */
  readonly amountTotal?: number;
  /** How staff answered the signature question. */
  readonly signature?: 'accept' | 'reject';
  /** Of the table, pence or cents. */
  readonly left?: number;
  readonly gratuity?: number;
}
