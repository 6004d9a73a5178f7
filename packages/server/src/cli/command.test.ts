import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { command, nearest } from './command.ts';

const given: unknown[] = [];
const paint = command({
  usage: 'paint WALL [options]',
  about: ['Paints.'],
  words: ['WALL', '[COAT]'],
  options: {
    shade: { type: 'string', value: 'NAME', about: 'Which one.' },
    wet: { type: 'boolean', about: 'Do not wait.' },
    with: { type: 'string', multiple: true, value: 'TOOL', about: 'May be given again.' },
  },
  run: async (values, words) => {
    given.push({ ...values }, words);
    return 0;
  },
});

describe('a command', () => {
  test('a command gets its options and words', async () => {
    await paint.run(['north', '--shade', 'red', '--with', 'a', '--wet', '--with', 'b']);
    assert.deepEqual(given, [{ shade: 'red', with: ['a', 'b'], wet: true }, ['north']]);
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^WALL is missing\.\nSee: npm run tillgate -- paint --help$/],
    [['a', 'b', 'c'], /"c" is one word too many/],
    [['a', '--shde', 'red'], /Unknown option --shde\. Did you mean --shade\?/],
    [['a', '--nothing-alike', 'red'], /Unknown option --nothing-alike\.\n/],
    [['a', '-5'], /neither an option nor an amount/],
    [['a', '--shade'], /argument missing/],
  ];
  for (const [args, message] of wrong) {
    test(`"${args.join(' ')}" is refused with a hint`, () => {
      assert.throws(() => paint.run(args), { name: 'UsageError', message });
    });
  }

  test('the colour is auto, always or never', () => {
    assert.throws(() => paint.run(['a', '--color', 'red']), {
      name: 'UsageError',
      message: '--color: expected auto, always, never.',
    });
  });

  test('the help lists the declared options', () => {
    assert.match(paint.help, /^tillgate paint WALL \[options\]\n\nPaints\.\n\n {2}--shade NAME/);
  });

  test('a slip of the finger is understood, another word is not', () => {
    assert.equal(nearest('slae', ['site', 'sale', 'refund']), 'sale');
    assert.equal(nearest('raed', ['lead', 'read']), 'read');
    assert.equal(nearest('banana', ['sale', 'refund']), undefined);
  });
});
