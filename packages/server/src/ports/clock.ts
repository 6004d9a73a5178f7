// Time and names, as a seam: what the core knows of them, and no more.

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
  /** Runs `then` once, not before `delayMs` have passed; the returned function calls it off. */
  after(delayMs: number, then: () => void): Cancel;
  /** A name never given before, from 128 random bits or more (RFC 9562). */
  id(): string;
}
