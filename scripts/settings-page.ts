// The page of settings and the JSON Schema of the configuration file, generated from the table of settings.

import { Settings } from 'tillgate';
import { table } from './markdown.ts';

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
}

const shapes = Object.entries(Settings.properties as unknown as Record<string, Shape>);

const INTRODUCTION = `# Settings

Generated from the table in \`packages/server/src/settings.ts\` by \`npm run generate\`; do not edit.

Each setting has one name in three forms: \`pingInterval\` in the configuration file is the flag
\`--ping-interval\` and the variable \`TILLGATE_PING_INTERVAL\`. Flags override variables, variables
override the file, and the file overrides the defaults below. Times are in seconds. \`tillgate config\`
prints the effective settings.

The file is JSON; \`--config FILE\` or \`TILLGATE_CONFIG\` names it. Its schema is
[schemas/config.json](../schemas/config.json). Editors use the schema if the file begins with
\`"$schema": "./schemas/config.json"\`.
`;

const COLUMNS = ['Setting', 'Type', 'Default', 'What it is for'];

export function settingsPage(): string {
  const rows = shapes.map(([name, shape]) => [
    `\`${name}\``,
    shape.enum ? shape.enum.map((word) => `\`${word}\``).join(', ') : (shape.type ?? ''),
    shape.default === undefined ? '' : `\`${shape.default}\``,
    shape.description ?? '',
  ]);
  return `${INTRODUCTION}\n${table(COLUMNS, rows)}`;
}

/** The schema of a settings file: each setting by name, none required, and `$schema`. */
export function settingsSchema(): string {
  const { title, description } = Settings as { title?: string; description?: string };
  const properties = { $schema: { type: 'string' }, ...Object.fromEntries(shapes) };
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    description,
    type: 'object',
    properties,
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
