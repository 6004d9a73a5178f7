// What would be lost if the page showed something else, such as a secret that was not copied. Dialogs ask before they
// close, the router before another view is shown; of a page that is closed or reloaded the browser asks.

import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface LeaveGuard {
  /** Where it is shown. */
  readonly element: RefObject<HTMLElement | null>;
  /** Called when somebody wants to leave; if it returns false, it shows a question. */
  readonly mayLeave: () => boolean;
}

const guards = new Set<LeaveGuard>();

/** Whether nothing would be lost, in `within` or in the whole page. */
export function mayLeave(within: Node = document): boolean {
  const here = [...guards].filter(({ element }) => within.contains(element.current));
  return here.map((guard) => guard.mayLeave()).every(Boolean);
}

/** Holds what is shown at `element` while `mayLeave` returns false. */
export function useLeaveGuard(given: LeaveGuard): void {
  const latest = useRef(given);
  latest.current = given;
  // Before it is seen: who leaves at once is asked, too.
  useLayoutEffect(() => {
    const guard = { element: given.element, mayLeave: () => latest.current.mayLeave() };
    guards.add(guard);
    return () => guards.delete(guard);
  }, []);
}

addEventListener('beforeunload', (event) => {
  if (!mayLeave()) event.preventDefault();
});
