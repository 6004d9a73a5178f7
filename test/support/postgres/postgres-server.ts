// A PostgreSQL server of a test's own, in a temporary folder and on a Unix socket; it needs Debian's package
// `postgresql`, or another installation whose programs are in the PATH.

import type { ChildProcess } from 'node:child_process';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '../wait.ts';

const run = promisify(execFile);

/** What the tests look for where no password may be. */
export const PASSWORD = 'open-sesame-4711';

export class PostgresServer {
  readonly folder: string;
  readonly #data: string;
  readonly #isDurable: boolean;
  #process: ChildProcess | undefined;
  #databases = 0;

  /** Makes a server and starts it; with a folder of its own for the data it waits for the disk, as in operation. */
  static async start(data?: string): Promise<PostgresServer> {
    const server = new PostgresServer(newFolder(), data);
    await server.#initialise();
    await server.resume();
    await server.#command(`CREATE ROLE tillgate LOGIN PASSWORD '${PASSWORD}'`);
    return server;
  }

  private constructor(folder: string, data: string | undefined) {
    this.folder = folder;
    this.#data = data ?? join(folder, 'data');
    this.#isDurable = data !== undefined;
  }

  /** Of the process that all sessions are children of. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The file of the socket, for a proxy. */
  get socket(): string {
    return join(this.folder, '.s.PGSQL.5432');
  }

  /** Makes an empty database; returns its name. */
  createDatabase(encoding = 'UTF8'): Promise<string> {
    return this.#createDatabase(`ENCODING '${encoding}'`);
  }

  /** Makes an empty database whose files are in a folder, but for the write-ahead log; returns its name. */
  async createDatabaseIn(folder: string): Promise<string> {
    own(folder);
    await this.#command(`CREATE TABLESPACE small LOCATION '${folder}'`);
    const name = await this.#createDatabase(`ENCODING 'UTF8' TABLESPACE small`);
    // The files of a new database have holes until then.
    await this.#command('CHECKPOINT');
    return name;
  }

  /** Makes a standby, without which from now on nothing is committed here, and starts it. */
  async startStandby(): Promise<PostgresServer> {
    const standby = new PostgresServer(newFolder(), undefined);
    own(standby.folder);
    chmodSync(standby.folder, 0o755);
    const from = ['--host', this.folder, '--username', 'postgres', '--checkpoint', 'fast'];
    await run(
      program('pg_basebackup'),
      ['--pgdata', standby.#data, '--write-recovery-conf', '--no-sync', ...from],
      { ...account(), cwd: standby.folder },
    );
    await standby.resume();
    await this.#command(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await this.#command('SELECT pg_reload_conf()');
    await eventually('a synchronous standby', async () => {
      const [row] = await this.#command('SELECT sync_state FROM pg_stat_replication');
      return row?.sync_state === 'sync' || undefined;
    });
    return standby;
  }

  /** Makes a standby a server that can be written. */
  async promote(): Promise<void> {
    await this.#command('SELECT pg_promote()');
  }

  async #createDatabase(options: string): Promise<string> {
    this.#databases += 1;
    const name = `test${this.#databases}`;
    await this.#command(
      `CREATE DATABASE ${name} OWNER tillgate TEMPLATE template0 LOCALE 'C' ${options}`,
    );
    return name;
  }

  async #command(sql: string) {
    const admin = await this.connect('postgres');
    const { rows } = await admin.query(sql);
    await admin.end();
    return rows;
  }

  url(database: string, password = PASSWORD): string {
    const host = encodeURIComponent(this.folder);
    return `postgres://tillgate:${password}@/${database}?host=${host}`;
  }

  /** A connection of the administrator, without a password. */
  async connect(database: string): Promise<pg.Client> {
    const client = new pg.Client({ host: this.folder, user: 'postgres', database });
    // Tests end sessions.
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /** Starts it again after `stop`. */
  async resume(): Promise<void> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.folder,
      // A test's process may be killed, but not the machine.
      fsync: this.#isDurable ? 'on' : 'off',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(program('postgres'), ['-D', this.#data, ...options], {
      ...account(),
      cwd: this.folder,
      stdio: 'ignore',
    });
    this.#process = child;
    await eventually('PostgreSQL to start', async () => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}.`);
      const client = await this.connect('postgres').catch(() => undefined);
      await client?.end();
      return client;
    });
  }

  /** Ends all sessions, then the server: SIGINT in order, SIGQUIT as in a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As `remove`, but done when it returns: for the end of the process. The server may be ending already. */
  removeNow(): void {
    const options = ['stop', '-D', this.#data, '--mode', 'immediate', '--timeout', '10'];
    const child = { ...account(), cwd: this.folder, stdio: 'ignore' } as const;
    if (this.#process) spawnSync(program('pg_ctl'), options, child);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #initialise(): Promise<void> {
    mkdirSync(this.#data, { recursive: true });
    for (const folder of [this.folder, this.#data]) own(folder);
    chmodSync(this.folder, 0o755);
    const options = ['-D', this.#data, '-U', 'postgres', '--no-sync', '--encoding=UTF8'];
    await run(program('initdb'), [...options, '--locale=C', '--auth=trust'], {
      ...account(),
      cwd: this.folder,
    });
    const access = 'local all,replication postgres trust\nlocal all all scram-sha-256\n';
    writeFileSync(join(this.#data, 'pg_hba.conf'), access);
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tillgate-pg-'));
}

/** Gives a folder to the user of the server. */
function own(folder: string): void {
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
}

/** The path of a program of PostgreSQL, of the newest installation. */
function program(name: string): string {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a)),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders.flatMap((folder) => globSync(join(folder, name)))[0];
  if (found) return found;
  throw new Error('PostgreSQL is not installed: apt-get install postgresql');
}

function version(folder: string): number {
  return Number(folder.split('/').at(-2));
}

let known: { readonly uid?: number; readonly gid?: number } | undefined;

/** The user `postgres` for root, as whom PostgreSQL does not run. */
function account() {
  known ??= process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  return known;
}

function idOf(option: string): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
}
