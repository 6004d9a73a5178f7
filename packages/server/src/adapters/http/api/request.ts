// Parses path, query and body of an admin request and validates them against the declaration of the route;
// each violation names its place.

import type { IncomingMessage } from 'node:http';
import type { api } from '@tillgate/protocol';
import { findViolations } from '@tillgate/protocol';
import { AdminRefusal } from '../../../application/admin/admin.ts';
import type { FoundRoute } from './routes.ts';

/** Longest body that is read, in bytes. */
const MAX_BODY_BYTES = 65_536;

export function readParams({ route, segments }: FoundRoute): unknown {
  const params = Object.entries(segments).map(([name, text]) => [
    name,
    coerced(route.params, name, text),
  ]);
  return validated('path', route.params, Object.fromEntries(params));
}

export function readQuery({ route, query }: FoundRoute): unknown {
  const names = [...new Set(query.keys())];
  const twice = names.filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0) {
    refuse(twice.map((name) => ({ ...at('query', name), expected: 'once', got: 'several' })));
  }
  const values = names.map((name) => [name, coerced(route.query, name, query.get(name) ?? '')]);
  return validated('query', route.query, Object.fromEntries(values));
}

/** Refuses with `wrongType`, `tooLarge`, `notJson` or `unfit`. */
export async function readBodyOf(request: IncomingMessage, { body }: api.Route): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(?:; *charset="?utf-8"? *)?$/i.test(type)) {
    throw new AdminRefusal('wrongType');
  }
  return validated('body', body ?? {}, parsed(await readBody(request)));
}

/** Converts the text of an address to the type of the schema; text that is no number stays text. */
function coerced(schema: object, name: string, text: string): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  switch (Object.hasOwn(properties, name) ? properties[name]?.type : undefined) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    default:
      return text;
  }
}

type Location = api.UnfitPart['in'];

function validated(part: Location, schema: object, value: unknown): unknown {
  const faults = findViolations(schema, value);
  if (faults.length > 0) refuse(faults.map((fault) => ({ in: part, ...fault })));
  return value;
}

function refuse(errors: readonly api.UnfitPart[]): never {
  throw new AdminRefusal('unfit', undefined, { errors });
}

function at(part: Location, name: string) {
  // The name of an unknown parameter is masked and shortened like any other input.
  const [fault] = findViolations(
    { type: 'object', properties: {}, additionalProperties: false },
    { [name]: '' },
  );
  return { in: part, path: fault?.path ?? '' };
}

function parsed(bytes: Buffer): unknown {
  const value = parsedOrNot(bytes);
  if (value === undefined) throw new AdminRefusal('notJson');
  return value;
}

/** The parsed JSON; undefined if it is none, since no JSON value is undefined. */
function parsedOrNot(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** A body that is too long is not read to its end: the response closes the connection. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const refuseIt = (): void => {
      request.off('data', take).pause();
      reject(new AdminRefusal('tooLarge', `More than ${MAX_BODY_BYTES} bytes.`));
    };
    const take = (part: Buffer): void => {
      length += part.length;
      parts.push(part);
      if (length > MAX_BODY_BYTES) refuseIt();
    };
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      refuseIt();
      return;
    }
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('error', reject);
    request.once('close', () => reject(new AdminRefusal('notJson', 'The body was cut off.')));
  });
}
