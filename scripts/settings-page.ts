// The page of settings for readers and the schema for their editors, made from the one table.

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
\`--ping-interval\` and the variable \`TILLGATE_PING_INTERVAL\`. Flags win over variables, those over the
file, that over the defaults below. Times are in seconds. \`tillgate config\` prints what is in force.

The file is JSON, named by \`--config FILE\` or \`TILLGATE_CONFIG\`; its schema is
[schemas/config.json](../schemas/config.json), which an editor finds by a first line
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

/** A settings file: each setting by name, none required, and the address of this schema. */
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
