// Two panes side by side with a bar that moves, by pointer and by arrow keys; where the page is
// narrow one stands below the other. The bar stays where it was put, in this browser.

import './split-pane.css';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { read, write } from './storage.ts';

interface SplitProps {
  /** Under which its place is kept. */
  readonly name: string;
  readonly label: string;
  /** Per cent of the left pane at first. */
  readonly start?: number;
  readonly left: ComponentChildren;
  readonly right: ComponentChildren;
}

const LEAST = 20;
const MOST = 80;
const STEP = 2;

export function Split({ name, label, start = 50, left, right }: SplitProps) {
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => Number(read(`split.${name}`) ?? start));
  const move = (to: number) => {
    const kept = Math.round(Math.min(MOST, Math.max(LEAST, to)));
    setShare(kept);
    write(`split.${name}`, String(kept));
  };
  const drag = (event: PointerEvent) => {
    const bar = event.currentTarget as HTMLElement;
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const around = box.current?.getBoundingClientRect();
    if (around) move(((event.clientX - around.left) / around.width) * 100);
  };
  return (
    <div class="split" ref={box} style={{ '--split': `${share}%` }}>
      <div>{left}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule that moves is a focusable separator. */}
      <div
        class="split-bar"
        role="separator"
        aria-label={label}
        aria-orientation="vertical"
        aria-valuenow={share}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={({ key }) => {
          if (key === 'ArrowLeft') move(share - STEP);
          if (key === 'ArrowRight') move(share + STEP);
        }}
      />
      <div>{right}</div>
    </div>
  );
}
