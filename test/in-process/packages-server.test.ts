import { importTests } from '../support/import-tests.ts';

await importTests('packages/server/src/**/*.test.ts');
