// The page of the admin API's routes, generated from the declarations.

import { api } from '@tillgate/protocol';
import { code, codeList, table } from './markdown.ts';
import { FIELD_COLUMNS, fieldRows } from './message-fields.ts';

const INTRODUCTION = `# Routes of the admin API

Generated from the declarations in \`packages/protocol/src/api\` by \`npm run generate\`; do not edit.
[admin-api.md](admin-api.md) is the guide. The routes are also published as the OpenAPI 3.1 document
[schemas/openapi.json](../schemas/openapi.json), which a gateway serves at \`${api.BASE_PATH}/openapi.json\`.

All paths begin with \`${api.BASE_PATH}\`. A field is named by its path from the top of the JSON; \`[]\` stands for
each item of an array, \`*\` for each key of an object whose keys are names.
`;

export function apiPage(): string {
  const routes: readonly (readonly [string, api.Route])[] = Object.entries(api.routes);
  const rows = routes.map(([name, { method, path, summary, access }]) => [
    `[${name}](#${name.toLowerCase()})`,
    code(`${method} ${path}`),
    access,
    summary,
  ]);
  const list = table(['Route', 'Request', 'For', 'What it does'], rows);
  return [INTRODUCTION, list, problemList(), ...routes.map(section)].join('\n');
}

function problemList(): string {
  const rows = Object.entries(api.problems).map(([name, { status, title }]) => [
    String(status),
    code(name),
    title,
  ]);
  const text =
    '## Problems\n\nNames are stable, sentences may change. `type` is `urn:tillgate:problem:` ' +
    'and the name.\n\n';
  return text + table(['Status', 'Name', 'Title'], rows);
}

function section([name, route]: readonly [string, api.Route]): string {
  const { method, path, summary, access, answer, body } = route;
  return [
    `## ${name}\n\n${code(`${method} ${path}`)} · for: ${access}\n\n${summary}\n`,
    fields('In the path', route.params),
    fields('Behind the `?`', route.query),
    body ? fields('Body', body) : '',
    `Answer ${answer.status}: ${answer.description}\n`,
    'body' in answer ? fields('Body of the answer', answer.body) : '',
    'events' in answer ? fields('Each event', answer.events) : '',
    `Problems: ${codeList(api.problemsOf(route))}.\n`,
  ]
    .filter(Boolean)
    .join('\n');
}

function fields(title: string, schema: object): string {
  const rows = fieldRows(schema);
  return rows.length === 0 ? '' : `${title}:\n\n${table(FIELD_COLUMNS, rows)}`;
}
