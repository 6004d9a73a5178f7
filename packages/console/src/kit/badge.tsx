// A short word with the colour of its tone; colour alone never carries the meaning.

import './badge.css';
import type { ComponentChildren } from 'preact';
import type { Tone } from './tone.ts';

export function Badge({
  children,
  tone = 'plain',
}: {
  readonly children: ComponentChildren;
  readonly tone?: Tone;
}) {
  return (
    <span class="badge" data-tone={tone}>
      {children}
    </span>
  );
}

/** A dot in the colour of its tone, beside a word with the same meaning. */
export function Dot({ tone }: { readonly tone: Tone }) {
  return <span class="dot" data-tone={tone} aria-hidden="true" />;
}
