import { importTests } from '../support/import-tests.ts';

await importTests('packages/client/src/**/*.test.ts');
