import { basename, dirname, extname, resolve } from 'node:path';
import type { Plugin } from 'vite';

const address = /new URL\('(\.\/[\w./-]+\.[jt]s)', import\.meta\.url\)/g;

/**
 * A thread's module is named by its address, `new URL('./worker.ts', import.meta.url)`, which a bundler does not follow
 * for a server. Each one found becomes a file beside the bundle, `worker.js`, and its address that of the file. It takes
 * for granted that the whole bundle lies in one folder; two modules of one name fail the build.
 */
export function threadFiles(): Plugin {
  const emitted = new Map<string, string>();
  return {
    name: 'groat-thread-files',
    // While the source still reads as it was written.
    enforce: 'pre',
    transform(code, id) {
      const file = id.split('?')[0] ?? id;
      if (file.includes('/node_modules/')) return null;
      const changed = code.replace(address, (_whole, relative: string) => {
        const module = resolve(dirname(file), relative);
        const fileName = `${basename(module, extname(module))}.js`;
        if ((emitted.get(fileName) ?? module) !== module) this.error(`two threads would be called ${fileName}`);
        if (!emitted.has(fileName)) this.emitFile({ type: 'chunk', id: module, fileName });
        emitted.set(fileName, module);
        return `new URL('./${fileName}', import.meta.url)`;
      });
      return changed === code ? null : { code: changed, map: null };
    },
  };
}
