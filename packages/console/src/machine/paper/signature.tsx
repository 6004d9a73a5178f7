// A signature, drawn by finger, mouse or pen, or typed by a customer who cannot draw: the pad to make it, and the
// view of it on a screen or on paper.

import './signature.css';
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { TextField } from '../../kit/field.tsx';

/** Strokes of points in 0 to 1 of the pad's width and height, or a typed name. */
export type Signature =
  | { readonly kind: 'drawn'; readonly strokes: readonly (readonly Point[])[] }
  | { readonly kind: 'typed'; readonly name: string };
type Point = readonly [x: number, y: number];

const WIDTH = 300;
const HEIGHT = 100;

export function SignatureView({ signature }: { readonly signature: Signature }) {
  return (
    <svg class="mc-ink" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Signature">
      <Strokes signature={signature} />
    </svg>
  );
}

export function SignaturePad({ signature }: { readonly signature: Signal<Signature | undefined> }) {
  const drawing = useRef(false);
  const now = signature.value;
  const strokes = now?.kind === 'drawn' ? now.strokes : [];
  const draw = (event: PointerEvent, begins: boolean) => {
    const point = pointOf(event);
    const last = strokes.at(-1) ?? [];
    const next = begins ? [...strokes, [point]] : [...strokes.slice(0, -1), [...last, point]];
    signature.value = { kind: 'drawn', strokes: next };
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
        {now && <Strokes signature={now} />}
      </svg>
      <TextField
        label="Or type the name"
        value={now?.kind === 'typed' ? now.name : ''}
        onInput={(name) => {
          signature.value = name.trim() === '' ? undefined : { kind: 'typed', name };
        }}
      />
    </>
  );
}

function Strokes({ signature }: { readonly signature: Signature }) {
  if (signature.kind === 'typed') {
    return (
      <text class="mc-hand" x={WIDTH / 2} y={70} text-anchor="middle">
        {signature.name.slice(0, 24)}
      </text>
    );
  }
  return (
    <>
      {signature.strokes.map((stroke, index) => (
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
