// Serialises read-modify-write of records, so that nothing changes between a read and the write
// that follows.

export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything that was given before has ended, however it ended. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
