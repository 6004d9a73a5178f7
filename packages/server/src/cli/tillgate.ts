#!/usr/bin/env node
// The command `tillgate`: runs the arguments of this process and ends with their exit code.

import { runCommandLine } from './run-command-line.ts';

// A reader that closes early, such as `head`, must not end a payment.
process.stdout.on('error', () => {});

const { code, failed } = await runCommandLine(process.argv.slice(2));
// After a failure, a gateway that could not start may have left something running.
if (failed) process.exit(code);
process.exitCode = code;
