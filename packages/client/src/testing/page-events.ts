// The events of a page, for tests of what happens when it wakes.

interface Page {
  addEventListener?: unknown;
  removeEventListener?: unknown;
  document?: unknown;
}

/** Gives this process the events of a page; `restore` takes them away again. */
export class PageEvents {
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly #before: Page;

  constructor() {
    const page = globalThis as Page;
    const { addEventListener, removeEventListener, document } = page;
    this.#before = { addEventListener, removeEventListener, document };
    page.addEventListener = this.window.addEventListener.bind(this.window);
    page.removeEventListener = this.window.removeEventListener.bind(this.window);
    page.document = this.document;
  }

  online(): void {
    this.window.dispatchEvent(new Event('online'));
  }

  show(visibilityState: 'visible' | 'hidden'): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  restore(): void {
    Object.assign(globalThis, this.#before);
  }
}
