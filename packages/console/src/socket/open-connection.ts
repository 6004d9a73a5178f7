// Opens a connection of this page; apart from the list of them, so that only views that connect load what it takes.

import { addConnection } from './connections.ts';
import type { GatewayAddress } from './gateway-address.ts';
import { TillConnection } from './till-connection.ts';

let lastNumber = 0;

/** Opens a connection, selects it and returns it while it is opening. Refused connections are removed. */
export function openConnection(parts: GatewayAddress): TillConnection {
  lastNumber += 1;
  const opened = new TillConnection(parts, `line-${lastNumber}`);
  addConnection(opened);
  void opened.open();
  return opened;
}
