// What a machine stores in this browser so that a loss of power does not remove it: its identity with its key, its
// books and the order in progress; and the settings, which all machines of the browser share.

import type { OrderMemory } from '@tillgate/client';
import { orderInStorage } from '@tillgate/client';
import type { Currency } from '@tillgate/protocol';
import type { Books } from './books.ts';
import { newBooks } from './books.ts';

/** A paired machine, with the key that it got for its pairing code. */
export interface Identity {
  readonly host: string;
  readonly site: string;
  readonly tid: string;
  readonly token: string;
  /** Name of the shop, printed at the top of receipts. */
  readonly shop: string;
  readonly currency: Currency;
}

type MachineName = Pick<Identity, 'site' | 'tid'>;

export interface MachineSettings {
  readonly asksGratuity: boolean;
  readonly asksCashback: boolean;
}

const PREFIX = 'tillgate-machine.';

/** The part of the browser's storage that belongs to one machine. */
export class MachineMemory {
  readonly #storage: Storage;
  /** `site/tid.`, before the name of each value; the machine that was used last if the name is empty. */
  #scope: string;

  constructor(storage: Storage, { site, tid }: MachineName) {
    this.#storage = storage;
    this.#scope = site && tid ? scopeOf({ site, tid }) : (this.#load<string>('last') ?? '');
  }

  /** Undefined if the machine is not paired. */
  loadIdentity(): Identity | undefined {
    const identity = this.#load<Identity>(`${this.#scope}identity`);
    if (identity) this.#save('last', this.#scope);
    return identity;
  }

  /** From now on this is the memory of that machine. */
  saveIdentity(identity: Identity): void {
    this.#scope = scopeOf(identity);
    this.#save(`${this.#scope}identity`, identity);
    this.#save('last', this.#scope);
  }

  /** `reason` is shown on the pairing screen; empty for none. */
  removeIdentity(reason: string): void {
    this.#save(`${this.#scope}identity`, undefined);
    this.#save('because', reason);
  }

  /** Why the identity was removed; returned once, then empty. */
  takeRemovalReason(): string {
    const reason = this.#load<string>('because') ?? '';
    this.#save('because', undefined);
    return reason;
  }

  /** Where the SDK stores the order in progress. */
  orders(): OrderMemory {
    return orderInStorage(this.#storage, { key: `${PREFIX}${this.#scope}order` });
  }

  loadBooks(currency: Currency): Books {
    const books = this.#load<Books>(`${this.#scope}books`);
    return books?.currency === currency ? { ...newBooks(currency), ...books } : newBooks(currency);
  }

  /** Throws where the browser has no room: a payment that cannot be stored must not be reported. */
  saveBooks(books: Books): void {
    this.#save(`${this.#scope}books`, books);
  }

  loadSettings(): MachineSettings {
    return this.#load<MachineSettings>('habits') ?? { asksGratuity: false, asksCashback: false };
  }

  saveSettings(settings: MachineSettings): void {
    this.#save('habits', settings);
  }

  /** Removes the books and the order in progress; the identity stays. */
  clear(): void {
    this.#save(`${this.#scope}order`, undefined);
    this.#save(`${this.#scope}books`, undefined);
  }

  #load<Value>(name: string): Value | undefined {
    try {
      const text = this.#storage.getItem(PREFIX + name) ?? 'null';
      return (JSON.parse(text) as Value | null) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #save(name: string, value: unknown): void {
    if (value === undefined) this.#storage.removeItem(PREFIX + name);
    else this.#storage.setItem(PREFIX + name, JSON.stringify(value));
  }
}

function scopeOf({ site, tid }: MachineName): string {
  return `${site}/${tid}.`;
}
