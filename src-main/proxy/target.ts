import { type Target, targetOf } from '../base/http/target.ts';

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
    return authorityForm.test(text) ? targetOf(`http://${text}`) : null;
  }

  #learn(base: string): Target | null {
    const target = targetOf(base);
    if (target === null) return null;
    if (this.#known.size >= 512) this.#known.clear();
    this.#known.set(base, target);
    return target;
  }
}
