// `tillgate fault add`: adds a fault to a test site of a running gateway.

import { readFileSync, statSync } from 'node:fs';
import type { api } from '@tillgate/protocol';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import { faultOptions, faultRow, siteOf } from './fault-request.ts';
import { requestRoute } from './gateway-api.ts';

const STDIN = '-';
/** As much as the admin API takes. */
const MAX_BYTES = 65_536;

export const command = define({
  usage: 'fault add FILE|-|JSON [options]',
  about: [
    'Adds a fault to a test site of a running gateway: when something happens, something goes wrong, so that',
    'you see what your till does. FILE has it as JSON, - reads it from stdin; JSON begins with {. Such as:',
    '  {"when":{"kind":"message","direction":"sent","method":"sale","part":"response"},"action":{"kind":"cut","place":"before"}}',
    'Its schema is schemas/fault.json, at a gateway /schemas/fault.json. Prints the id of the fault.',
  ],
  words: ['FILE|-|JSON'],
  options: faultOptions,
  run: async (values, [source = STDIN]) => {
    const body = readFault(source);
    const site = await siteOf(values);
    const answer = await requestRoute(values, 'addFault', { params: { site }, body });
    const fault = (await answer.json()) as api.Fault;
    if (values.json) {
      printJson(fault);
      return exitCode.done;
    }
    const [id, when, action] = faultRow(fault);
    print(`${id}  ${when}: ${action}`);
    return exitCode.done;
  },
});

/** The text, which is JSON; the gateway checks what it says. */
function readFault(source: string): string {
  const isText = source.trimStart().startsWith('{');
  const text = isText ? source : readSource(source);
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLong(source);
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const where = isText ? 'The fault' : clean(source === STDIN ? 'stdin' : source);
    const why = clean((cause as Error).message);
    throw new UsageError(`${where}: expected JSON: ${why}`, { cause });
  }
}

function readSource(source: string): string {
  try {
    if (source === STDIN) return readFileSync(0, 'utf8');
    if (statSync(source).size > MAX_BYTES) throw tooLong(source);
    return readFileSync(source, 'utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`Cannot read ${clean(source)}: ${clean((cause as Error).message)}`, {
      cause,
    });
  }
}

function tooLong(source: string): UsageError {
  const what = source.length > 64 ? 'The fault' : clean(source);
  return new UsageError(`${what}: expected ${MAX_BYTES} bytes at most.`);
}
