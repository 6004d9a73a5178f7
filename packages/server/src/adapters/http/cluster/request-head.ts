// The head of a client's request as it is handed on to another node.

import type { IncomingMessage } from 'node:http';

/** What is meant for this node's connection only (RFC 9110 7.6.1), and what it has answered itself. */
const OF_THIS_HOP = /^(connection|keep-alive|proxy-connection|te|upgrade|expect)$/i;

/** The head of an upgrade, as it came but for the Host. */
export function upgradeHead(request: IncomingMessage, host: string): string {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (const [name, value] of headersOf(request.rawHeaders, host)) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The headers of a request, without those of the connection; in the form of `rawHeaders`. */
export function requestHeaders({ rawHeaders }: IncomingMessage, host: string): string[] {
  return headersOf(rawHeaders, host)
    .filter(([name]) => !OF_THIS_HOP.test(name))
    .flat();
}

/**
 * Name and value of each header. The Host is the one that the client asked for, which is in the request line if
 * that has the absolute form, and absent in HTTP/1.0 (RFC 9112 3.2.2).
 */
function headersOf(rawHeaders: readonly string[], host: string): [string, string][] {
  const headers: [string, string][] = [['Host', host]];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^host$/i.test(name)) headers.push([name, value]);
  }
  return headers;
}
