// Storage that the program provides, so that the SDK keeps state across restarts.

/**
 * A store of texts by key. `localStorage` is one; a file or a database needs these two methods. What a
 * call throws or rejects with is handled as the caller says: see `seenInStorage` and `orderInStorage`.
 */
export interface KeyValueStorage {
  /** The text under `key`; null or undefined if there is none. */
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Stores a text. If it returns a promise, the text must be stored when the promise resolves. */
  setItem(key: string, value: string): unknown;
}

/**
 * Storage for the number of the last request, such as a file or an entry of localStorage [C-4.41]. An
 * error that `load` or `save` throws is reported as the warning `storageFailed`; the request is sent.
 */
export interface NumberStorage {
  /** The number that was saved last, 0..999999; undefined if none was. Called once, by `connect`. */
  readonly load: () => number | undefined;
  /** Called before each request is sent; the number must be stored when it returns. */
  readonly save: (lastRequest: number) => void;
}
