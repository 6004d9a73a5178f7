// A proxy in front of a PostgreSQL server that loses the request or the answer of one batch of writes, or keeps the
// renewals of a node.

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/**
 * What happens to the next batch. `cut answer`: the server commits, then both sides are cut. `cut request`: the
 * server never sees it. `cut client`: the server gets it, and the client is cut at once. `keep request`: the server
 * gets it with `deliver`, and the client hears nothing. `silence`: the server gets it, and nothing comes back.
 */
export type Loss = 'cut answer' | 'cut request' | 'cut client' | 'keep request' | 'silence';

/** The end of each answer: ReadyForQuery, outside a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** The name of the prepared statement, as it is on the wire. */
const BATCH = Buffer.from('batch\0');
const RENEW = Buffer.from('renew\0');

export class PostgresProxy {
  readonly #server = createServer((client) => this.#join(client));
  #target: string;
  readonly #sockets = new Set<Socket>();
  #loss: Loss | undefined;
  #onLost = () => {};
  #kept: (() => Promise<void>) | undefined;
  #isRefusing = false;
  #renewals: 'pass' | 'hold' | 'drop' = 'pass';
  #onHeld: (pass: () => void) => void = () => {};
  readonly #onSent: ((data: Buffer) => void)[] = [];

  /** `target` is the file of the server's socket. */
  static async start(target: string, host = '127.0.0.1'): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(target);
    proxy.#server.listen(0, host);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(target: string) {
    this.#target = target;
  }

  /** Address and port. */
  get host(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** Loses the next batch; the promise is fulfilled when it is lost. */
  lose(loss: Loss): Promise<void> {
    this.#loss = loss;
    return new Promise((resolve) => {
      this.#onLost = resolve;
    });
  }

  /** Hands over the request that was kept, and waits for the server's answer to it. */
  async deliver(): Promise<void> {
    await this.#kept?.();
  }

  /** Holds the next renewal of a node; gives what passes it on. */
  holdRenewal(): Promise<() => void> {
    this.#renewals = 'hold';
    return new Promise((resolve) => {
      this.#onHeld = resolve;
    });
  }

  /** From now on no renewal of a node reaches the server. */
  dropRenewals(): void {
    this.#renewals = 'drop';
  }

  /** Gives how often the prepared statement of that name has been sent since. */
  countOf(statement: string): () => number {
    const name = Buffer.from(`${statement}\0`);
    let count = 0;
    this.#onSent.push((data) => {
      if (data.includes(name)) count += 1;
    });
    return () => count;
  }

  /** Cuts all connections, and refuses new ones until `accept`. */
  async refuse(): Promise<void> {
    this.#isRefusing = true;
    const open = [...this.#sockets].filter((socket) => !socket.closed);
    for (const socket of open) socket.destroy();
    await Promise.all(open.map((socket) => socket.closed || once(socket, 'close')));
  }

  /** From now on connections lead to the file of another server's socket. */
  redirect(target: string): void {
    this.#target = target;
  }

  accept(): void {
    this.#isRefusing = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    const server = connect(this.#target);
    let loss: Loss | undefined;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (data) => {
      for (const onSent of this.#onSent) onSent(data);
      if (this.#loss && data.includes(BATCH)) {
        loss = this.#loss;
        this.#loss = undefined;
        this.#lose(loss, { data, client, server });
      } else if (this.#renewals !== 'pass' && data.includes(RENEW)) {
        if (this.#renewals === 'drop') return;
        this.#renewals = 'pass';
        this.#onHeld(() => server.write(data));
      } else server.write(data);
    });
    server.on('data', (data) => {
      if (loss === undefined) client.write(data);
      else if (loss === 'cut answer' && data.includes(READY)) {
        client.destroy();
        this.#onLost();
      }
    });
    client.on('close', () => {
      if (loss === undefined || loss === 'cut answer') server.destroy();
    });
    server.on('close', () => client.destroy());
  }

  #lose(
    loss: Loss,
    { data, client, server }: { data: Buffer; client: Socket; server: Socket },
  ): void {
    if (loss !== 'cut request' && loss !== 'keep request') server.write(data);
    if (loss === 'cut request') server.destroy();
    if (loss === 'cut client') client.destroy();
    if (loss === 'keep request') {
      this.#kept = async () => {
        const answer = once(server, 'data');
        server.write(data);
        await answer;
      };
    }
    if (loss !== 'cut answer') this.#onLost();
  }
}
