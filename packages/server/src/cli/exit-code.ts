// How the command line says what it was given wrong, and how it ends.

/** Exit codes, as `tillgate --help` documents them. */
export const exitCode = {
  approved: 0,
  done: 0,
  notApproved: 1,
  refused: 1,
  usage: 2,
  unknown: 3,
  notConnected: 4,
} as const;

/** Wrong words on the command line; nothing was done. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** Ends the command with this code, after saying why. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Ended';
    this.exitCode = exitCode;
  }
}
