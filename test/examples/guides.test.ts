// What the README and the guides show: messages fit their published schemas, and every link leads
// somewhere.

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { findViolations, v1 } from '@tillgate/protocol';

const top = join(import.meta.dirname, '../..');
const guides = ['README.md', ...globSync(['docs/*.md', 'packages/*/README.md'], { cwd: top })];

interface Frame {
  readonly id?: number;
  readonly method?: string;
  readonly error?: object;
}

for (const guide of guides) {
  const text = readFileSync(join(top, guide), 'utf8');
  describe(guide, () => {
    test('the links of the guide lead to files of the repository', () => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)];
      const broken = links
        .map(([, link = '']) => link)
        .filter((link) => !existsSync(join(top, dirname(guide), link)));
      assert.deepEqual(broken, []);
    });

    for (const [at, [, block = '']] of [...text.matchAll(/```jsonl\n(.*?)```/gs)].entries()) {
      test(`the messages of block ${at + 1} fit their schemas`, () => {
        const asked = new Map<number, string>();
        for (const line of block.trim().split('\n')) {
          const frame = JSON.parse(line) as Frame;
          if (frame.method && frame.id !== undefined) asked.set(frame.id, frame.method);
          const faults = schemasOf(frame, asked).map((schema) => findViolations(schema, frame));
          assert.ok(
            faults.some((found) => found.length === 0),
            `${line} ${JSON.stringify(faults)}`,
          );
        }
      });
    }
  });
}

/** A method may have a meaning on several kinds of connection. */
function schemasOf({ id, method, error }: Frame, asked: ReadonlyMap<number, string>) {
  const name = nameOf({ id, method, asked: asked.get(id ?? -1), error });
  const messages = v1.messages.filter((each) => each.name === name);
  assert.ok(messages.length > 0, name);
  return messages.map(({ schema }) => schema);
}

interface Naming {
  readonly id: number | undefined;
  readonly method: string | undefined;
  readonly asked: string | undefined;
  readonly error: object | undefined;
}

function nameOf({ id, method, asked, error }: Naming): string {
  if (error) return 'error';
  // A notification is named after its method alone.
  if (method && id === undefined) return method;
  return method ? `${method}.request` : `${asked}.response`;
}
