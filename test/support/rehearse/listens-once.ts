// Loaded before a gateway: it listens once, and as if the port were taken when it starts again.

import { Server } from 'node:net';

if (process.argv.includes('serve')) {
  const { listen } = Server.prototype;
  let times = 0;
  Server.prototype.listen = function (this: Server, ...given: unknown[]): Server {
    times += 1;
    if (times === 1) return Reflect.apply(listen, this, given);
    process.nextTick(() => this.emit('error', new Error('listen EADDRINUSE: address in use')));
    return this;
  } as typeof listen;
}
