import { basename, join } from 'node:path';

/** Where the shell's files lie. */
export interface AppPaths {
  /** The screens as they were built. */
  readonly renderer: string;
  /** CommonJS: a sandboxed preload can be nothing else. */
  readonly preload: string;
  readonly resources: string;
}

/**
 * `here` is the folder of the main script: `dist/main` as built, also inside the packed archive, or `src-main/app` when it
 * runs from its source. `resources` lies beside `dist`.
 */
export function appPaths(here: string): AppPaths {
  const fromSource = basename(here) === 'app';
  const root = join(here, '..', '..');
  const dist = fromSource ? join(root, 'dist') : join(here, '..');
  return {
    renderer: join(dist, 'renderer'),
    preload: join(dist, 'preload', 'preload.cjs'),
    resources: join(root, 'resources'),
  };
}
