// How the console is built: each HTML file beside this one is a page, and every address in it is
// relative, so that the gateway may serve the folder under more than one name.

import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { InlineConfig, Plugin } from 'vite';

const here = import.meta.dirname;
/** Whichever style sheet a page loads first tells the order of the layers. */
const LAYERS = '@layer reset, tokens, base, kit, app, view;';

const layersFirst: Plugin = {
  name: 'layers-first',
  generateBundle: (_, bundle) => {
    for (const file of Object.values(bundle)) {
      const isSheet = file.type === 'asset' && file.fileName.endsWith('.css');
      if (isSheet) file.source = `${LAYERS}${file.source}`;
    }
  },
};

/** Into `outDir`, an absolute path. */
export function configFor(outDir: string): InlineConfig {
  return {
    root: here,
    configFile: false,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    plugins: [layersFirst],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: true,
      // What is in the bundles, for the notices of the package.
      license: { fileName: 'licenses.md' },
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: globSync(join(here, '*.html')) },
    },
  };
}
