import { importTests } from '../support/import-tests.ts';

await importTests('packages/protocol/src/**/*.test.ts');
