// The head of an HTTP request or response, as far as the proxy of a rehearsal reads and writes it.

import { STATUS_CODES } from 'node:http';

export interface HttpHead {
  /** The request line or the status line. */
  readonly first: string;
  /** By name in lower case; of several the last. */
  readonly headers: ReadonlyMap<string, string>;
}

const END = '\r\n\r\n';

/** Undefined while it has not come whole. */
export function headIn(text: Buffer): HttpHead | undefined {
  const end = text.indexOf(END);
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.subarray(0, end).toString('latin1').split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { first, headers: new Map(pairs) };
}

/** The same request or response, after which the connection is closed. */
export function closing(text: Buffer): Buffer {
  const end = text.indexOf(END);
  const lines = text.subarray(0, end).toString('latin1').split('\r\n');
  const kept = lines.filter((line) => !/^connection:/i.test(line));
  const head = [...kept, 'Connection: close'].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), text.subarray(end)]);
}

export function headersOf(headers: Readonly<Record<string, string>>): HttpHead['headers'] {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A response after which the connection is closed. */
export function responseText(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const all = { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n') + END + body;
}
