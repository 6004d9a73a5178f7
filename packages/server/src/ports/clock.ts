// The port for time and unique ids. Adapters: the system clock, the movable clock, and the test clock.

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Runs `then` once, not before `delayMs` (of any length) have passed; the returned function cancels it. */
  after(delayMs: number, then: () => void): Cancel;
  /** A new unique id, from 128 random bits or more (RFC 9562). */
  id(): string;
}

/** Moves a clock on for tests of tills. */
export interface ClockMover {
  /** Moves it by so many whole milliseconds and runs what is due, each at its time. */
  advance(ms: number): Promise<void>;
  /** Moves it to each timer in turn until `done` returns true; gives false if it does not within `limitMs`. */
  advanceUntil(done: () => boolean, limitMs?: number): Promise<boolean>;
}
