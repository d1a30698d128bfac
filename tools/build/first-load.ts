import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const manifest = z.record(z.string(), z.object({ file: z.string(), imports: z.array(z.string()).optional() }));

/** The scripts of the screens, as the build's manifest tells them apart. */
export interface FirstLoad {
  /** What a browser must have before the first paint: what the page names and all that this imports. */
  readonly initial: readonly Script[];
  /** What comes when it is asked for. */
  readonly lazy: readonly Script[];
}

export interface Script {
  readonly file: string;
  readonly text: string;
  readonly gzipBytes: number;
}

/** Reads a built `dist/renderer`. Throws where there is none. */
export function readFirstLoad(folder: string): FirstLoad {
  const chunks = manifest.parse(JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')));
  const initial = new Set<string>();
  const add = (file: string) => {
    if (initial.has(file)) return;
    initial.add(file);
    const inner = Object.values(chunks).find((chunk) => chunk.file === file)?.imports ?? [];
    for (const key of inner) add(chunks[key]?.file ?? key);
  };
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  for (const [, file = ''] of page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)) add(file);
  const all = new Set([...initial, ...Object.values(chunks).map(({ file }) => file)]);
  const scripts = [...all].filter((file) => file.endsWith('.js'));
  const script = (file: string): Script => {
    const text = readFileSync(join(folder, file), 'utf8');
    return { file, text, gzipBytes: gzipSync(text).length };
  };
  return {
    initial: scripts.filter((file) => initial.has(file)).map(script),
    lazy: scripts.filter((file) => !initial.has(file)).map(script),
  };
}

export const gzipTotal = (scripts: readonly Script[]) => scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
