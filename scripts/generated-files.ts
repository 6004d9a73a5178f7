// The content of every generated file, by path from the top of the repository. `generate.ts` writes the files.

import {
  ASYNCAPI_FILE,
  api,
  asyncApi,
  dialects,
  publishedIndex,
  publishedSchemas,
  SCHEMA_INDEX_FILE,
} from '@tillgate/protocol';
import { apiPage } from './api-page.ts';
import { errorsPage } from './errors-page.ts';
import { MESSAGE_PAGES, messagePages } from './message-pages.ts';
import { outcomesPage } from './outcomes-page.ts';
import { PAYMENT_PICTURES, paymentPictures } from './payment-pictures.ts';
import { settingsPage, settingsSchema } from './settings-page.ts';

/** Folders that may hold generated files only. */
export const generatedFolders: readonly string[] = ['schemas', MESSAGE_PAGES, PAYMENT_PICTURES];

export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const versions = Object.values(dialects);
  const schemas = versions.flatMap((dialect) => [...publishedSchemas(dialect)]);
  return new Map([
    ...schemas.map(([path, text]) => [`schemas/${path}`, text] as const),
    [`schemas/${SCHEMA_INDEX_FILE}`, publishedIndex(versions)],
    [`schemas/${ASYNCAPI_FILE}`, asyncApi(versions)],
    [`schemas/${api.OPENAPI_FILE}`, api.openApi()],
    ['schemas/config.json', settingsSchema()],
    ['docs/admin-routes.md', apiPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/outcomes.md', outcomesPage()],
    ['docs/settings.md', settingsPage()],
    ...messagePages(versions),
    ...(await paymentPictures()),
  ]);
}
