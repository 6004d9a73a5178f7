import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const top = join(import.meta.dirname, '..');
/** Rooms with a page of their own: their sheets are never loaded beside those of the console. */
const apart = ['docs', 'machine'];

test('a class has one home: sheets of all views that were looked at are loaded at once', () => {
  const homes = new Map<string, string[]>();
  for (const sheet of globSync('**/*.css', { cwd: top })) {
    if (apart.some((room) => sheet.startsWith(room))) continue;
    for (const name of classesOf(readFileSync(join(top, sheet), 'utf8'))) {
      homes.set(name, [...(homes.get(name) ?? []), sheet]);
    }
  }
  assert.deepEqual(
    [...homes].filter(([, sheets]) => sheets.length > 1),
    [],
  );
  assert.ok(homes.size > 100);
});

/** Those that a rule of a layer is for; not what is nested in one, nor what a width changes. */
function classesOf(sheet: string): ReadonlySet<string> {
  const names: string[] = [];
  let depth = 0;
  for (const [, selectors = '', brace] of sheet.matchAll(/([^{};]*)([{}])/g)) {
    if (brace === '{' && depth === 1) names.push(...classesAlone(selectors));
    depth += brace === '{' ? 1 : -1;
  }
  return new Set(names);
}

/** `.one, .other` are two; `.one > .other` is none. */
function classesAlone(selectors: string): readonly string[] {
  return selectors.split(',').flatMap((one) => /^\s*\.([\w-]+)\s*$/.exec(one)?.[1] ?? []);
}
