import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from './built.ts';

/** Marks the fuses in Electron's program; then come their version, their number and one character each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 8;

/** A folder that a packer takes for Electron on Linux. Its program has fuses, each as Electron ships it: on. */
export function stubElectron(folder: string): void {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')));
  for (const inner of ['resources', 'locales']) mkdirSync(join(folder, inner), { recursive: true });
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'version'), version);
  const wire = [...sentinel].map((character) => character.charCodeAt(0));
  writeFileSync(join(folder, 'electron'), Buffer.from([...wire, 1, fuseCount, ...Array(fuseCount).fill(0x31)]));
  chmodSync(join(folder, 'electron'), 0o755);
}

/** The fuses of a program, in the order of their places: on or off. */
export function fusesIn(program: string): readonly boolean[] {
  const bytes = readFileSync(program);
  const start = bytes.indexOf(sentinel) + sentinel.length + 2;
  return [...bytes.subarray(start, start + fuseCount)].map((state) => state === 0x31);
}
