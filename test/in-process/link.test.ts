import { importTests } from '../support/import-tests.ts';

await importTests('test/link/**/*.test.ts');
