import { importTests } from '../support/import-tests.ts';

await importTests('test/api/**/*.test.ts');
