import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Protocol } from 'electron';
import type { LogSink } from '../base/log-sink.ts';
import { screenPolicy } from '../base/screen-policy.ts';

const scheme = 'app';
const host = 'groat';

/** An address may be read as one of these and as nothing else. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Before the app is ready: our pages have an origin of their own, `app://groat`, like a page of https. */
export function claimScreenScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/**
 * Serves the built screens and nothing else: an address is looked up in a list of the files that were there at start, never
 * made into a path. The pages may fetch from this origin only, which is these same files.
 */
export async function serveScreens(protocol: Protocol, folder: string, log: LogSink): Promise<void> {
  const files = await list(folder);
  // The tray works without them, and says that something is wrong by an empty window.
  if (files.size === 0) log.error('the screens are not built', { dir: folder });
  const headers = {
    'Content-Security-Policy': screenPolicy("'self'"),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cache-Control': 'no-store',
  };
  protocol.handle(scheme, async (request) => {
    const address = URL.parse(request.url);
    const found = address?.host === host && request.method === 'GET' ? files.get(address.pathname) : undefined;
    if (found === undefined) return new Response('There is no such file.\n', { status: 404, headers });
    return new Response(await readFile(found.file), { headers: { ...headers, 'Content-Type': found.type } });
  });
}

interface Found {
  readonly file: string;
  readonly type: string;
}

async function list(folder: string): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    found.set(`/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`, { file, type });
  }
  return found;
}
