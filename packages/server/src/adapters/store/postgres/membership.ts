// The row of this process among the nodes of a database. It is renewed in a session of its own, so that no slow
// statement ends the node's time; a node that cannot renew stops in time, before another may declare it dead.

import { createHmac } from 'node:crypto';
import type { Client, ClientConfig } from 'pg';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import type { LeaseEnd, NodeAddress } from '../../../ports/ownership.ts';
import { releaseAll } from './claims.ts';
import type { Session } from './client.ts';
import { connect, reasonOf } from './client.ts';

/** Renewals in the time of a lease. */
const RENEWALS = 4;
/** Attempts, in the time of a lease, while the database is away. */
const ATTEMPTS = 16;
/** A node whose clock is further from that of the database takes no sites: limits of payments would be wrong. */
const MAX_CLOCK_OFFSET_MS = 2_000;
/** Any number that other programs are unlikely to lock: the bytes of `NODE`. */
const NODE_LOCK = 0x4e4f4445;
/** Rows of dead nodes are kept for so long. */
const DEAD_NODE_LIFE = '30 days';

export interface NodeOptions {
  /** What people call it; no two living nodes have the same. */
  readonly name: string;
  /** Where other nodes reach it. */
  readonly host: string;
  readonly port: number;
}

export interface MembershipDeps {
  readonly config: ClientConfig;
  readonly clock: Clock;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
  readonly node: NodeOptions;
  readonly leaseMs: number;
  /** That of the cluster: a node with another one is refused. Not compared if absent. */
  readonly secret?: string | undefined;
  /** Another one that other nodes may have, while the secret is exchanged. */
  readonly otherSecret?: string | undefined;
  /** Called with the id of this node, each time it has a new one. */
  readonly onNode: (id: string) => void;
  readonly onWarning: (message: string) => void;
  /** Called in the session of each renewal; if it fails, the renewal has failed. */
  readonly onRenewing: (client: Client) => Promise<void>;
  /** Called after each renewal. */
  readonly onRenewed: () => void;
  /** Called when sites have become free: those of a dead node, or those that this one had before it could not renew. */
  readonly onFreed: () => void;
  /** Called when everything that this node has is over. */
  readonly onOver: (why: LeaseEnd) => void;
}

const RENEW = `UPDATE node SET expires = clock_timestamp() + $2::float8 * interval '1 ms'
  WHERE id = $1 AND NOT dead
  RETURNING extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

const DECLARE_DEAD = `UPDATE node SET dead = true WHERE NOT dead AND expires < clock_timestamp()
  RETURNING name`;

/** When the first of the other nodes may be declared dead if it does not renew, in ms; $1: this node. */
const NEXT_EXPIRY = `SELECT extract(epoch FROM min(expires) - clock_timestamp())::float8 * 1000 AS "inMs"
  FROM node WHERE id <> $1 AND NOT dead`;

const NAMESAKE = `SELECT host, port FROM node
  WHERE name = $1 AND id <> $2 AND NOT dead AND expires >= clock_timestamp()`;

/** The nodes that have a secret; all have the same, unless it is being exchanged. */
const OTHERS = `SELECT id, name, secret_mac AS mac FROM node
  WHERE secret_mac IS NOT NULL AND id <> $1 AND NOT dead AND expires >= clock_timestamp()`;

const REGISTER = `INSERT INTO node (id, name, host, port, expires, secret_mac)
  VALUES ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 ms', $6)
  ON CONFLICT (id) DO NOTHING`;

const LEAVE = `WITH released AS (DELETE FROM owner WHERE node = $1)
  DELETE FROM node WHERE id = $1`;

export class Membership {
  readonly #deps: MembershipDeps;
  #id: string;
  #isRegistered = false;
  #session: Session | undefined;
  /** When this node must have renewed, on the monotonic clock. */
  #deadline = Number.NEGATIVE_INFINITY;
  /** When the last renewal was sent, and the first of those that followed each other without a gap. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  #steadySince = Number.POSITIVE_INFINITY;
  /** When this node renews at the latest, to find out whether another one has: its time is over then. */
  #nextExpiry = Number.POSITIVE_INFINITY;
  #term = 0;
  /** Why the last renewal failed. */
  #failure: string | undefined;
  #clockOffsetMs = 0;
  #renewing: Promise<void> = Promise.resolve();
  #cancelRenewal: Cancel | undefined;
  #cancelDeadline: Cancel | undefined;
  #closed = false;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
    this.#id = deps.clock.id();
  }

  /** Registers this node, in place of `replaces`. Rejects if there can be no session, or a living node has its name. */
  async open(replaces: string | undefined): Promise<void> {
    // Nothing is held yet, so that this may take as long as any other request.
    const session = await connect(this.#deps.config);
    this.#session = session;
    await this.#renew(replaces).finally(() => session.close());
    this.#session = undefined;
    this.#renewLater(this.#deps.leaseMs / RENEWALS);
  }

  /** Changes when all that this node had is over. */
  get term(): number {
    return this.#term;
  }

  get address(): NodeAddress {
    const { host, port } = this.#deps.node;
    return { id: this.#id, host, port };
  }

  /** Whether no other node may have declared this one dead. */
  holds(): boolean {
    return this.#deps.monotonic() < this.#deadline;
  }

  /**
   * Whether this node may declare others dead: it has renewed for a whole lease without a gap. In a gap the database may
   * have been away, and nobody could renew.
   */
  mayDeclare(): boolean {
    const { monotonic, leaseMs } = this.#deps;
    const now = monotonic();
    return this.holds() && now - this.#steadySince >= leaseMs && !this.#isGap(now);
  }

  /** Why this node may take no sites. */
  get fault(): string | undefined {
    if (!this.holds()) {
      return `this node could not renew its lease${this.#failure ? `: ${this.#failure}` : ''}`;
    }
    if (this.#clockOffsetMs > MAX_CLOCK_OFFSET_MS) {
      const seconds = (this.#clockOffsetMs / 1_000).toFixed(1);
      return `the clock of this node differs from that of the database by ${seconds} s`;
    }
    return undefined;
  }

  /** Removes the node and what it owns, if the database can be reached. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRenewal?.();
    this.#cancelDeadline?.();
    this.#deadline = Number.NEGATIVE_INFINITY;
    await this.#renewing;
    try {
      const { client } = await this.#connected();
      await client.query(LEAVE, [this.#id]);
    } catch {
      // The row expires.
    }
    await this.#session?.close();
  }

  #renewLater(delayMs: number): void {
    if (this.#closed) return;
    this.#cancelRenewal = this.#deps.clock.after(delayMs, () => {
      this.#renewing = this.#tryRenewal();
    });
  }

  async #tryRenewal(): Promise<void> {
    const { monotonic, leaseMs } = this.#deps;
    const startedAt = monotonic();
    try {
      await this.#renew();
      this.#failure = undefined;
      if (!this.#closed) this.#deps.onRenewed();
      const nextAt = Math.min(startedAt + leaseMs / RENEWALS, this.#nextExpiry);
      this.#renewLater(Math.max(0, nextAt - monotonic()));
    } catch (error) {
      this.#failure = reasonOf(error);
      this.#session?.cut();
      this.#session = undefined;
      this.#renewLater(leaseMs / ATTEMPTS);
    }
  }

  async #renew(replaces?: string): Promise<void> {
    const { clock, monotonic, leaseMs, onRenewing, onFreed } = this.#deps;
    const { client } = await this.#connected();
    if (!this.#isRegistered) await this.#register(client, replaces);
    const startsAnew = !this.holds();
    if (startsAnew) this.#over('lapsed');
    const sentAt = monotonic();
    const clockBefore = clock.now();
    const { rows } = await client.query({
      name: 'renew',
      text: RENEW,
      values: [this.#id, leaseMs],
    });
    const clockAfter = clock.now();
    if (!rows[0]) return this.#goOnAsAnother();
    // What it had before is free, for whoever is asked first.
    if (startsAnew) await releaseAll(client, this.#id);
    await onRenewing(client);
    const isLate = monotonic() >= sentAt + leaseMs || !(startsAnew || this.holds());
    if (isLate) throw new Error('the database has answered too late');
    this.#extend(sentAt);
    this.#clockOffsetMs = Math.max(0, clockBefore - rows[0].now, rows[0].now - clockAfter);
    const mayDeclare = this.mayDeclare();
    const hasDeclared = mayDeclare && (await this.#declareDead(client));
    this.#nextExpiry = mayDeclare ? await this.#readNextExpiry(client) : Number.POSITIVE_INFINITY;
    if (startsAnew || hasDeclared) onFreed();
  }

  /** In one transaction, so that a node that is refused has changed nothing. */
  async #register(client: Client, replaces: string | undefined): Promise<void> {
    const { node, leaseMs, secret, otherSecret } = this.#deps;
    const { name, host, port } = node;
    const accepted = [secret, otherSecret].filter((one) => one !== undefined);
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      await client.query('SELECT pg_advisory_xact_lock($1)', [NODE_LOCK]);
      if (replaces) await client.query('UPDATE node SET dead = true WHERE id = $1', [replaces]);
      const { rows } = await client.query(NAMESAKE, [name, this.#id]);
      if (rows[0]) throw new NameTaken(name, rows[0]);
      const { rows: others } = await client.query(OTHERS, [this.#id]);
      const stranger = others.find(
        ({ id, mac }) => !accepted.some((one) => mac === macOf(one, id)),
      );
      if (secret && stranger) throw new OtherSecret(stranger.name);
      await client.query('DELETE FROM node WHERE dead AND expires < now() - $1::interval', [
        DEAD_NODE_LIFE,
      ]);
      const mac = secret && macOf(secret, this.#id);
      await client.query(REGISTER, [this.#id, name, host, port, leaseMs, mac]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    }
    this.#isRegistered = true;
    this.#deps.onNode(this.#id);
  }

  /** A node that was declared dead is dead for ever. */
  async #goOnAsAnother(): Promise<void> {
    this.#over('taken');
    this.#isRegistered = false;
    this.#id = this.#deps.clock.id();
    this.#deps.onWarning(
      'Another node has declared this one dead, and its sites are free: it goes on as a new node.',
    );
    await this.#renew();
  }

  /** The time counts from before the request, so that this node's deadline passes before its row expires. */
  #extend(sentAt: number): void {
    if (this.#isGap(sentAt)) this.#steadySince = sentAt;
    this.#renewedAt = sentAt;
    if (this.#closed) return;
    this.#deadline = sentAt + this.#deps.leaseMs;
    this.#watchDeadline();
  }

  /** Two renewals were missed: others may have had one left when the database came back. */
  #isGap(now: number): boolean {
    return now - this.#renewedAt > this.#deps.leaseMs / 2;
  }

  #watchDeadline(): void {
    const { clock, monotonic } = this.#deps;
    this.#cancelDeadline?.();
    this.#cancelDeadline = clock.after(Math.max(0, this.#deadline - monotonic()), () => {
      if (this.holds()) this.#watchDeadline();
      else this.#over('lapsed');
    });
  }

  #over(why: LeaseEnd): void {
    this.#term += 1;
    this.#deadline = Number.NEGATIVE_INFINITY;
    this.#steadySince = Number.POSITIVE_INFINITY;
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    this.#cancelDeadline?.();
    this.#deps.onOver(why);
  }

  /** Returns whether there was any. */
  async #declareDead(client: Client): Promise<boolean> {
    const { rows } = await client.query(DECLARE_DEAD);
    for (const { name } of rows) {
      this.#deps.onWarning(`The node ${name} has not renewed its lease: its sites are free.`);
    }
    return rows.length > 0;
  }

  /** On the monotonic clock. */
  async #readNextExpiry(client: Client): Promise<number> {
    const { rows } = await client.query(NEXT_EXPIRY, [this.#id]);
    const inMs: number | null = rows[0].inMs;
    return inMs === null ? Number.POSITIVE_INFINITY : this.#deps.monotonic() + Math.ceil(inMs);
  }

  /** A request that is not answered in time is given up early enough to try another session. */
  async #connected(): Promise<Session> {
    const { config, leaseMs } = this.#deps;
    const limitMs = Math.ceil(leaseMs / RENEWALS);
    this.#session ??= await connect({
      ...config,
      connectionTimeoutMillis: limitMs,
      statement_timeout: limitMs,
      query_timeout: limitMs,
    });
    return this.#session;
  }
}

/** Shows, to who has the secret, that the process has it, too. */
function macOf(secret: string, id: string): string {
  return createHmac('sha256', secret).update(`node ${id}`).digest('hex');
}

/** Why a node is refused; its message is a whole sentence. */
export class NodeRefused extends Error {}

export class NameTaken extends NodeRefused {
  constructor(name: string, { host, port }: Pick<NodeAddress, 'host' | 'port'>) {
    super(`The node ${name} is running already, at ${host}:${port}: give each node its own name.`);
  }
}

export class OtherSecret extends NodeRefused {
  constructor(name: string) {
    super(`The node ${name} has another cluster secret: give all nodes of a database the same.`);
  }
}
