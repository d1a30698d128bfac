import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');

/** `dist` as the last `npm run build` left it; `npm test` begins with one. */
export function built(): string {
  const dist = join(root, 'dist');
  for (const file of ['renderer/index.html', 'main/main.js', 'preload/preload.cjs']) {
    if (!existsSync(join(dist, file))) throw new Error(`dist/${file} is missing: npm run build`);
  }
  return dist;
}
