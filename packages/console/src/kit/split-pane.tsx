// Two panes side by side with a bar that pointer and arrow keys move; on a narrow page one is below the other. The
// browser stores the position of the bar.

import './split-pane.css';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { read, write } from './storage.ts';

interface SplitPaneProps {
  /** Name under which the position of the bar is stored. */
  readonly name: string;
  readonly label: string;
  /** Initial width of the left pane, in per cent. */
  readonly initialShare?: number;
  readonly left: ComponentChildren;
  readonly right: ComponentChildren;
}

const MIN_SHARE = 20;
const MAX_SHARE = 80;
const STEP = 2;

export function SplitPane({ name, label, initialShare = 50, left, right }: SplitPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => Number(read(`split.${name}`) ?? initialShare));
  const move = (to: number) => {
    const kept = Math.round(Math.min(MAX_SHARE, Math.max(MIN_SHARE, to)));
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
        aria-valuemin={MIN_SHARE}
        aria-valuemax={MAX_SHARE}
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
