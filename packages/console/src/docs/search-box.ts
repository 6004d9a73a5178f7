// The search dialog: opened by its button, `/` or Ctrl+K. The search and its index are loaded when it is first
// opened. Results are plain links; the arrow keys move through them.

import type * as Search from './search.ts';

interface SearchBox {
  readonly dialog: HTMLDialogElement;
  readonly input: HTMLInputElement;
  readonly status: HTMLElement;
  readonly results: HTMLElement;
}

interface LoadedSearch {
  readonly functions: typeof Search;
  readonly index: Search.SearchIndex;
}

const { dataset } = document.documentElement;
const MAX_RESULTS = 20;

/** Shows the button of the search and listens for its keys; called once for each page. */
export function addSearch(): void {
  const box = boxIn(document.getElementById('search'));
  const button = document.querySelector<HTMLElement>('[data-open-search]');
  if (!box || !button) return;
  const update = updater(box);
  const open = () => {
    if (!box.dialog.open) box.dialog.showModal();
    box.input.focus();
    box.input.select();
    void update();
  };
  button.hidden = false;
  button.addEventListener('click', open);
  addEventListener('keydown', (event) => {
    if (!opensSearch(event)) return;
    event.preventDefault();
    open();
  });
  box.dialog.addEventListener('click', (event) => {
    const { target } = event;
    const isLink = target instanceof Element && target.closest('a, [data-close-search]');
    if (isLink || target === box.dialog) box.dialog.close();
  });
  box.dialog.addEventListener('keydown', (event) => {
    // Some browsers only empty the input on Escape.
    if (event.key === 'Escape') box.dialog.close();
    else moveFocus(box, event);
  });
  box.input.addEventListener('input', () => void update());
}

function boxIn(dialog: HTMLElement | null): SearchBox | undefined {
  const input = dialog?.querySelector('input');
  const status = dialog?.querySelector<HTMLElement>('[role=status]');
  const results = dialog?.querySelector<HTMLElement>('.search-results');
  if (!(dialog instanceof HTMLDialogElement) || !input || !status || !results) return undefined;
  return { dialog, input, status, results };
}

function opensSearch({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (key === 'k' && (ctrlKey || metaKey)) return true;
  const isTyping = target instanceof Element && target.closest('input, textarea, select');
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping;
}

/** Searches for what the input holds now and shows the results; a failed load is tried again the next time. */
function updater({ input, status, results }: SearchBox): () => Promise<void> {
  let loading: Promise<LoadedSearch> | undefined;
  return async () => {
    const query = input.value;
    if (!loading) status.textContent = 'Loading …';
    try {
      loading ??= load();
      const { functions, index } = await loading;
      const hits = functions.search(index, query, MAX_RESULTS);
      // Something else may have been typed while it loaded.
      if (query !== input.value) return;
      results.replaceChildren(...hits.map((hit) => resultItem(hit, functions)));
      status.textContent = statusText(query, hits.length);
    } catch {
      loading = undefined;
      status.textContent = 'The search could not be loaded. Reload the page, or use the contents.';
    }
  };
}

async function load(): Promise<LoadedSearch> {
  const [functions, response] = await Promise.all([
    import('./search.ts'),
    fetch(dataset.search ?? ''),
  ]);
  if (!response.ok) throw new Error(`Search index: ${response.status}`);
  return { functions, index: functions.openIndex(await response.text()) };
}

function statusText(query: string, count: number): string {
  if (query.trim() === '') return 'Type to search. Arrow keys walk through what is found.';
  if (count === 0) return 'Nothing has all of these words. Try fewer or shorter ones.';
  return count === 1 ? '1 result' : `${count} results`;
}

function resultItem({ entry, terms }: Search.SearchHit, functions: typeof Search): HTMLElement {
  const link = document.createElement('a');
  link.href = `${dataset.top ?? ''}${entry.href}`;
  link.append(
    line('title', functions.marked(entry.title, terms)),
    line('place', [{ text: entry.page || messageVersion(entry), isMarked: false }]),
    line('excerpt', functions.excerpt(entry.text, terms)),
  );
  const row = document.createElement('li');
  row.append(link);
  return row;
}

/** Tells messages of one name apart, of which each version has one. */
function messageVersion({ href }: Search.SearchEntry): string {
  const [, version, integration] = /^messages\/(\w+)\/(\w+)\//.exec(href) ?? [];
  return version ? `Message, ${integration} ${version}` : '';
}

function line(name: string, pieces: readonly Search.Piece[]): HTMLElement {
  const span = document.createElement('span');
  span.className = name;
  for (const { text, isMarked } of pieces) {
    if (!isMarked) span.append(text);
    else span.append(Object.assign(document.createElement('mark'), { textContent: text }));
  }
  return span;
}

/** Up and down move between the input and the results; Enter in the input opens the first result. */
function moveFocus({ input, results }: SearchBox, event: KeyboardEvent): void {
  const stops: readonly HTMLElement[] = [input, ...results.querySelectorAll('a')];
  const at = stops.findIndex((stop) => stop.matches(':focus'));
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus();
    event.preventDefault();
  } else if (event.key === 'Enter' && at === 0) {
    results.querySelector('a')?.click();
    event.preventDefault();
  }
}
