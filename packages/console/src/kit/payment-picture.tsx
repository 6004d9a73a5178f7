// The picture of a payment: till, gateway and card machine as lanes, and what went between them from top to bottom.
// A step unfolds below the picture by click or Enter; the arrow keys go from step to step. Its list of steps, which
// a view shows beside or instead of it, has the same steps as text.

import './payment-picture.css';
import type { PictureSource, PlacedStep, Shape, StepShapes } from '@tillgate/protocol';
import { pictureOf, shapesOf } from '@tillgate/protocol';
import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Frame } from '../frames/frame.ts';
import { IconButton } from './button.tsx';
import { nextIndex } from './list-keys.ts';
import { StepDetail } from './step-detail.tsx';

interface PaymentPictureProps {
  /** Accessible name, such as "Picture of SALE shop1/T1/42". */
  readonly label: string;
  readonly source: PictureSource;
  /** The frame of the page with a number of the source. */
  readonly frameOf: (number: number) => Frame | undefined;
}

/** Before its width is known, as on a phone. */
const FIRST_WIDTH = 320;
/** Wider it is no easier to read. */
const MAX_WIDTH = 760;
/** Height of the bar at the top of the page. */
const PAGE_BAR = 60;

export function PaymentPicture({ label, source, frameOf }: PaymentPictureProps) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const picture = useMemo(() => pictureOf(source), [source]);
  const drawn = useMemo(() => shapesOf(picture, Math.min(width, MAX_WIDTH)), [picture, width]);
  const { steps } = picture;
  const at = Math.max(
    0,
    steps.findIndex(({ key }) => key === chosen),
  );
  const step = open && steps[at]?.key === chosen ? steps[at] : undefined;
  useEffect(() => {
    if (step) showStep(box.current, at);
  }, [step?.key]);
  const close = () => {
    setOpen(false);
    focusStep(box.current, at);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) close();
    const next = nextIndex(event.key, at, steps.length);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(steps[next]?.key);
    focusStep(box.current, next);
  };
  const choose = ({ key }: PlacedStep) => {
    setOpen(key !== chosen || !open);
    setChosen(key);
  };
  return (
    <div class="pic" ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in SVG. */}
      <svg
        class="pic-drawing"
        role="group"
        aria-label={label}
        width={drawn.width}
        height={drawn.height}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        onKeyDown={press}
      >
        <g>{drawn.ground.map(elementOf)}</g>
        {drawn.steps.map((row, index) => (
          <Row
            key={row.step.key}
            row={row}
            width={drawn.width}
            isTabStop={index === at}
            isOpen={row.step === step}
            onChoose={choose}
          />
        ))}
      </svg>
      {step && (
        <section class="pic-detail" aria-label="Step">
          <div class="pic-detail-head">
            <strong>{step.text}</strong>
            <IconButton icon="cross" label="Close" size="s" onClick={close} />
          </div>
          <StepDetail step={step} frame={step.frame && frameOf(step.frame.number)} />
        </section>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: StepShapes;
  readonly width: number;
  /** One step is reached by Tab, the others from it by the arrow keys. */
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  readonly onChoose: (step: PlacedStep) => void;
}

function Row({ row: { step, top, bottom, shapes }, width, isTabStop, isOpen, onChoose }: RowProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in SVG.
    <g
      class="pic-step"
      role="button"
      // In SVG names of attributes count their case.
      tabindex={isTabStop ? 0 : -1}
      aria-label={step.text}
      aria-expanded={isOpen}
      data-kind={step.kind}
      data-tone={step.tone}
      onClick={() => onChoose(step)}
      onKeyDown={press}
    >
      <rect class="pic-row" x={0} y={top} width={width} height={bottom - top} rx={5} />
      {shapes.map(elementOf)}
    </g>
  );
}

function elementOf({ tag, attributes, children = [] }: Shape): ComponentChildren {
  const inner = children.map((one) => (typeof one === 'string' ? one : elementOf(one)));
  return h(tag, attributes, ...inner);
}

function focusStep(box: HTMLElement | null, index: number): void {
  box?.querySelectorAll<SVGGElement>('.pic-step')[index]?.focus();
}

/** Scrolls if the step is behind what unfolded below the picture, or behind the bar of the page. */
function showStep(box: HTMLElement | null, index: number): void {
  const step = box?.querySelectorAll<SVGGElement>('.pic-step')[index];
  const detail = box?.querySelector('.pic-detail');
  if (!step || !detail) return;
  const { top, bottom } = step.getBoundingClientRect();
  const isHidden = bottom > detail.getBoundingClientRect().top || top < PAGE_BAR;
  if (isHidden) step.scrollIntoView({ block: 'center' });
}

/** The width of the box, in px. */
function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const sizes = new ResizeObserver(() => setWidth(current.clientWidth));
    sizes.observe(current);
    return () => sizes.disconnect();
  }, [box]);
  return width;
}
