// What a card machine shows during one transaction, for any number of readers. It never says how the
// transaction ends [C-6.3].

import type { NotificationValue } from '@tillgate/protocol';
import { withResolvers } from '../connection/with-resolvers.ts';

/** A value of PROTOCOL.md 6, or one this SDK does not know yet: show or ignore it [C-6.4]. */
export type Shown = NotificationValue | (string & {});

/** Each reader gets every value from the first, until the outcome is there. */
export class Progress implements AsyncIterable<Shown> {
  readonly #values: Shown[] = [];
  #end: { readonly cause?: unknown } | undefined;
  #news = withResolvers<void>();

  add(value: Shown): void {
    if (this.#end) return;
    this.#values.push(value);
    this.#wake();
  }

  /** No more values; with a `cause`, readers are thrown it. */
  end(failure: { readonly cause?: unknown } = {}): void {
    this.#end ??= failure;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Shown, void, undefined> {
    let next = 0;
    for (;;) {
      const news = this.#news.promise;
      for (const value of this.#values.slice(next)) {
        next += 1;
        yield value;
      }
      if (next < this.#values.length) continue;
      if (this.#end) break;
      await news;
    }
    if (this.#end.cause !== undefined) throw this.#end.cause;
  }

  #wake(): void {
    this.#news.resolve();
    this.#news = withResolvers<void>();
  }
}
