// The page of errors, generated from the table of errors.

import { errorTable } from '@tillgate/protocol';
import { table } from './markdown.ts';

const INTRODUCTION = `# Errors

Generated from the table in \`packages/protocol/src/rpc/error.ts\` by \`npm run generate\`; do not edit.

An error message has a code, a sentence for troubleshooting and, in \`data.userMessage\`, a sentence
that a till may show to staff as it is. Codes are stable; sentences may change. Names in braces are
placeholders. The rules are C-3.18 to C-3.34 of [PROTOCOL.md](../PROTOCOL.md).
`;

const COLUMNS = ['Name', '`message`', '`data.userMessage`', 'Try again'];

/** A part for each code, so that `errors.md#-32070` leads to it. */
export function errorsPage(): string {
  const errors = Object.entries(errorTable).map(([name, row]) => ({ name, ...row }));
  const parts = [...Map.groupBy(errors, ({ code }) => code)].map(([code, rows]) => {
    const cells = rows.map(({ name, message, userMessage, retry }) => [
      name,
      message,
      userMessage,
      retry,
    ]);
    return `## ${code}\n\n${table(COLUMNS, cells)}`;
  });
  return [INTRODUCTION, ...parts].join('\n');
}
