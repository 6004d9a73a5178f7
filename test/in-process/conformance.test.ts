import { importTests } from '../support/import-tests.ts';

await importTests('test/conformance/**/*.test.ts');
