import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The built screens, as files to be had by exactly their own addresses. */
export interface UiFiles {
  /** Answers GET and HEAD; false when there is no such file. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Groat</title>
<h1>Groat runs, but its screens are not built</h1>
<p>In Groat’s folder run <code>npm run build</code>, then load this page again.</p></html>
`;

interface Found {
  readonly file: string;
  readonly type: string;
  readonly size: number;
  readonly cache: string;
}

/**
 * An address is looked up in a list of the files that are there, never made into a path: there is nothing to climb out of. The
 * list is read anew with each visit of the page, since a new build has other names.
 */
export function createUiFiles(folder: string): UiFiles {
  let listed: Promise<ReadonlyMap<string, Found>> | null = null;
  return {
    async answer({ method, url = '' }, response) {
      const [address = ''] = url.split('?');
      const isPage = address === '/' || address === '/index.html';
      if (isPage) listed = null;
      listed ??= list(folder);
      const files = await listed;
      const found = files.get(address === '/' ? '/index.html' : address);
      if (found === undefined) {
        if (!isPage) return false;
        response.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
        response.end(method === 'HEAD' ? undefined : notBuilt);
        return true;
      }
      response.writeHead(200, {
        'Content-Type': found.type,
        'Content-Length': found.size,
        'Cache-Control': found.cache,
      });
      if (method === 'HEAD') response.end();
      else await pipeline(createReadStream(found.file, { end: Math.max(0, found.size - 1) }), response);
      return true;
    },
  };
}

/** Plain files of a known kind; a link, which could lead anywhere, is none. */
async function list(folder: string): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`;
    // The build puts a hash of their content into these names.
    const cache = address.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
    found.set(address, { file, type, size: (await stat(file)).size, cache });
  }
  return found;
}
