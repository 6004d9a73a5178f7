// One kind of payment of `tillgate trigger`, and what it is asked for.

interface TriggerValues {
  readonly uri?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
  readonly table?: string;
  readonly waiter?: string;
}

/** What was asked for. */
export interface Triggered {
  readonly values: TriggerValues;
  readonly tid: string;
  /** At the counter; in pence or cents. */
  readonly amount: number;
  /** Part of the bill at a table; all of it if absent. */
  readonly part?: number;
}

export interface Kind {
  readonly about: string;
  /** The end of a TID that plays it [C-10.3]. */
  readonly letters: string;
  /** Returns the exit code. */
  readonly run: (asked: Triggered) => Promise<number>;
}
