// The port for traces: what a payment, report or table session consists of, and how long each part takes. No
// token, card number or receipt text may pass through here [C-2.4, C-12.21].

export interface TracedActivity {
  /** `SITE/TID/NUMBER`, as in its summary. */
  readonly id: string;
  readonly site: string;
  readonly tid: string;
  /** Such as `SALE`, `END_OF_DAY` or `TABLE`. */
  readonly type: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether it is taken up after a restart, or by another node. */
  readonly resumed: boolean;
}

/** A part of an activity that takes time. */
export type TracedPart =
  /** From an event to its durable write. */
  | 'journal commit'
  /** From hand-over to the end that the machine, or a limit, gives. */
  | 'card machine'
  /** The till is asked whether a signature is right. */
  | 'signature question'
  /** The till is asked for a table. */
  | 'lock question'
  /** The till is told what was paid at a table, and may be asked for its final receipt. */
  | 'table closing'
  /** From the durable outcome until the till is known to have it. */
  | 'delivery';

/** Words of the gateway's own, and yes or no. */
export type TraceFacts = Readonly<Record<string, string | boolean>>;

/** The trace of one activity in this process. */
export interface ActivityTrace {
  /** A part begins. The returned function ends it; `failed` says that it did not do what it is for. */
  part(name: TracedPart, facts?: TraceFacts): EndPart;
  /** Something happened that takes no time. */
  note(name: string, facts?: TraceFacts): void;
  /** The activity itself has ended; a delivery may go on. */
  end(facts?: TraceFacts, failed?: boolean): void;
}

export type EndPart = (facts?: TraceFacts, failed?: boolean) => void;

export interface Tracer {
  begin(activity: TracedActivity): ActivityTrace;
}
