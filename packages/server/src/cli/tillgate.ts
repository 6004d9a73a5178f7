#!/usr/bin/env node
// The command `tillgate`: runs the arguments of this process and ends with their exit code. An older Node fails at
// what the other modules import, so they are loaded after a look at its version.

import module from 'node:module';
import { join } from 'node:path';

/** As `engines` of the package says. */
const NEEDED_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED_NODE) {
  process.stderr.write(`Tillgate needs Node ${NEEDED_NODE} or newer; this is ${process.version}\n`);
  process.exit(1);
}

// The executable has its compiled code inside.
if (!process.getBuiltinModule('node:sea').isSea()) cacheCompiledCode();

// A reader that closes early, such as `head`, or a terminal that is gone must not end a payment.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

void run();

async function run(): Promise<void> {
  const { runCommandLine } = await import('./run-command-line.ts');
  const { code, failed } = await runCommandLine(process.argv.slice(2));
  // After a failure, a gateway that could not start may have left something running.
  if (failed) process.exit(code);
  process.exitCode = code;
}

/** The next start reads what this one has compiled, from a folder that belongs to the user alone. */
function cacheCompiledCode(): void {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const caches = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  if (caches) module.enableCompileCache(join(caches, 'tillgate'));
}
