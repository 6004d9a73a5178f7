// The content of every generated file, by path from the top of the repository. `generate.ts` writes the files.

import {
  ASYNCAPI,
  api,
  asyncApi,
  dialects,
  publishedIndex,
  publishedSchemas,
  SCHEMA_INDEX,
} from '@tillgate/protocol';
import { apiPage } from './api-page.ts';
import { errorsPage } from './errors-page.ts';
import { MESSAGE_PAGES, messagePages } from './message-pages.ts';
import { settingsPage, settingsSchema } from './settings-page.ts';

/** Folders that may hold generated files only. */
export const generatedFolders: readonly string[] = ['schemas', MESSAGE_PAGES];

export function generatedFiles(): ReadonlyMap<string, string> {
  const versions = Object.values(dialects);
  const schemas = versions.flatMap((dialect) => [...publishedSchemas(dialect)]);
  return new Map([
    ...schemas.map(([path, text]) => [`schemas/${path}`, text] as const),
    [`schemas/${SCHEMA_INDEX}`, publishedIndex(versions)],
    [`schemas/${ASYNCAPI}`, asyncApi(versions)],
    [`schemas/${api.OPENAPI}`, api.openApi()],
    ['schemas/config.json', settingsSchema()],
    ['docs/admin-routes.md', apiPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/settings.md', settingsPage()],
    ...messagePages(versions),
  ]);
}
