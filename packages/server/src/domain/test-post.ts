// The notices that a small gateway still owes its till, and the socket on which it sends them: it sends
// them again on every new socket, until their delivery is confirmed.

import type { Owed, SmallTill } from './test-till.ts';

export class Post {
  readonly #till: SmallTill;
  /** Oldest first. */
  #kept: Owed[] = [];
  /** Names of all that was ever kept: each is kept once. */
  readonly #known = new Set<string>();
  /** Written to the socket in hand, and whether the till has read it. */
  #sent: { readonly owed: Owed; isRead: boolean }[] = [];

  constructor(till: SmallTill) {
    this.#till = till;
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  keep(owed: Owed): void {
    const name = `${owed.activityId}/${owed.number}`;
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#kept.push(owed);
    if (this.#till.here) this.#sent.push({ owed, isRead: false });
  }

  /** The till is back: first of all it gets what is still due. */
  connect(): void {
    if (this.#till.here) return;
    this.#till.here = true;
    this.#sent = this.#kept.map((owed) => ({ owed, isRead: false }));
  }

  drop(): void {
    this.#sent = [];
  }

  /** After a crash only the journal knows what is owed. */
  forget(): void {
    this.#kept = [];
    this.#sent = [];
    this.#known.clear();
  }

  /** The till reads what is on the socket. */
  read(): void {
    for (const sent of this.#sent) {
      if (!sent.isRead) this.#till.take(sent.owed);
      sent.isRead = true;
    }
  }

  /** The proof that the till has read arrives; gives what is delivered now. */
  deliver(): Owed | undefined {
    const sent = this.#sent[0];
    if (!sent?.isRead) return undefined;
    this.#sent.shift();
    this.#kept = this.#kept.filter((one) => one !== sent.owed);
    return sent.owed;
  }
}
