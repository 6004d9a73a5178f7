// Which dialog of the keyboard is open over the views: the palette (Ctrl+K) or the list of shortcuts (`?`).

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export const overlay = signal<'palette' | 'shortcuts' | undefined>(undefined);

export function closeOverlay(): void {
  overlay.value = undefined;
}

/** Opens them by their keys; the shell calls it once. */
export function useOverlayKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const wanted = overlayOf(event);
      if (wanted === undefined || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      overlay.value = wanted;
    };
    // Before a view or the editor gets the key.
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]';

function overlayOf({ key, ctrlKey, metaKey, altKey, target }: KeyboardEvent) {
  const isCommand = (ctrlKey || metaKey) && !altKey;
  if (isCommand && key.toLowerCase() === 'k') return 'palette';
  const isTyping = target instanceof Element && target.closest(TYPED_INTO) !== null;
  return key === '?' && !isCommand && !isTyping ? 'shortcuts' : undefined;
}
