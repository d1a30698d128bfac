/** Where a request goes, in canonical form. */
export interface Target {
  readonly secure: boolean;
  /** Lower-case name or address, IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The `Host` header: no default port, IPv6 in brackets. */
  readonly host: string;
  /** Scheme, host and port, always with the port: the pool's key. */
  readonly origin: string;
}

/** `base` is `http://host:port` or its https like; null for whatever is no such thing. */
export function targetOf(base: string): Target | null {
  // Host bytes beyond ASCII arrive here as Latin-1 and would become another name.
  if (!/^[\x21-\x7e]+$/.test(base)) return null;
  const url = URL.parse(base);
  if (url === null || url.hostname === '' || url.port === '0') return null;
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    host: url.host,
    origin: `${url.protocol}//${url.hostname}:${port}`,
  };
}
