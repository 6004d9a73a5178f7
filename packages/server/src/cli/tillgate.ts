#!/usr/bin/env node
// The command `tillgate`: runs the arguments of this process and ends with their exit code. An older Node fails at
// what the other modules import, so they are loaded after a look at its version.

/** As `engines` of the package says. */
const NEEDED_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED_NODE) {
  process.stderr.write(`Tillgate needs Node ${NEEDED_NODE} or newer; this is ${process.version}\n`);
  process.exit(1);
}

// A reader that closes early, such as `head`, or a terminal that is gone must not end a payment.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const { runCommandLine } = await import('./run-command-line.ts');
const { code, failed } = await runCommandLine(process.argv.slice(2));
// After a failure, a gateway that could not start may have left something running.
if (failed) process.exit(code);
process.exitCode = code;

export {};
