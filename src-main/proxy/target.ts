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

export interface RequestTarget {
  readonly target: Target;
  /** Path and query exactly as they came. */
  readonly path: string;
}

const absoluteForm = /^(https?:\/\/[^/?#\\@]+)([/?][^#]*)?$/i;
const authorityForm = /^(?:\[[0-9a-f:.]+\]|[^\s/?#\\@:[\]]+):[0-9]{1,5}$/i;

/** Reads request targets; remembers the last few hundred origins, because a canonical form costs a full URL parse. */
export class TargetReader {
  readonly #known = new Map<string, Target>();

  /** `http://host/path` as a proxy request carries it; null for any other form, credentials in the URL, or a bad host. */
  absolute(url: string, method: string): RequestTarget | null {
    const match = absoluteForm.exec(url);
    if (match === null) return null;
    const [, base = '', rest = ''] = match;
    const target = this.#known.get(base) ?? this.#learn(base);
    if (target === null) return null;
    // RFC 9112, section 3.2.4: OPTIONS on a bare authority asks about the server itself.
    if (rest === '') return { target, path: method === 'OPTIONS' ? '*' : '/' };
    return { target, path: rest.startsWith('?') ? `/${rest}` : rest };
  }

  /** `host:port` of a CONNECT. */
  authority(text: string): Target | null {
    return authorityForm.test(text) ? canonical(`http://${text}`) : null;
  }

  #learn(base: string): Target | null {
    const target = canonical(base);
    if (target === null) return null;
    if (this.#known.size >= 512) this.#known.clear();
    this.#known.set(base, target);
    return target;
  }
}

function canonical(base: string): Target | null {
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
