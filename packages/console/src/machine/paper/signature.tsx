// A signature: made by finger, mouse or pen on the glass, or typed by who cannot draw; shown on glass and
// on paper alike.

import './signature.css';
import { useRef } from 'preact/hooks';
import { TextField } from '../../kit/field.tsx';
import type { Ink, Point } from '../state.ts';
import { ink } from '../state.ts';

const WIDTH = 300;
const HEIGHT = 100;

export function InkView({ ink: shown }: { readonly ink: Ink }) {
  return (
    <svg class="mc-ink" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Signature">
      <Strokes ink={shown} />
    </svg>
  );
}

export function Glass() {
  const drawing = useRef(false);
  const now = ink.value;
  const strokes = now?.kind === 'drawn' ? now.strokes : [];
  const draw = (event: PointerEvent, begins: boolean) => {
    const point = pointOf(event);
    const last = strokes.at(-1) ?? [];
    const next = begins ? [...strokes, [point]] : [...strokes.slice(0, -1), [...last, point]];
    ink.value = { kind: 'drawn', strokes: next };
  };
  return (
    <>
      <svg
        class="mc-pad"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Glass to sign on; or type the name below"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawing.current = true;
          draw(event, true);
        }}
        onPointerMove={(event) => drawing.current && draw(event, false)}
        onPointerUp={() => {
          drawing.current = false;
        }}
        onPointerCancel={() => {
          drawing.current = false;
        }}
      >
        <path class="mc-pad-line" d={`M14 78H${WIDTH - 14}`} />
        {now && <Strokes ink={now} />}
      </svg>
      <TextField
        label="Or type the name"
        value={now?.kind === 'typed' ? now.name : ''}
        onInput={(name) => {
          ink.value = name.trim() === '' ? undefined : { kind: 'typed', name };
        }}
      />
    </>
  );
}

function Strokes({ ink: shown }: { readonly ink: Ink }) {
  if (shown.kind === 'typed') {
    return (
      <text class="mc-hand" x={WIDTH / 2} y={70} text-anchor="middle">
        {shown.name.slice(0, 24)}
      </text>
    );
  }
  return (
    <>
      {shown.strokes.map((stroke, index) => (
        <polyline
          key={index}
          class="mc-stroke"
          points={stroke.map(([x, y]) => `${x * WIDTH},${y * HEIGHT}`).join(' ')}
        />
      ))}
    </>
  );
}

function pointOf(event: PointerEvent): Point {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const within = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * 1000) / 1000;
  return [
    within((event.clientX - box.left) / box.width),
    within((event.clientY - box.top) / box.height),
  ];
}
