// Holds one message against the published schemas of its version. Pure; which request an answer
// belongs to is told to it.

import type { Dialect, Fault, Message } from '@tillgate/protocol';
import { dialects, explain } from '@tillgate/protocol';
import type { LineName } from './frame.ts';

export type Side = 'till' | 'gateway';

export interface Verdict {
  readonly message?: string;
  readonly faults: readonly Fault[];
  readonly remark?: string;
}

/** A message that `side` sends: a request, an answer or a notification. */
export interface Told {
  readonly side: Side;
  readonly kind: 'request' | 'answer' | 'notification';
  readonly method: string | undefined;
  readonly isError: boolean;
  readonly value: unknown;
  /** Where it stands in its frame: empty, or `/0` in a batch. */
  readonly path: string;
}

export function judge(line: LineName, told: Told): Verdict {
  const message = messageFor(line, told);
  if (message) {
    return { message: message.name, faults: explain(message.schema, told.value, told.path) };
  }
  return { faults: [], remark: unknown(line, told) };
}

/** The declared message that this should be; undefined if the version has none. */
export function messageFor(
  { integration, version }: Pick<LineName, 'integration' | 'version'>,
  told: Pick<Told, 'side' | 'kind' | 'method' | 'isError'>,
): Message | undefined {
  const { messages }: Dialect = dialects[version];
  const named = (name: string) =>
    messages.find(
      (one) =>
        one.name === name &&
        one.integration === integration &&
        (one.sender === told.side || one.sender === 'either'),
    );
  const { kind, method, isError } = told;
  if (kind === 'answer') return named(isError ? 'error' : `${method}.response`);
  // A request that lost its id is still best explained as the request it should be.
  if (kind === 'notification') return named(String(method)) ?? named(`${method}.request`);
  return named(`${method}.request`);
}

function unknown({ integration, version }: LineName, { kind, method, side }: Told): string {
  if (kind === 'answer' && method === undefined) return 'An answer to nothing that is open.';
  const what = kind === 'answer' ? `answer to ${method}` : `${kind} ${method}`;
  return `${version} ${integration} has no ${what} that the ${side} sends.`;
}
