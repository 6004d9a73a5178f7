// The queue in front of the writer's thread: all writes that meet share one commit. Knows threads
// and messages, not SQL.

import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Append, Write } from '../../ports/store.ts';
import { StoreFault, VersionConflict } from '../../ports/store.ts';
import type { Value } from './sqlite-batch.ts';
import { flatten } from './sqlite-batch.ts';
import type { Answer, Job, PurgePlace, WriterOptions } from './sqlite-writer.ts';

/** The writer stands beside this file, as source or built. */
const WRITER = new URL(`./sqlite-writer${extname(import.meta.url)}`, import.meta.url);

/**
 * Longest that a write waits for company. Only under load: a commit that had company expects as much
 * again, and a lone write never waits.
 */
const COMPANY_MS = 16;

interface Waiting {
  readonly append: Append | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  readonly values: Value[];
  readonly waiting: Waiting[];
  readonly touched: Set<string>;
}

export class GroupCommit {
  readonly #options: WriterOptions;
  readonly #committed: (touched: ReadonlySet<string>, seconds: number) => void;
  readonly #asked: ((answer: Answer) => void)[] = [];
  #worker: Worker | undefined;
  #gathering: Batch | undefined;
  #underWay = false;
  /** Writes in the commit before. */
  #lastSize = 1;
  #patience: NodeJS.Timeout | undefined;
  #trouble: string | undefined;
  #closed = false;
  #drained: (() => void) | undefined;

  /** Calls `committed` after each commit with the collections touched and the time it took. */
  constructor(
    options: WriterOptions,
    committed: (touched: ReadonlySet<string>, seconds: number) => void,
  ) {
    this.#options = options;
    this.#committed = committed;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  write(write: Write): Promise<void> {
    if (this.#closed) return Promise.reject(closedFault());
    const batch = this.#gather();
    flatten(write, batch.values);
    for (const { collection } of write.put ?? []) batch.touched.add(collection);
    for (const { collection } of write.remove ?? []) batch.touched.add(collection);
    return new Promise((resolve, reject) => {
      batch.waiting.push({ append: write.append, resolve, reject });
      if (this.#patience && batch.waiting.length === this.#lastSize) this.#send();
    });
  }

  async purge(time: number, spared: string): Promise<number> {
    let removed = 0;
    let from: PurgePlace | undefined = { at: Number.MIN_SAFE_INTEGER, position: 0 };
    while (from) {
      if (this.#closed) throw closedFault();
      const answer: Answer = await this.#ask({ job: 'purge', time, spared, from });
      this.#trouble = trouble(answer);
      if (answer.answer !== 'purged') throw fault(this.#trouble);
      removed += answer.removed;
      from = answer.next;
    }
    return removed;
  }

  /** Takes no more, and waits for everything asked so far. */
  drain(): Promise<void> {
    this.#closed = true;
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Ends the thread, which must be drained. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    await this.#ask({ job: 'close' });
    await worker.terminate();
  }

  get #isIdle(): boolean {
    return !this.#gathering && this.#asked.length === 0;
  }

  #gather(): Batch {
    if (this.#gathering) return this.#gathering;
    // What else arrives in this turn comes along; while a commit is under way, its end sends it.
    if (!this.#underWay) setImmediate(() => this.#sendInCompany());
    this.#gathering = { values: [], waiting: [], touched: new Set() };
    return this.#gathering;
  }

  /** Sends when as many have gathered as last time, or when they have waited long enough. */
  #sendInCompany(): void {
    const gathered = this.#gathering?.waiting.length ?? 0;
    if (this.#underWay || gathered === 0) return;
    if (gathered >= this.#lastSize) this.#send();
    else this.#patience ??= setTimeout(() => this.#send(), COMPANY_MS);
  }

  #send(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    const batch = this.#gathering;
    if (this.#underWay || !batch) return;
    this.#gathering = undefined;
    this.#underWay = true;
    this.#lastSize = batch.waiting.length;
    const sentAt = performance.now();
    this.#post({ job: 'write', values: batch.values }, (answer) => {
      this.#underWay = false;
      this.#settle(batch, answer);
      this.#committed(batch.touched, (performance.now() - sentAt) / 1000);
      this.#sendInCompany();
    });
  }

  #settle(batch: Batch, answer: Answer): void {
    this.#trouble = trouble(answer);
    if (answer.answer !== 'written') {
      for (const { reject } of batch.waiting) reject(fault(this.#trouble));
      return;
    }
    for (const index of answer.refused) {
      const { append, reject } = batch.waiting[index] ?? {};
      if (append) reject?.(new VersionConflict(append.stream, append.version));
    }
    // A promise already rejected stays so.
    for (const { resolve } of batch.waiting) resolve();
  }

  #ask(job: Job): Promise<Answer> {
    return new Promise((resolve) => {
      this.#post(job, resolve);
    });
  }

  /** Answers come in the order of the jobs. The thread keeps the process only while it has some. */
  #post(job: Job, answered: (answer: Answer) => void): void {
    this.#worker ??= this.#start();
    if (this.#asked.length === 0) this.#worker.ref();
    this.#asked.push(answered);
    this.#worker.postMessage(job);
  }

  #start(): Worker {
    const worker = new Worker(WRITER, { workerData: this.#options, execArgv: [] });
    let reason = 'the writer ended';
    worker.on('message', (answer: Answer) => {
      this.#asked.shift()?.(answer);
      if (this.#asked.length === 0) worker.unref();
      if (this.#isIdle) this.#drained?.();
    });
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const answered of this.#asked.splice(0)) answered({ answer: 'failed', reason });
      if (this.#isIdle) this.#drained?.();
    });
    return worker;
  }
}

function trouble(answer: Answer): string | undefined {
  return answer.answer === 'failed' ? answer.reason : undefined;
}

function fault(reason = 'the writer is closed'): StoreFault {
  return new StoreFault(`Cannot write the journal: ${reason}.`, new Error(reason));
}

function closedFault(): StoreFault {
  return new StoreFault('The journal is closed.', undefined);
}
