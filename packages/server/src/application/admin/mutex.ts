// One change of the records at a time: what was read to decide upon is still so when it is written.

export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything that was given before has ended, however it ended. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
