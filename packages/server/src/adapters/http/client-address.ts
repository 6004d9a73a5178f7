// Where a request comes from: the address in one spelling, for the log, and the network that failed
// attempts are counted by [C-2.20].

import type { IncomingMessage } from 'node:http';
import { isIP, SocketAddress } from 'node:net';
import type { ClientAddress } from '../../application/handshake/handshake.ts';

/**
 * The address of the client, which behind a proxy is the last of X-Forwarded-For: the proxy added it.
 * The address of the socket if the header names none.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  behindProxy: boolean,
): ClientAddress {
  const list = behindProxy ? String(headers['x-forwarded-for'] ?? '') : '';
  const last = list.split(',').findLast((entry) => entry.trim() !== '') ?? '';
  const address = addressIn(last) ?? addressIn(socket.remoteAddress ?? '') ?? '';
  return { address, network: networkOf(address) };
}

/**
 * The address in an entry of X-Forwarded-For, as proxies write it: quoted, in brackets, with a port;
 * undefined if there is none. An IPv4-mapped IPv6 address is the IPv4 address.
 */
export function addressIn(entry: string): string | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^\]]+)\](:\d*)?$/.exec(text)?.[1];
  // An IPv6 address may end in digits: the port is taken off only what is no address.
  return canonical(bracketed ?? text) ?? canonical(text.replace(/:\d{1,5}$/, ''));
}

function canonical(text: string): string | undefined {
  const version = isIP(text);
  if (version !== 6) return version === 4 ? text : undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** What failures are counted by: an IPv6 address counts by its first 64 bits [C-2.20]. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groups = before === '' ? [] : before.split(':');
  if (after !== undefined) {
    // The last 32 bits may be written as an IPv4 address, which is two groups.
    const behind = after
      .replace(/\d+\.[\d.]+$/, '0:0')
      .split(':')
      .filter(Boolean);
    groups.push(...Array<string>(8 - groups.length - behind.length).fill('0'), ...behind);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
