// What stores say when they cannot write. All of them use it.

import { StoreFault } from '../../ports/store.ts';

export function writeFault(reason: string): StoreFault {
  return new StoreFault(`Cannot write the journal: ${reason}.`, new Error(reason));
}

export function claimFault(reason: string): StoreFault {
  return new StoreFault(`Cannot find out who runs a site: ${reason}.`, new Error(reason));
}

export function closedFault(): StoreFault {
  return new StoreFault('The journal is closed.', undefined);
}
