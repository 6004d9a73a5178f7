// The shapes of a picture at a width, as elements of SVG: `pictureSvg` writes them as text, and the console draws them
// in its page. Their colours are those of their classes and tones, which each of the two sets.

import { columnsOf, cutText } from '../schema/columns.ts';
import { outcomeIconPaths } from './icon-paths.ts';
import type { Fold, Picture, PictureLane, PlacedStep } from './picture.ts';
import { LEAST_DISTANCE } from './picture.ts';
import type { Lane } from './steps.ts';

/** One drawn part, for SVG. */
export interface Shape {
  readonly tag: 'g' | 'line' | 'path' | 'circle' | 'rect' | 'text' | 'tspan';
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children?: readonly (Shape | string)[];
}

/** All that is drawn of a picture. */
export interface PictureShapes {
  readonly width: number;
  readonly height: number;
  /** Lanes and folds, below the steps. */
  readonly ground: readonly Shape[];
  readonly steps: readonly StepShapes[];
}

/** What is drawn of one step. */
export interface StepShapes {
  readonly step: PlacedStep;
  /** The row of the step over the whole width; no two rows overlap. */
  readonly top: number;
  readonly bottom: number;
  readonly shapes: readonly Shape[];
}

/** Below it words are cut to nothing. */
const MIN_WIDTH = 240;
const TITLE_HEIGHT = 30;
/** For the times. */
const GUTTER = 46;
/** From the outer lanes to the edges. */
const INSET = 10;
/** One column of text at the size of the words. */
const COLUMN = 6.7;
const TITLE_COLUMN = 7;
/** From the gateway's lane: half of its title, and what parts two titles. */
const TITLE_ASIDE = 38;
const ARROW = 6;
const WORDS_ABOVE = 6;
const ROW_BELOW = 8;

/** Positions from the left. */
interface Frame {
  readonly width: number;
  readonly x: Readonly<Record<Lane, number>>;
}

/** The shapes of a picture at a width in pixels. */
export function shapesOf(picture: Picture, width: number): PictureShapes {
  const wide = Math.max(MIN_WIDTH, Math.round(width));
  const [till, terminal] = [GUTTER + INSET, wide - INSET];
  const frame = { width: wide, x: { till, gateway: Math.round((till + terminal) / 2), terminal } };
  const height = picture.height + TITLE_HEIGHT;
  return {
    ...{ width: wide, height },
    ground: [
      ...picture.lanes.flatMap((lane) => laneShapes(lane, picture.height, frame)),
      ...picture.folds.map((fold) => foldShape(fold, frame)),
    ],
    steps: picture.steps.map((step, index) => {
      const y = step.y + TITLE_HEIGHT;
      return {
        ...{ step, top: y - LEAST_DISTANCE + ROW_BELOW, bottom: y + ROW_BELOW },
        shapes: [...timeShapes(picture.steps, index, y), ...stepShapes(step, y, frame)],
      };
    }),
  };
}

function laneShapes({ lane, title, gaps }: PictureLane, height: number, { x }: Frame): Shape[] {
  const at = x[lane];
  const bottom = height + TITLE_HEIGHT;
  const anchor = ({ till: 'start', gateway: 'middle', terminal: 'end' } as const)[lane];
  // A long one begins further left, so that it does not reach the next.
  const free = x.gateway - TITLE_ASIDE - columnsOf(title) * TITLE_COLUMN;
  const titleAt = {
    till: Math.max(0, Math.min(at - INSET, free)),
    gateway: at,
    terminal: at + INSET,
  }[lane];
  const name = words(title, { x: titleAt, y: TITLE_HEIGHT - 12, anchor });
  const shapes: Shape[] = [{ ...name, attributes: { ...name.attributes, class: 'pic-title' } }];
  let from = TITLE_HEIGHT - 4;
  for (const gap of gaps) {
    const [start, end] = [gap.from + TITLE_HEIGHT, gap.to + TITLE_HEIGHT];
    if (start > from) shapes.push(vertical('pic-lane', at, [from, start]));
    shapes.push(vertical('pic-gap', at, [Math.max(start, from), end]));
    from = end;
  }
  if (from < bottom) shapes.push(vertical('pic-lane', at, [from, bottom]));
  return shapes;
}

function vertical(className: string, x: number, [y1, y2]: readonly [number, number]): Shape {
  return { tag: 'line', attributes: { class: className, x1: x, x2: x, y1, y2 } };
}

/** A break through all lanes, with the length of the wait. */
function foldShape({ y: at, text, kind }: Fold, { width, x }: Frame): Shape {
  const y = at + TITLE_HEIGHT;
  const half = (columnsOf(text) * COLUMN) / 2 + 6;
  const middle = (x.till + x.gateway) / 2;
  const zigzag = (from: number, to: number): Shape => ({
    tag: 'path',
    attributes: { class: 'pic-fold', d: zigzagPath(from, to, y) },
  });
  return {
    tag: 'g',
    attributes: { 'data-fold': kind },
    children: [
      zigzag(GUTTER, middle - half),
      zigzag(middle + half, width),
      { ...words(text, { x: middle, y: y + 4, anchor: 'middle', className: 'pic-quiet' }) },
    ],
  };
}

function zigzagPath(from: number, to: number, y: number): string {
  const STEP = 6;
  let path = `M${from} ${y}`;
  for (let count = 1; from + count * STEP <= to; count += 1) {
    path += `L${round(from + count * STEP)} ${y + (count % 2 === 1 ? -2 : 2)}`;
  }
  return path;
}

/** The time since the first step, where it differs from that of the step before. */
function timeShapes(steps: readonly PlacedStep[], index: number, y: number): Shape[] {
  const first = steps[0]?.at ?? 0;
  const textOf = (step: PlacedStep | undefined) => step && elapsedText(step.at - first);
  const text = textOf(steps[index]);
  if (text === undefined || text === textOf(steps[index - 1])) return [];
  return [words(text, { x: GUTTER - 8, y: y + 4, anchor: 'end', className: 'pic-time' })];
}

/** `0.0 s`, `12.3 s`, `2:05`, `1:00:05`. */
function elapsedText(ms: number): string {
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function stepShapes(step: PlacedStep, y: number, frame: Frame): readonly Shape[] {
  switch (step.kind) {
    case 'message':
      return arrowShapes(step, y, frame);
    case 'mark':
      return [
        {
          tag: 'rect',
          attributes: { class: 'pic-mark', x: frame.x.gateway - 4, y: y - 4, width: 8, height: 8 },
        },
        ...label(step, { from: frame.x.gateway + 12, to: frame.width, y: y + 4, anchor: 'start' }),
      ];
    case 'break':
      return breakShapes(step, y, frame);
  }
}

type Of<Kind extends PlacedStep['kind']> = Extract<PlacedStep, { readonly kind: Kind }>;

function arrowShapes(step: Of<'message'>, y: number, { x }: Frame): readonly Shape[] {
  const [start, end] = [x[step.from], x[step.to]];
  const way = Math.sign(end - start);
  const isThrough = step.from !== 'gateway' && step.to !== 'gateway';
  const tip = `M${end - way * ARROW} ${y - 4}L${end} ${y}L${end - way * ARROW} ${y + 4}`;
  const isRight = Math.max(start, end) === x.terminal && (!isThrough || way < 0);
  return [
    { tag: 'line', attributes: { class: 'pic-arrow', x1: start, x2: end - way, y1: y, y2: y } },
    { tag: 'path', attributes: { class: 'pic-arrow', d: tip } },
    ...(isThrough
      ? [
          {
            tag: 'circle',
            attributes: { class: 'pic-mark', cx: x.gateway, cy: y, r: 2.5 },
          } as const,
        ]
      : []),
    ...label(step, {
      ...{ from: x.till + 8, to: x.terminal - 8, y: y - WORDS_ABOVE },
      anchor: isRight ? 'end' : 'start',
    }),
  ];
}

function breakShapes(step: Of<'break'>, y: number, { x, width }: Frame): readonly Shape[] {
  const at = x[step.lane];
  const d = `M${at - 7} ${y + 1}L${at + 7} ${y - 5}M${at - 7} ${y + 5}L${at + 7} ${y - 1}`;
  const isRight = step.lane === 'terminal';
  const room = isRight ? { from: x.till, to: at - 13 } : { from: at + 13, to: width };
  return [
    { tag: 'path', attributes: { class: 'pic-break', d } },
    ...label(step, { ...room, y: y + 4, anchor: isRight ? 'end' : 'start' }),
  ];
}

interface Room {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

const ICON = 13;

/** The words of a step, cut to the room: the icon of an outcome, what it says, and in quiet its name. */
function label(step: PlacedStep, { from, to, y, anchor }: Room): readonly Shape[] {
  const { name, meaning, icon, outcome } = step;
  const [loud, quiet] = wordsOf(name, meaning, outcome);
  const aside = icon ? ICON + 3 : 0;
  const columns = Math.max(3, Math.floor((to - from - aside) / COLUMN));
  const shown = cut(loud, columns);
  const rest = columns - columnsOf(shown) - 2;
  const more: Shape[] =
    quiet !== undefined && columnsOf(quiet) <= rest
      ? [{ tag: 'tspan', attributes: { class: 'pic-quiet', dx: 6 }, children: [quiet] }]
      : [];
  const isWrite = step.kind === 'mark' && !step.event;
  const text: Shape = {
    tag: 'text',
    attributes: {
      class: 'pic-words',
      x: anchor === 'start' ? from + aside : to - aside,
      y,
      'text-anchor': anchor,
    },
    children: [
      {
        tag: 'tspan',
        attributes: { class: isWrite ? 'pic-quiet' : 'pic-loud' },
        children: [shown],
      },
      ...more,
    ],
  };
  if (!icon) return [text];
  // At the end where the text is anchored, since how wide it is drawn is not known.
  const x = anchor === 'start' ? from : to - ICON;
  const transform = `translate(${round(x)} ${y - ICON + 2}) scale(${round(ICON / 24)})`;
  const d = outcomeIconPaths[icon];
  return [{ tag: 'path', attributes: { class: 'pic-icon', d, transform } }, text];
}

/** What stands out, and what stands beside it. */
function wordsOf(
  name: string,
  meaning: string | undefined,
  outcome: string | undefined,
): readonly [string, string | undefined] {
  if (meaning === undefined) return [name, outcome];
  if (name === 'terminalNotification' || name === 'showing' || name === 'Shows') {
    return [meaning, name];
  }
  return [`${name}: ${meaning}`, outcome];
}

function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return `${cutText(text, columns - 1)[0]}…`;
}

interface Words {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly className?: string;
}

function words(text: string, { x, y, anchor, className = 'pic-words' }: Words): Shape {
  const attributes = { class: className, x: round(x), y: round(y), 'text-anchor': anchor };
  return { tag: 'text', attributes, children: [text] };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
