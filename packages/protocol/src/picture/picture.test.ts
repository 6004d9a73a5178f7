import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LEAST_DISTANCE, MAX_STEPS, pictureOf } from './picture.ts';
import type { Shape } from './shapes.ts';
import { shapesOf } from './shapes.ts';
import { pictureSvg } from './svg.ts';
import { notification, sale, saleLines, storyOf } from './test-story.ts';

const title = 'Sale shop1/T1/1';

/** All texts that are drawn. */
function textsOf(shapes: readonly (Shape | string)[]): readonly string[] {
  return shapes.flatMap((one) => (typeof one === 'string' ? [one] : textsOf(one.children ?? [])));
}

describe('the places of steps', () => {
  test('distances are to scale with time, between a least and a most, and long waits are folded', () => {
    const { steps, folds, height } = pictureOf(
      storyOf({
        frames: [0, 1, 2001, 72_001].map((ms) => [ms, '>pac c1', notification('PRESENT_CARD')]),
      }),
    );
    const ys = steps.map(({ y }) => y);
    assert.deepEqual(
      ys.map((y, index) => y - (ys[index - 1] ?? 0)),
      [LEAST_DISTANCE, LEAST_DISTANCE, 68, 102],
    );
    assert.deepEqual(
      folds.map(({ text, kind }) => [text, kind]),
      [['1 min 10 s', 'wait']],
    );
    const [fold] = folds;
    assert.ok(fold && fold.y > (ys[2] ?? 0) && fold.y < (ys[3] ?? 0) - 12);
    assert.equal(height, (ys[3] ?? 0) + LEAST_DISTANCE);
  });

  test('a lane is interrupted from its loss to its return, or from what lost it last', () => {
    const { lanes, steps } = pictureOf(
      storyOf({
        frames: [
          [0, '<pac c1', sale],
          [900, '>pac c2', notification('AUTHORISING')],
        ],
        events: [
          [100, 'terminal', 'terminalLost'],
          [400, 'gateway', 'gatewayRestarted'],
          [500, 'terminal', 'terminalReturned'],
          [950, 'terminal', 'terminalLost'],
        ],
      }),
    );
    const at = (text: RegExp) => steps.find((step) => text.test(step.text))?.y;
    const [sent, lost, restarted, back, again] = [
      at(/sale/),
      at(/terminalLost/),
      at(/gatewayRestarted/),
      at(/terminalReturned/),
      at(/another connection/),
    ];
    const last = steps.at(-1)?.y ?? 0;
    assert.deepEqual(Object.fromEntries(lanes.map(({ lane, gaps }) => [lane, gaps])), {
      till: [{ from: restarted, to: again }],
      gateway: [{ from: sent, to: restarted }],
      terminal: [
        { from: lost, to: back },
        { from: last, to: last + LEAST_DISTANCE },
      ],
    });
  });

  test('of 10,000 messages the first and the last are drawn, with the number of those that are left out', () => {
    const picture = pictureOf(
      storyOf({
        frames: Array.from({ length: 10_000 }, (_, ms) => [ms, '>pac c1', notification(`N${ms}`)]),
      }),
    );
    assert.equal(picture.steps.length, MAX_STEPS);
    assert.equal(picture.leftOut, 10_000 - MAX_STEPS);
    assert.deepEqual(
      picture.folds.map(({ text }) => text),
      ['9,600 steps left out'],
    );
    assert.deepEqual(
      [picture.steps[199]?.meaning, picture.steps[200]?.meaning, picture.steps.at(-1)?.meaning],
      ['N199', 'N9800', 'N9999'],
    );
    assert.ok(pictureSvg(picture, { title }).length < 400_000);
  });
});

describe('the shapes', () => {
  test('a step keeps its words within the picture, cut where there is no room', () => {
    const method = 'm'.repeat(50);
    const picture = pictureOf(storyOf({ frames: [[0, '<pac c1', { id: 1, method }]] }));
    const [wide] = shapesOf(picture, 900).steps;
    const [narrow] = shapesOf(picture, 300).steps;
    assert.deepEqual(textsOf(wide?.shapes ?? []), ['0.0 s', method]);
    assert.match(textsOf(narrow?.shapes ?? [])[1] ?? '', /^m{20,35}…$/);
  });

  test('an outcome has its icon, its word and its tone', () => {
    const { steps } = shapesOf(pictureOf(storyOf(saleLines)), 640);
    const row = steps.find(({ step }) => step.name === 'Result');
    assert.deepEqual(textsOf(row?.shapes ?? []), ['8.0 s', 'Result: SUCCESSFUL £7.77', 'Approved']);
    assert.equal(row?.step.tone, 'good');
    assert.ok(row?.shapes.some(({ attributes }) => attributes.class === 'pic-icon'));
  });
});

describe('the picture as SVG', () => {
  test('it has a title, its steps as a list, light and dark, and nothing from elsewhere', () => {
    const svg = pictureSvg(pictureOf(storyOf(saleLines)), { title });
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="640" height="\d+"/);
    assert.match(svg, /<title id="title">Sale shop1\/T1\/1<\/title>/);
    assert.match(svg, /\+97 ms: Told the till: terminalNotification: PRESENT_CARD\n/);
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.match(svg, /@media print/);
    assert.equal(svg.match(/https?:|url\(|<script|@import|href/g)?.join(), 'http:');
  });

  test('hostile texts are drawn harmlessly', () => {
    const evil = `</text><script>alert(1)</script>"'&\u202e\u0007\ud800${'x'.repeat(10_000)}`;
    const source = storyOf({
      frames: [
        [0, '<pac c1', { id: 1, method: evil, params: { notificationValue: evil } }],
        [1, '>pac c1', { id: 1, error: { code: 1, message: evil } }],
        [2, `<${evil} c1`, evil],
      ],
      events: [[3, 'terminal', evil, { value: evil }]],
    });
    const svg = pictureSvg(pictureOf(source), { title: evil });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none.
    assert.doesNotMatch(svg, /<script|[\u0000-\u0009\u000b-\u001f\u202e]|\p{Surrogate}/u);
    assert.doesNotMatch(svg.replaceAll(/<title id="title">.*<\/title>/g, ''), /x{500}/);
    assert.match(svg, /&lt;\/text&gt;&lt;script&gt;/);
  });
});
