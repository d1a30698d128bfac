import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * An origin as a list names it: `https://api.example.com`, with a port where it is not the scheme's own, or with `*.` before
 * the host for every name below it (`https://*.example.com` has `https://a.example.com` and `https://a.b.example.com`, not
 * `https://example.com` and not `https://badexample.com`). Kept in the form that `new URL().origin` gives: lower case,
 * punycode, no default port.
 */
export const originPattern = z.string().refine((text) => normalOriginPattern(text) === text, {
  message: 'it is not an origin such as https://api.example.com or https://*.example.com',
});

/** The stored form of what an owner typed; null when it is no origin. */
export function normalOriginPattern(text: string): string | null {
  const match = /^(https?):\/\/(\*\.)?([^/?#@*\s]+)$/i.exec(text);
  if (match === null) return null;
  const [, scheme = '', star = '', rest = ''] = match;
  const url = URL.parse(`${scheme.toLowerCase()}://${rest}`);
  if (url === null || url.pathname !== '/' || url.username !== '' || url.hostname === '') return null;
  // Below an address there are no names.
  if (
    star !== '' &&
    (url.hostname.startsWith('[') || /^[\d.]+$/.test(url.hostname) || domainToASCII(url.hostname) === '')
  )
    return null;
  return `${url.protocol}//${star}${url.host}`;
}

/** True when `origin`, as `new URL().origin` gives it, is one of what `pattern` names. */
export function matchesOrigin(pattern: string, origin: string): boolean {
  const star = pattern.indexOf('//*.');
  if (star < 0) return pattern === origin;
  const scheme = pattern.slice(0, star + 2);
  const tail = pattern.slice(star + 3);
  return origin.startsWith(scheme) && origin.endsWith(tail) && origin.length > scheme.length + tail.length;
}
