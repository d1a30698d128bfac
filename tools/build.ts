/**
 * `npm run build [-- renderer]`: the screens, and unless they alone are asked for the Electron main process and its
 * preload script, into `dist/`. Its last line says what a browser loads before it can paint.
 */
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import main from '../vite.main.config.ts';
import preload from '../vite.preload.config.ts';
import renderer from '../vite.renderer.config.ts';
import { gzipTotal, readFirstLoad } from './build/first-load.ts';

const root = join(import.meta.dirname, '..');
// The folders in the configurations are written from the root.
process.chdir(root);

const parts: readonly InlineConfig[] = process.argv.includes('renderer') ? [renderer] : [renderer, main, preload];
for (const part of parts) await build({ ...part, configFile: false, logLevel: 'warn' });

const { initial, lazy } = readFirstLoad(join(root, 'dist', 'renderer'));
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
process.stdout.write(
  `built: ${kilobytes(gzipTotal(initial))} of script (gzip) for the first paint, ${kilobytes(gzipTotal(lazy))} when asked for\n`,
);
