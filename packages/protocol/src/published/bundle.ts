// All messages and their parts as one JSON Schema, in which each part stands once: for code generators, and for
// validators that want one file.

import type { Dialect } from '../dialect/dialect.ts';
import { definitionsOf } from './definitions.ts';
import type { Form } from './forms.ts';
import { inForm } from './forms.ts';
import { namedMessages } from './names.ts';
import { pretty } from './schemas.ts';

/** File names of the schema in its two forms, beside the folders of the versions. */
export const BUNDLE_FILES: Readonly<Record<Form, string>> = {
  closed: 'bundle.json',
  open: 'bundle.open.json',
};

const DEFINITIONS = '#/$defs/';

const descriptions: Readonly<Record<Form, string>> = {
  closed: 'Any message of the wire, with the keys and values that the gateway checks.',
  open:
    'Any message of the wire, for code that reads it: a later version may add keys and values, ' +
    'and x-extensible-enum lists the values that are known today. Absent keys are not null.',
};

/** The schema for `dialects` as JSON text (2020-12); `#/$defs/SaleRequest` is one message. */
export function schemaBundle(dialects: readonly Dialect[], form: Form = 'closed'): string {
  const all = inForm(namedMessages(dialects), form);
  const names = [...new Set(all.map(({ name }) => name))];
  return pretty({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:tillgate:${BUNDLE_FILES[form].replace('.json', '')}`,
    title: 'TillgateMessage',
    description: descriptions[form],
    anyOf: names.map((name) => ({ $ref: DEFINITIONS + name })),
    $defs: definitionsOf(
      all.map(({ schema }) => schema),
      DEFINITIONS,
    ),
  });
}
