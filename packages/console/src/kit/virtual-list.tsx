// A list of any length that renders only the visible rows, all of the same height. Arrow keys, Home and End
// select a row; a list that is scrolled to its end follows new rows.

import './virtual-list.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { nextIndex } from './list-keys.ts';

interface VirtualListProps<Item> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => number;
  /** In px. */
  readonly rowHeight: number;
  /** `index` is its position in `items`. */
  readonly row: (item: Item, index: number) => ComponentChildren;
  readonly selected: number | undefined;
  readonly onSelect: (key: number) => void;
}

/** Rows rendered above and below the visible ones, so that scrolling shows no gap. */
const OVERSCAN_ROWS = 8;

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, keyOf, rowHeight, row, selected, onSelect } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { top, height, follow } = useScroll(box, items.length * rowHeight);
  const at = items.findIndex((item) => keyOf(item) === selected);
  useScrollIntoView(box, { at, selected, rowHeight });
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN_ROWS);
  const shown = items.slice(first, Math.ceil((top + height) / rowHeight) + OVERSCAN_ROWS);
  const choose = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, at, items.length);
    const item = next === undefined ? undefined : items[next];
    if (item === undefined) return;
    event.preventDefault();
    follow.current = false;
    onSelect(keyOf(item));
  };
  return (
    <div
      ref={box}
      class="vlist"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={at < 0 ? undefined : `${id}-${selected}`}
      onKeyDown={choose}
    >
      <div
        class="vlist-all"
        role="presentation"
        style={{ '--count': items.length, '--row': `${rowHeight}px` }}
      >
        {shown.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys for all its rows.
          <div
            key={keyOf(item)}
            id={`${id}-${keyOf(item)}`}
            class="vlist-row"
            role="option"
            tabIndex={-1}
            aria-selected={keyOf(item) === selected}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ '--index': first + index }}
            onClick={() => onSelect(keyOf(item))}
          >
            {row(item, first + index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The visible range, in px; a list at its end stays there when `full` grows. */
function useScroll(box: { readonly current: HTMLDivElement | null }, full: number) {
  const [sight, setSight] = useState({ top: 0, height: 600 });
  const follow = useRef(true);
  useEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const look = () => {
      const { scrollTop: top, clientHeight: height, scrollHeight } = current;
      follow.current = top + height >= scrollHeight - 2;
      setSight({ top, height });
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, [box]);
  useLayoutEffect(() => {
    const { current } = box;
    if (follow.current && current) current.scrollTop = full;
  }, [box, full]);
  return { ...sight, follow };
}

interface Selection {
  readonly at: number;
  readonly selected: number | undefined;
  readonly rowHeight: number;
}

/** Scrolls as little as needed when another row is selected. */
function useScrollIntoView(
  box: { readonly current: HTMLDivElement | null },
  { at, selected, rowHeight }: Selection,
): void {
  const last = useRef(selected);
  useLayoutEffect(() => {
    const { current } = box;
    if (last.current === selected || !current || at < 0) return;
    last.current = selected;
    const top = at * rowHeight;
    if (top < current.scrollTop) current.scrollTop = top;
    const below = top + rowHeight - current.clientHeight;
    if (below > current.scrollTop) current.scrollTop = below;
  }, [box, at, selected, rowHeight]);
}
