import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from './tools/build/licences.ts';

/**
 * The screens, as both doors serve them: no inline script (the content policy allows none), every address relative, and
 * a manifest that says which files the first paint needs.
 */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react(), licences()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      // The first paint in one file: shared by what comes later, its parts would lie in twenty, and weigh a tenth more.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
});
