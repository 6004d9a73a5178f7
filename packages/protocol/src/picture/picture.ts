// The picture of a payment: its steps below each other, as far apart as they are in time, within limits. Lengths are in
// pixels of a picture at its usual size.
//
//   const picture = pictureOf(story);
//   writeFileSync('sale.svg', pictureSvg(picture, { width: 640 }));

import { durationText } from './duration-text.ts';
import type { PictureSource } from './source.ts';
import type { Lane, PictureStep } from './steps.ts';
import { lanes, stepsOf } from './steps.ts';

/** A payment laid out: its lanes from left to right, its steps from top to bottom. */
export interface Picture {
  /** Those that are drawn. */
  readonly steps: readonly PlacedStep[];
  readonly lanes: readonly PictureLane[];
  /** Long waits between two steps, which are drawn shorter, and steps that are left out. */
  readonly folds: readonly Fold[];
  readonly height: number;
  /** Steps that are left out in the middle, for there are more than are drawn. */
  readonly leftOut: number;
}

/** A step and the height at which it stands, in pixels. */
export type PlacedStep = PictureStep & { readonly y: number };

export interface PictureLane {
  readonly lane: Lane;
  readonly title: string;
  /** Where nobody is at its end, from the top. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

export interface Fold {
  readonly y: number;
  /** Such as `12.40 s`. */
  readonly text: string;
  readonly kind: 'wait' | 'leftOut';
}

/** More steps make a picture that nobody reads and that a page draws slowly. */
export const MAX_STEPS = 400;

const PIXELS_PER_MS = 0.034;
/** Between the lines of two steps: room for the words of the second. */
export const LEAST_DISTANCE = 34;
/** What 3 s take; a longer wait is folded. */
const MOST_DISTANCE = 102;
/** Above the first step and below the last. */
const MARGIN = LEAST_DISTANCE;

/** Lays out the picture of a payment. */
export function pictureOf(source: PictureSource): Picture {
  const all = stepsOf(source);
  const { shown, leftOut } = within(all, MAX_STEPS);
  const placed: PlacedStep[] = [];
  const folds: Fold[] = [];
  let y = MARGIN;
  for (const [index, step] of shown.entries()) {
    const before = shown[index - 1];
    if (before) {
      const isCut = leftOut > 0 && index === MAX_STEPS / 2;
      const wait = step.at - before.at;
      const distance = isCut ? MOST_DISTANCE : distanceOf(wait);
      const middle = y + (distance - LEAST_DISTANCE / 2) / 2;
      if (isCut) folds.push({ y: middle, text: leftOutText(leftOut), kind: 'leftOut' });
      else if (wait * PIXELS_PER_MS > MOST_DISTANCE) {
        folds.push({ y: middle, text: durationText(wait), kind: 'wait' });
      }
      y += distance;
    }
    placed.push({ ...step, y });
  }
  const height = y + MARGIN;
  const ends = lanes.map((lane) => ({
    ...{ lane, title: titleOf(lane, source) },
    gaps: gapsOf(lane, placed, height),
  }));
  return { steps: placed, lanes: ends, folds, height, leftOut };
}

/** The first and the last of `all`, half of each, if there are more than `most`. */
function within(all: readonly PictureStep[], most: number) {
  if (all.length <= most) return { shown: all, leftOut: 0 };
  const half = most / 2;
  return { shown: [...all.slice(0, half), ...all.slice(-half)], leftOut: all.length - most };
}

function leftOutText(count: number): string {
  return `${count.toLocaleString('en-GB')} steps left out`;
}

function distanceOf(wait: number): number {
  return Math.min(MOST_DISTANCE, Math.max(LEAST_DISTANCE, Math.round(wait * PIXELS_PER_MS)));
}

function titleOf(lane: Lane, { frames, events }: PictureSource): string {
  if (lane === 'gateway') return 'Gateway';
  if (lane === 'terminal') return 'Card machine';
  const isTable =
    events?.[0]?.event === 'lockAsked' ||
    (frames.some(({ integration }) => integration === 'pat') &&
      !frames.some(({ integration }) => integration === 'pac'));
  return isTable ? 'Till at the table' : 'Till';
}

/**
 * From where a lane is lost to where it is there again; without the former from the step before, or from where the
 * gateway was started again, which loses all lanes.
 */
function gapsOf(lane: Lane, steps: readonly PlacedStep[], height: number): PictureLane['gaps'] {
  const gaps: { from: number; to: number }[] = [];
  let lost: number | undefined;
  let before = 0;
  for (const step of steps) {
    if (step.kind === 'break' && step.lane === lane) {
      if (step.change === 'lost') lost ??= step.y;
      else {
        gaps.push({ from: lost ?? before, to: step.y });
        lost = undefined;
      }
    }
    if (touches(step, lane) || (step.kind === 'break' && step.lane === 'gateway')) before = step.y;
  }
  if (lost !== undefined) gaps.push({ from: lost, to: height });
  return gaps;
}

function touches(step: PlacedStep, lane: Lane): boolean {
  if (step.kind === 'mark') return lane === 'gateway';
  if (step.kind === 'break') return step.lane === lane;
  return step.from === lane || step.to === lane || lane === 'gateway';
}
