// The search: opened by its button, `/` or Ctrl+K. Its index is loaded when it is first opened. Results
// are plain links; the arrows walk through them.

import type { Piece, Prepared, SearchEntry } from './search.ts';
import { excerpt, marks, prepare, search, wordsOf } from './search.ts';

interface Box {
  readonly dialog: HTMLDialogElement;
  readonly input: HTMLInputElement;
  readonly told: HTMLElement;
  readonly found: HTMLElement;
}

const { dataset } = document.documentElement;
let index: Promise<readonly Prepared[]> | undefined;

export function offerSearch(): void {
  const box = boxIn(document.getElementById('search'));
  const button = document.querySelector<HTMLElement>('[data-open-search]');
  if (!box || !button) return;
  button.hidden = false;
  button.addEventListener('click', () => open(box));
  addEventListener('keydown', (event) => {
    if (!isWish(event)) return;
    event.preventDefault();
    open(box);
  });
  box.dialog.addEventListener('click', (event) => {
    const { target } = event;
    const isLink = target instanceof Element && target.closest('a, [data-close-search]');
    if (isLink || target === box.dialog) box.dialog.close();
  });
  box.dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape')
      box.dialog.close(); // Some browsers only empty the input.
    else walk(box, event);
  });
  box.input.addEventListener('input', () => void show(box));
}

function boxIn(dialog: HTMLElement | null): Box | undefined {
  const input = dialog?.querySelector('input');
  const told = dialog?.querySelector<HTMLElement>('.told');
  const found = dialog?.querySelector<HTMLElement>('.found');
  if (!(dialog instanceof HTMLDialogElement) || !input || !told || !found) return undefined;
  return { dialog, input, told, found };
}

function isWish({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (key === 'k' && (ctrlKey || metaKey)) return true;
  const isTyping = target instanceof Element && target.closest('input, textarea, select');
  return key === '/' && !ctrlKey && !metaKey && !altKey && !isTyping;
}

function open(box: Box): void {
  if (!box.dialog.open) box.dialog.showModal();
  box.input.focus();
  box.input.select();
  void show(box);
}

async function show(box: Box): Promise<void> {
  const wanted = box.input.value;
  if (!index) box.told.textContent = 'Loading …';
  try {
    index ??= load();
    const results = search(await index, wanted);
    // Something else may have been typed meanwhile.
    if (wanted !== box.input.value) return;
    box.found.replaceChildren(...results.map((entry) => item(entry, wanted)));
    box.told.textContent = summary(wanted, results.length);
  } catch {
    index = undefined;
    box.told.textContent = 'The search could not be loaded. Reload the page, or use the contents.';
  }
}

async function load(): Promise<readonly Prepared[]> {
  const answer = await fetch(dataset.search ?? '');
  if (!answer.ok) throw new Error(`Search index: ${answer.status}`);
  return prepare((await answer.json()) as readonly SearchEntry[]);
}

function summary(wanted: string, count: number): string {
  if (wanted.trim() === '') return 'Type to search. Arrow keys walk through what is found.';
  if (count === 0) return 'Nothing has all of these words. Try fewer or shorter ones.';
  return count === 1 ? '1 result' : `${count} results`;
}

function item(entry: SearchEntry, wanted: string): HTMLElement {
  const words = wordsOf(wanted);
  const link = document.createElement('a');
  link.href = `${dataset.top ?? ''}${entry.href}`;
  link.append(
    line('title', marks(entry.title, words)),
    line('place', [{ text: entry.page || placeOf(entry), isMarked: false }]),
    line('excerpt', excerpt(entry.text, wanted)),
  );
  const row = document.createElement('li');
  row.append(link);
  return row;
}

/** Several versions have messages of one name. */
function placeOf({ href }: SearchEntry): string {
  const [, version, integration] = /^messages\/(\w+)\/(\w+)\//.exec(href) ?? [];
  return version ? `Message, ${integration} ${version}` : '';
}

function line(name: string, pieces: readonly Piece[]): HTMLElement {
  const span = document.createElement('span');
  span.className = name;
  for (const { text, isMarked } of pieces) {
    if (!isMarked) span.append(text);
    else span.append(Object.assign(document.createElement('mark'), { textContent: text }));
  }
  return span;
}

/** Up and down among input and results; Enter in the input opens the best. */
function walk({ input, found }: Box, event: KeyboardEvent): void {
  const stops: readonly HTMLElement[] = [input, ...found.querySelectorAll('a')];
  const at = stops.findIndex((stop) => stop.matches(':focus'));
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = at + (event.key === 'ArrowDown' ? 1 : -1);
    stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus();
    event.preventDefault();
  } else if (event.key === 'Enter' && at === 0) {
    found.querySelector('a')?.click();
    event.preventDefault();
  }
}
