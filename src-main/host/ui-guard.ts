import type { IncomingHttpHeaders } from 'node:http';
import { type Problem, problem } from '../../src-shared/errors/index.ts';

/** What of a request says where it comes from. */
export interface KnockingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Whether a request may be looked at by the browser's door on this port, whatever it wants; null is yes. The threat is any web
 * page that the same browser shows: it can send requests to loopback, and with a name of its own that it points there (DNS
 * rebinding) even read the answers. Programs that are no browser send none of this, and need a session like everybody.
 */
export function refusalAtDoor({ method, url, headers }: KnockingRequest, port: number): Problem | null {
  const { host, origin } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    return problem(421, 'wrong-host', 'Wrong host', `This is http://127.0.0.1:${port} and answers to no other name.`);
  if (origin !== undefined && origin !== `http://${host}`)
    return problem(403, 'foreign-origin', 'Foreign origin', 'Only Groat’s own screens may call here.');
  const site = headers['sec-fetch-site'];
  // Somebody followed a link to the screens: that shows them, and does nothing.
  const isVisit =
    method === 'GET' &&
    url === '/' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit)
    return problem(403, 'foreign-site', 'Foreign site', 'Another site’s page sent this.');
  return null;
}
