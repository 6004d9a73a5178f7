// The address of a gateway as the specification writes it: what `serve` prints and what the till's
// commands use by default.

import { splitAddress } from '@tillgate/protocol';
import { EXAMPLE_TOKEN } from '../application/handshake/handshake.ts';

const PARTNER_PARAMETERS = 'api-version=v1&software-house-id=ABC123&installer-id=123ABC';

/** `gateway` such as `ws://127.0.0.1:8765`. */
export function tillAddress(gateway: string, integration: 'pac' | 'pat', token?: string): string {
  const credential = token === undefined ? '' : `token=${token}&`;
  return `${gateway}/${integration}?${credential}${PARTNER_PARAMETERS}`;
}

/** Where a gateway on this machine serves HTTP. */
export const localGateway = 'http://127.0.0.1:8765';

/** A gateway on this machine with its test site. */
export const localPacAddress = (): string =>
  tillAddress('ws://127.0.0.1:8765', 'pac', EXAMPLE_TOKEN);

/** The same, for a waiter; the card machine is still to be named. */
export const localWaiterAddress = (): string => `ws://127.0.0.1:8765/waiter?token=${EXAMPLE_TOKEN}`;

/** The parameters of an address, under the names that they mean [C-2.27]. */
export function parametersOf(uri: string): URLSearchParams {
  return new URLSearchParams(splitAddress(uri).query);
}

/** Whether an address leads to the public test site, which only a local gateway has. */
export function isTestSite(uri: string): boolean {
  return parametersOf(uri).get('token') === EXAMPLE_TOKEN;
}
