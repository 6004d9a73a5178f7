// The route of the console: the part of the URL after `#/`, such as `#/compose?message=sale`.

import { computed, signal } from '@preact/signals';
import { mayLeave } from '../kit/leave-guard.ts';

export interface RouteLocation {
  /** Name of the view; empty at the start. */
  readonly view: string;
  readonly query: Readonly<Record<string, string>>;
}

const hash = signal(location.hash);
addEventListener('hashchange', ({ oldURL }) => {
  // After the browser's Back the address is that of the view that stays.
  if (mayLeave()) hash.value = location.hash;
  else history.pushState(null, '', new URL(oldURL).hash);
});

export const routeLocation = computed<RouteLocation>(() => {
  const [view = '', query = ''] = hash.value.replace(/^#\/?/, '').split('?');
  return { view, query: Object.fromEntries(new URLSearchParams(query)) };
});

/** The address of a view, for links. */
export function hrefOf(view: string, query: Readonly<Record<string, string>> = {}): string {
  const text = String(new URLSearchParams(query));
  return `#/${view}${text && `?${text}`}`;
}

/** Changes the query of the address; the browser's Back does not lead to the one before. */
export function replaceQuery(view: string, query: Readonly<Record<string, string>>): void {
  history.replaceState(history.state, '', hrefOf(view, query));
  hash.value = location.hash;
}

export function navigate(view: string, query: Readonly<Record<string, string>> = {}): void {
  location.hash = hrefOf(view, query);
}

/** Shows a view in place of the entry of the history that is shown now, such as that of a dialog. */
export function replaceView(view: string): void {
  location.replace(hrefOf(view));
}
