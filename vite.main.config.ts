import { defineConfig } from 'vite';
import { threadFiles } from './tools/build/thread-files.ts';

/** Native modules load files that lie beside them, so they stay packages of their own in the app. */
const natives = ['better-sqlite3', 'keytar', 'litesvm/dist/internal.js'];

/** Electron's main process with the whole host: one folder, dist/main, that needs Electron and the natives and no more. */
export default defineConfig({
  plugins: [threadFiles()],
  publicDir: false,
  ssr: { noExternal: true, external: ['electron', ...natives], target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'dist/main',
    emptyOutDir: true,
    minify: false,
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: 'src-main/app/main.ts' },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
