// Where work in the background waits between its steps: a store may answer at once, and payments are to get their turn
// all the same.

/** Of the caller that came last. */
let last: Promise<void> = Promise.resolve();

/**
 * Fulfilled in a later turn of the event loop. Of all callers one goes on in each turn, so that work on many sites at once
 * takes no more of a turn than work on one.
 */
export function backgroundTurn(): Promise<void> {
  last = last.then(
    () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  );
  return last;
}
