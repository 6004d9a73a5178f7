// Warnings about what is refused or held back: for each kind one at once, then one a minute with how often
// and from where, however many there are.

import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Observer, RefusalKind } from '../../ports/observer.ts';

type Warn = (message: string, details: object) => void;

const INTERVAL_MS = 60_000;
/** Sources counted apart in one interval, and named in a warning. */
const MAX_COUNTED = 1_000;
const MAX_NAMED = 3;

const sentences: Readonly<Record<RefusalKind, string>> = {
  token: 'handshakes with a wrong token were refused',
  terminalKey: 'handshakes with a wrong key of a card machine were refused',
  pairingCode: 'pairings with a wrong code were refused',
  voidPairingCode: 'pairing codes became void after too many wrong ones for their card machine',
  operatorKey: 'requests with a wrong key of an operator were refused',
  origin: 'requests of pages from elsewhere were refused',
  connectionBudget:
    'connections send more messages than connectionMessages allows and are read more slowly',
  siteBudget:
    'connections of a site send more messages than siteMessages allows and are read more slowly',
  addressBudget:
    'connections from an address send more messages than addressMessages allows and are read more slowly',
  descriptors: 'connections were not accepted because the process has no file descriptor left',
  pendingSockets:
    'more sockets wait for their clients than maxPendingSockets allows; the oldest are dropped',
  pendingSocketsPerAddress:
    'more sockets from an address wait than maxPendingSocketsPerAddress allows; the oldest are dropped',
  node: 'connections to the port of the nodes were refused: they did not prove to be of this cluster',
};

export class RefusalWarnings {
  readonly #clock: Clock;
  readonly #warn: Warn;
  /** What was counted of each kind since its last warning. */
  readonly #counted = new Map<RefusalKind, Map<string, number>>();
  readonly #timers = new Map<RefusalKind, Cancel>();

  constructor(clock: Clock, warn: Warn) {
    this.#clock = clock;
    this.#warn = warn;
  }

  /** The observer, with these warnings. */
  around(observer: Observer): Observer {
    return {
      ...observer,
      refused: (kind, from) => {
        observer.refused(kind, from);
        this.count(kind, from);
      },
    };
  }

  /** Ends the timers; what was counted since the last warnings is not said. */
  close(): void {
    for (const cancel of this.#timers.values()) cancel();
  }

  count(kind: RefusalKind, from: string): void {
    const counted = this.#counted.get(kind);
    if (!counted) {
      this.#report(kind, new Map([[from, 1]]));
      return;
    }
    const known = counted.has(from) || counted.size < MAX_COUNTED ? from : 'others';
    counted.set(known, (counted.get(known) ?? 0) + 1);
  }

  /** Warns, and counts for the next warning; without anything to count the next one comes at once. */
  #report(kind: RefusalKind, counted: ReadonlyMap<string, number>): void {
    const most = [...counted].toSorted(([, a], [, b]) => b - a).slice(0, MAX_NAMED);
    const count = [...counted.values()].reduce((sum, one) => sum + one, 0);
    this.#warn(sentences[kind], { kind, count, from: Object.fromEntries(most) });
    const next = new Map<string, number>();
    this.#counted.set(kind, next);
    const cancel = this.#clock.after(INTERVAL_MS, () => {
      this.#timers.delete(kind);
      if (next.size > 0) this.#report(kind, next);
      else this.#counted.delete(kind);
    });
    this.#timers.set(kind, cancel);
  }
}
