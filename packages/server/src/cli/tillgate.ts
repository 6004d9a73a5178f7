#!/usr/bin/env node
// The command `tillgate`: finds the verb and ends with its exit code.

import { serve, serveHelp } from './serve.ts';
import { exitCode, UsageError } from './usage.ts';

interface Verb {
  readonly run: (words: readonly string[]) => Promise<number>;
  readonly help: () => string;
}

const verbs: Readonly<Record<string, Verb>> = {
  serve: { run: serve, help: serveHelp },
};

async function main([verb = '', ...words]: readonly string[]): Promise<number> {
  const found = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!found) throw new UsageError(`Unknown command "${verb}".`);
  if (words.includes('--help')) {
    process.stdout.write(`${found.help()}\n`);
    return exitCode.approved;
  }
  return found.run(words);
}

function isUsage(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return cause instanceof UsageError || String(code).startsWith('ERR_PARSE_ARGS');
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode = isUsage(cause) ? exitCode.usage : exitCode.notConnected;
  },
);
