// Whatever happened: every step has its place, in order, and nothing lies over something else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import { MAX_STEPS, pictureOf } from './picture.ts';
import type { PictureShapes, StepShapes } from './shapes.ts';
import { shapesOf } from './shapes.ts';
import type { PictureSource } from './source.ts';
import type { PictureStep } from './steps.ts';
import { stepsOf } from './steps.ts';
import type { StoryLines } from './test-story.ts';
import { notification, paid, result, sale, started, storyOf } from './test-story.ts';

const ms = fc.integer({ min: 0, max: 200_000 });
const way = fc.constantFrom(
  '<pac 1',
  '>pac 1',
  '>pac 2',
  '<pat 3',
  '>terminal 4',
  '<terminal 5',
  '<waiter 6',
);
const message = fc.oneof(
  fc.constantFrom<unknown>(sale, result, notification('PRESENT_CARD'), { id: 1, error: {} }, '{'),
  fc.constantFrom<unknown>(
    { id: 1, method: 'start', params: started.order },
    { id: 1, result: {} },
  ),
  fc.json(),
);
const by = fc.constantFrom('till', 'terminal', 'waiter', 'gateway');
const event = fc.constantFrom(
  ...['started', 'showed', 'signatureAsked', 'signatureJudged', 'terminalLost', 'terminalReturned'],
  ...[
    'gatewayRestarted',
    'ended',
    'delivered',
    'lockAsked',
    'lockConfirmed',
    'noticeDelivered',
    'x',
  ],
);
const data = fc.oneof(
  fc.constantFrom<object>(started, { value: 'PRESENT_CARD' }, { result: paid }, { by: 'till' }),
  fc.object(),
);
const lines: fc.Arbitrary<StoryLines> = fc.record({
  frames: fc.array(fc.tuple(ms, way, message), { maxLength: 40 }),
  events: fc.array(fc.tuple(ms, by, event, data), { maxLength: 40 }) as fc.Arbitrary<
    NonNullable<StoryLines['events']>
  >,
  writes: fc.array(ms, { maxLength: 10 }),
});

test('steps are drawn in order, each once, without lying over each other, and none is lost', () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 0, max: 2000 }), (story, width) => {
      const source = storyOf(story);
      const picture = pictureOf(source);
      assertComplete(source, picture.steps);
      const drawn = shapesOf(picture, width);
      for (const [index, row] of drawn.steps.entries()) {
        assertInPlace(row, drawn.steps[index - 1], drawn);
      }
      for (const { lane, gaps } of picture.lanes) {
        assert.ok(
          gaps.every(({ from, to }, index) => from <= to && from >= (gaps[index - 1]?.to ?? 0)),
          lane,
        );
      }
    }),
    { numRuns: depth(300) },
  );
});

/** The list of the console has what the picture has, and both have all that the source has. */
function assertComplete(source: PictureSource, drawn: readonly PictureStep[]): void {
  const keys = stepsOf(source).map(({ key }) => key);
  assert.deepEqual(
    drawn.map(({ key }) => key),
    keys,
  );
  assert.equal(new Set(keys).size, keys.length);
  const frames = drawn.flatMap(({ frame }) => frame ?? []);
  const events = drawn.flatMap((one) => one.event ?? []);
  assert.deepEqual([frames.length, events.length], [source.frames.length, source.events?.length]);
  assert.deepEqual(new Set(frames), new Set(source.frames));
  assert.deepEqual(new Set(events), new Set(source.events));
}

const ACROSS: ReadonlySet<string> = new Set(['x', 'x1', 'x2', 'cx']);

function assertInPlace(
  { step, top, bottom, shapes }: StepShapes,
  before: StepShapes | undefined,
  { width, height }: PictureShapes,
): void {
  assert.ok(!before || before.step.at <= step.at, 'in order');
  assert.ok(top >= (before?.bottom ?? 0) && bottom <= height, 'in a row of its own');
  if (step.kind === 'message') assert.notEqual(step.from, step.to);
  const places = shapes
    .flatMap(({ attributes }) => Object.entries(attributes))
    .flatMap(([name, value]) => (ACROSS.has(name) ? Number(value) : []));
  assert.ok(
    places.every((x) => x >= 0 && x <= width),
    `${places} within ${width}`,
  );
}

test('of many steps as many are drawn as the limit says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 * MAX_STEPS }), (count) => {
      const frames = Array.from({ length: count }, (_, at) => [at, '<pac 1', sale] as const);
      const { steps, leftOut } = pictureOf(storyOf({ frames }));
      assert.equal(steps.length, Math.min(count, MAX_STEPS));
      assert.equal(steps.length + leftOut, count);
    }),
    { numRuns: 20 },
  );
});
