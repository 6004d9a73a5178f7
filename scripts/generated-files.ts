// Every file of the repository that a program writes, by path from its top. Writing nothing itself,
// it only says what should stand there.

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

/** Folders in which nothing but generated files may lie. */
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
