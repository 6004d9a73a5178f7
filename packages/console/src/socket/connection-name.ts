// The names of the connections of this page, each its own, and which of them share their open requests.

import type { ConnectionName, TillConnectionName } from '../frames/frame.ts';
import { distinctLabel } from './distinct-label.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { originOf } from './gateway-address.ts';

/** The name of a till's connection; `who` replaces the epos-id in its label. */
export function tillConnectionName(
  parts: GatewayAddress,
  id: string,
  who?: string,
): TillConnectionName {
  const { integration, version, eposId, host } = parts;
  const named = integration === 'pac' && eposId !== '';
  const till = who ?? (named ? eposId : '');
  return {
    ...{ id, integration, version },
    label: distinctLabel(`${siteOf(host)} · ${integration} ${version}${till && ` · ${till}`}`),
    scope: named ? `${host} ${version} ${eposId}` : id,
  };
}

/** The name of the connection of a waiter at a virtual card machine, which has no version [C-10.14]. */
export function waiterConnectionName(
  { host }: GatewayAddress,
  id: string,
  tid: string,
): ConnectionName {
  const label = distinctLabel(`${siteOf(host)} · waiter · ${tid}`);
  return { id, label, integration: 'waiter', version: 'v1', scope: id };
}

/** The first label of the host, which names the site [C-2.3]; the host itself where it does not. */
function siteOf(host: string): string {
  const name = originOf(host).replace(/^wss?:\/\//, '');
  return /^[a-z][\w-]*\./i.test(name) ? (name.split('.')[0] ?? name) : name;
}
