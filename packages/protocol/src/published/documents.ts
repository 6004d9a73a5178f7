// The generated documents beside the raw schemas, by file name: their index, all schemas in one, AsyncAPI and OpenRPC.

import type { Dialect } from '../dialect/dialect.ts';
import { ASYNCAPI_FILES, asyncApi } from './asyncapi.ts';
import { BUNDLE_FILES, schemaBundle } from './bundle.ts';
import { forms } from './forms.ts';
import { openRpc, openRpcFile } from './openrpc.ts';
import { publishedIndex, SCHEMA_INDEX_FILE } from './schemas.ts';

/** What makes the text of each document for `dialects`, by path below the folder of the schemas. */
export function publishedDocuments(
  dialects: readonly Dialect[],
): ReadonlyMap<string, () => string> {
  const rows: readonly (readonly [string, () => string])[] = [
    [SCHEMA_INDEX_FILE, () => publishedIndex(dialects)],
    ...forms.map((form) => [BUNDLE_FILES[form], () => schemaBundle(dialects, form)] as const),
    ...forms.map((form) => [ASYNCAPI_FILES[form], () => asyncApi(dialects, form)] as const),
    ...dialects.map((one) => [openRpcFile(one), () => openRpc(one, dialects)] as const),
  ];
  return new Map(rows);
}
