import { importTests } from '../support/import-tests.ts';

await importTests('packages/console/src/**/*.test.ts');
