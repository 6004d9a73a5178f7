// The content of every generated file, by path from the top of the repository. `generate.ts` writes the files.

import { api, dialects, publishedDocuments, publishedSchemas } from '@tillgate/protocol';
import { apiPage } from './api-page.ts';
import { errorsPage } from './errors-page.ts';
import { MESSAGE_PAGES, messagePages } from './message-pages.ts';
import { outcomesPage } from './outcomes-page.ts';
import { PAYMENT_PICTURES, paymentPictures } from './payment-pictures.ts';
import { CITED_RULES, citedRulesModule, rehearsePage } from './rehearse-pages.ts';
import { settingsPage, settingsSchema } from './settings-page.ts';

/** Folders that may hold generated files only. */
export const generatedFolders: readonly string[] = ['schemas', MESSAGE_PAGES, PAYMENT_PICTURES];

export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const versions = Object.values(dialects);
  const documents = [...publishedDocuments(versions)].map(
    ([path, text]) => [path, text()] as const,
  );
  const schemas = [...publishedSchemas(dialects), ...documents];
  return new Map([
    ...schemas.map(([path, text]) => [`schemas/${path}`, text] as const),
    [`schemas/${api.OPENAPI_FILE}`, api.openApi()],
    [`schemas/${api.FAULT_SCHEMA_FILE}`, api.faultSchema()],
    [`schemas/${api.REHEARSAL_SCHEMA_FILE}`, api.rehearsalSchema()],
    ['schemas/config.json', settingsSchema()],
    ['docs/admin-routes.md', apiPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/outcomes.md', outcomesPage()],
    ['docs/rehearse-catalogue.md', rehearsePage()],
    ['docs/settings.md', settingsPage()],
    [CITED_RULES, citedRulesModule()],
    ...messagePages(versions),
    ...(await paymentPictures()),
  ]);
}
