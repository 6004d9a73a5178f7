// The queue in front of the writer's thread (`writer.ts`): all writes that wait share one commit.

import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { embeddedFile, isExecutable } from '../../../embedded-files.ts';
import type { Append, StoreFault, StreamRemoval, Write } from '../../../ports/store.ts';
import { RecordConflict, VersionConflict } from '../../../ports/store.ts';
import { isWatchedCollection } from '../collection-watchers.ts';
import { closedFault, writeFault } from '../faults.ts';
import type { Value } from './batch.ts';
import { encodeWrite } from './batch.ts';
import type { PurgeCursor, WriterOptions, WriterRequest, WriterResponse } from './writer.ts';

/** The writer's file beside this one, as source or built. */
const WRITER_FILE = new URL(`./writer${extname(import.meta.url)}`, import.meta.url);

/**
 * Longest time, in ms, that a write waits for others, and no longer than the last commit took. Only under load: after a
 * commit of several writes as many are expected again; a single write never waits.
 */
const MAX_BATCH_WAIT_MS = 16;

/** Time in ms until the file is read again to find out whether a batch was written. */
const CHECK_RETRY_MS = 250;

interface PendingWrite {
  readonly append: Append | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  readonly values: Value[];
  readonly waiting: PendingWrite[];
  /** Whether it changes a record that can be watched. */
  isWatched: boolean;
}

type Done<Kind> = Extract<WriterResponse, { readonly kind: Kind }>;

export class GroupCommit {
  readonly #options: WriterOptions;
  readonly #onCommitted: (isWatched: boolean, seconds: number) => void;
  readonly #pendingResponses: ((answer: WriterResponse) => void)[] = [];
  #worker: Worker | undefined;
  #openBatch: Batch | undefined;
  #committing = false;
  /** Number of writes in the commit before. */
  #lastBatchSize = 1;
  /** From its sending to its answer. */
  #lastCommitMs = 0;
  #batchTimer: NodeJS.Timeout | undefined;
  /** Set while it is not known whether the last batch was written. */
  #checking: NodeJS.Timeout | undefined;
  #failure: string | undefined;
  #closed = false;
  #onDrained: (() => void) | undefined;

  /** Calls `committed` after each commit with whether a watched record may have changed, and the time it took. */
  constructor(options: WriterOptions, committed: (isWatched: boolean, seconds: number) => void) {
    this.#options = options;
    this.#onCommitted = committed;
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  write(write: Write): Promise<void> {
    if (this.#closed) return Promise.reject(closedFault());
    const batch = this.#currentBatch();
    encodeWrite(write, batch.values);
    batch.isWatched ||= [...(write.put ?? []), ...(write.remove ?? [])].some(({ collection }) =>
      isWatchedCollection(collection),
    );
    return new Promise((resolve, reject) => {
      batch.waiting.push({ append: write.append, resolve, reject });
      if (this.#batchTimer && batch.waiting.length === this.#lastBatchSize) this.#send();
    });
  }

  async purge(time: number, spared: string): Promise<number> {
    let removed = 0;
    let from: PurgeCursor | undefined = { at: Number.MIN_SAFE_INTEGER, position: 0 };
    while (from) {
      const step: Done<'purged'> = await this.#repeat(
        { kind: 'purge', time, spared, from },
        'purged',
      );
      removed += step.removed;
      from = step.next;
    }
    return removed;
  }

  async removeStream(stream: string, options: StreamRemoval): Promise<boolean> {
    const { removed } = await this.#repeat(
      { kind: 'removeStream', stream, ...options },
      'streamRemoved',
    );
    return removed;
  }

  /** Accepts no more writes, and waits for those accepted so far. */
  drain(): Promise<void> {
    this.#closed = true;
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  /** Ends the thread, which must be drained. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    await this.#request({ kind: 'close' });
    await worker.terminate();
  }

  get #isIdle(): boolean {
    return !this.#openBatch && !this.#committing && this.#pendingResponses.length === 0;
  }

  #currentBatch(): Batch {
    if (this.#openBatch) return this.#openBatch;
    // Writes of the same turn share the commit; during a commit they are sent at its end.
    if (!this.#committing) setImmediate(() => this.#sendIfReady());
    this.#openBatch = { values: [], waiting: [], isWatched: false };
    return this.#openBatch;
  }

  /** Sends when as many writes wait as last time, or when they have waited long enough. */
  #sendIfReady(): void {
    const gathered = this.#openBatch?.waiting.length ?? 0;
    if (this.#committing || gathered === 0) return;
    if (gathered >= this.#lastBatchSize) {
      this.#send();
      return;
    }
    const waitMs = Math.min(this.#lastCommitMs, MAX_BATCH_WAIT_MS);
    this.#batchTimer ??= setTimeout(() => this.#send(), waitMs);
  }

  #send(): void {
    clearTimeout(this.#batchTimer);
    this.#batchTimer = undefined;
    const batch = this.#openBatch;
    if (this.#committing || !batch) return;
    this.#openBatch = undefined;
    this.#committing = true;
    this.#lastBatchSize = batch.waiting.length;
    const sentAt = performance.now();
    this.#post({ kind: 'write', values: batch.values }, (answer) => {
      this.#onAnswer(batch, answer, sentAt);
    });
  }

  /** A batch is settled when it is known whether it was written; later ones wait until then. */
  #onAnswer(batch: Batch, answer: WriterResponse, sentAt: number): void {
    this.#failure = failureOf(answer);
    if (answer.kind === 'unknown' && !(this.#closed && this.#checking)) {
      this.#checking = setTimeout(
        () => {
          this.#post({ kind: 'check', values: batch.values }, (checked) => {
            this.#onAnswer(batch, checked, sentAt);
          });
        },
        this.#checking ? CHECK_RETRY_MS : 0,
      );
      return;
    }
    this.#committing = false;
    this.#checking = undefined;
    this.#lastCommitMs = performance.now() - sentAt;
    this.#resolveBatch(batch, answer);
    this.#onCommitted(batch.isWatched, this.#lastCommitMs / 1000);
    this.#sendIfReady();
    if (this.#isIdle) this.#onDrained?.();
  }

  #resolveBatch({ waiting }: Batch, answer: WriterResponse): void {
    const { refused = [] } = 'refused' in answer ? answer : {};
    for (const index of refused) {
      const { append, reject } = waiting[index] ?? {};
      reject?.(append ? new VersionConflict(append.stream, append.version) : new RecordConflict());
    }
    // A promise already rejected stays so.
    for (const { resolve, reject } of waiting) {
      if (answer.kind === 'written') resolve();
      else reject(storeFault(this.#failure));
    }
  }

  /** Work that may be done twice is, until it is known that it was done. */
  async #repeat<Kind extends WriterResponse['kind']>(
    job: WriterRequest,
    done: Kind,
  ): Promise<Done<Kind>> {
    for (;;) {
      if (this.#closed) throw closedFault();
      const answer = await this.#request(job);
      this.#failure = failureOf(answer);
      if (answer.kind === done) return answer as Done<Kind>;
      if (answer.kind !== 'unknown') throw storeFault(this.#failure);
    }
  }

  #request(job: WriterRequest): Promise<WriterResponse> {
    return new Promise((resolve) => {
      this.#post(job, resolve);
    });
  }

  /** Answers come in the order of the jobs. The thread keeps the process only while it has some. */
  #post(job: WriterRequest, answered: (answer: WriterResponse) => void): void {
    this.#worker ??= this.#start();
    if (this.#pendingResponses.length === 0) this.#worker.ref();
    this.#pendingResponses.push(answered);
    this.#worker.postMessage(job);
  }

  #start(): Worker {
    const worker = startWriter(this.#options);
    let reason = 'the writer ended';
    worker.on('message', (answer: WriterResponse) => {
      this.#pendingResponses.shift()?.(answer);
      if (this.#pendingResponses.length === 0) worker.unref();
      if (this.#isIdle) this.#onDrained?.();
    });
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const answered of this.#pendingResponses.splice(0))
        answered({ kind: 'unknown', reason });
      if (this.#isIdle) this.#onDrained?.();
    });
    return worker;
  }
}

function startWriter(workerData: WriterOptions): Worker {
  if (!isExecutable) return new Worker(WRITER_FILE, { workerData, execArgv: [], env: threadEnv() });
  const code = embeddedFile('writer.cjs').toString();
  return new Worker(code, { workerData, execArgv: [], eval: true });
}

/** A thread has the compiled code of the process only where its environment says so. */
function threadEnv(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  // Node adds a folder for its version.
  return cache ? { ...process.env, NODE_COMPILE_CACHE: dirname(cache) } : process.env;
}

function failureOf(answer: WriterResponse): string | undefined {
  return answer.kind === 'failed' || answer.kind === 'unknown' ? answer.reason : undefined;
}

function storeFault(reason = 'the writer is closed'): StoreFault {
  return writeFault(reason);
}
