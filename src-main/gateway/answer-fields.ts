import { copied } from '../base/http/field-kind.ts';
import type { Fields } from '../base/http/relay.ts';
import type { Target } from '../base/http/target.ts';
import { exposedFields } from './answers.ts';

/** What the buyer sees of an upstream's header fields, beside the hop-by-hop ones that never came this far. */
export interface AnswerFields {
  /** `receipt`: fields of ours that go with it. `paid`: the answer was bought, so it is the buyer's alone. */
  outgoing(upstream: Fields, receipt: Fields, paid: boolean): string[];
  trailers(upstream: Fields): Fields;
}

/**
 * Never passed: cookies (a session of one buyer's would be the next one's), what only a till may say, and what tells
 * where the upstream is.
 */
const withheld =
  /^(?:set-cookie2?|via|alt-svc|x-payment(?:-response)?|x-prepaid-.*|payment-.*|groat-.*|extension-responses|x-x402-.*|strict-transport-security|public-key-pins|nel|report-to|reporting-endpoints|clear-site-data|x-upstream.*|x-backend.*|x-served-by|x-forwarded-.*|forwarded|x-real-ip)$/;

interface FieldPlan {
  readonly passes: boolean;
  readonly cacheControl: boolean;
  readonly allowOrigin: boolean;
}

const maxPlans = 512;
const maxNameLength = 64;

/** `address`: the shop's own URL, in whose place the upstream's is put wherever a field names it. */
export function createAnswerFields(target: Target, basePath: string, address: string): AnswerFields {
  const plans = new Map<string, FieldPlan>();
  const { origins, isNamedIn } = namesOf(target, basePath, address);

  const planOf = (name: string): FieldPlan => {
    const known = plans.get(name);
    if (known !== undefined) return known;
    const lower = name.toLowerCase();
    const plan = {
      passes: !withheld.test(lower),
      cacheControl: lower === 'cache-control',
      allowOrigin: lower === 'access-control-allow-origin',
    };
    if (plans.size < maxPlans && name.length <= maxNameLength) plans.set(copied(name), plan);
    return plan;
  };

  /** Null: it names the upstream in a way that cannot be turned into ours. */
  const disguised = (name: string, value: string): string | null => {
    let shown = value.replace(origins, address);
    if (/^(?:content-)?location$/i.test(name)) {
      if (basePath !== '' && (shown === basePath || shown.startsWith(`${basePath}/`)))
        shown = shown.slice(basePath.length) || '/';
    }
    return isNamedIn(shown) ? null : shown;
  };

  return {
    outgoing(upstream, receipt, paid) {
      const fields: string[] = [];
      let cache: string | null = null;
      let allowsOrigin = false;
      for (let i = 0; i + 1 < upstream.length; i += 2) {
        const name = upstream[i] ?? '';
        const value = upstream[i + 1] ?? '';
        const plan = planOf(name);
        if (!plan.passes) continue;
        if (plan.cacheControl && paid) {
          cache = cache === null ? value : `${cache}, ${value}`;
          continue;
        }
        if (plan.allowOrigin) allowsOrigin = true;
        const named = name.length === 8 || name.length === 16 || isNamedIn(value);
        const shown = named ? disguised(name, value) : value;
        if (shown !== null) fields.push(name, shown);
      }
      if (!paid) return fields;
      fields.push('Cache-Control', privately(cache));
      if (!allowsOrigin) fields.push('Access-Control-Allow-Origin', '*');
      fields.push(...exposedFields, ...receipt);
      return fields;
    },
    trailers(upstream) {
      if (upstream.length === 0) return upstream;
      const fields: string[] = [];
      for (let i = 0; i + 1 < upstream.length; i += 2) {
        const name = upstream[i] ?? '';
        const value = upstream[i + 1] ?? '';
        if (planOf(name).passes && !isNamedIn(value)) fields.push(name, value);
      }
      return fields;
    },
  };
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const loopbackNames = '(?:localhost|127(?:\\.\\d{1,3}){1,3}|0\\.0\\.0\\.0|\\[::1?\\])';

/**
 * How an upstream may be called: in any capitals, and one on this machine by all of this machine's own names. Where the shop
 * has the same name, it is the port that tells them apart.
 */
function namesOf({ hostname, host, port }: Target, basePath: string, address: string) {
  const isHere = loopback.test(hostname) || new URL(address).hostname.replace(/^\[|\]$/g, '') === hostname;
  const name = loopback.test(hostname) ? loopbackNames : escaped(host.replace(/:\d+$/, ''));
  const isUsualPort = !host.endsWith(`:${port}`);
  const end = `(?::${port})${isUsualPort ? '?' : ''}(?![\\w.-]|:\\d)`;
  // A name of one word is a word of any header, such as `api`: it counts only where it stands as an address.
  const elsewhere = hostname.includes('.')
    ? `(?<![\\w.-])${name}(?![\\w-])`
    : `//${name}(?![\\w.-])|(?<![\\w.-])${name}${end}`;
  const names = new RegExp(isHere ? name + end : elsewhere, 'i');
  const hint = isHere && !isUsualPort ? `:${port}` : '';
  return {
    origins: new RegExp(`https?://${name}${end}(?:${escaped(basePath)}(?=[/?#]|$))?`, 'gi'),
    isNamedIn: (value: string): boolean => (hint === '' || value.includes(hint)) && names.test(value),
  };
}

/** No cache that others use may keep what one buyer paid for. */
function privately(control: string | null): string {
  if (control === null) return 'private';
  if (/(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i.test(control)) return control;
  const kept = control
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !/^(?:public$|s-maxage|private)/i.test(part));
  return ['private', ...kept].join(', ');
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
