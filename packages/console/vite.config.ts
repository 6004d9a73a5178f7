// How the console is built: each HTML file beside this one is a page, and every address in it is
// relative, so that the gateway may serve the folder under more than one name.

import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { InlineConfig } from 'vite';

const here = import.meta.dirname;

export const config: InlineConfig = {
  root: here,
  configFile: false,
  base: './',
  publicDir: false,
  logLevel: 'warn',
  resolve: {
    // TypeBox makes its checks into code, which the pages' security policy forbids.
    alias: { 'typebox/compile': join(here, 'src/typebox-compile.ts') },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: globSync(join(here, '*.html')) },
  },
};
