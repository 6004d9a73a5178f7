// The exit codes of the command line, and the errors that end a command with one.

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

/** Wrong arguments on the command line; nothing was done. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** Ends the command with this code and message. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
