import type { LocalServer, ShopDetail, ShopView, ShopWish } from '../../../src-shared/contract/index.ts';
import type { Dialect } from '../../../src-shared/model/index.ts';
import { typedDollars } from '../../ui/money.ts';
import { type PackageRow, packageRows, packagesOf } from './package-rows.ts';
import { isFree, type RouteRow, routesOf, rowsOf } from './route-rows.ts';

/** A shop as it stands in the fields. */
export interface ShopDraft {
  readonly target: string;
  readonly price: string;
  readonly name: string;
  readonly description: string;
  /** Empty: any free one, and the same again after a restart. */
  readonly port: string;
  readonly routes: readonly RouteRow[];
  readonly prepaid: boolean;
  /** Null: the five usual ones, or for a shop that is there already, those that it has. */
  readonly packages: readonly PackageRow[] | null;
  readonly flow: 'after' | 'upfront';
  /** Null: what the network's own default is. */
  readonly dialects: readonly Dialect[] | null;
}

export const emptyDraft: ShopDraft = {
  target: '',
  price: '0.01',
  name: '',
  description: '',
  port: '',
  routes: [],
  prepaid: false,
  packages: null,
  flow: 'after',
  dialects: null,
};

/** What of a shop can be changed here. */
type ChangeableShop = Pick<
  ShopDetail,
  'name' | 'target' | 'gatewayUrl' | 'price' | 'description' | 'routes' | 'prepaid' | 'packages' | 'flow' | 'dialects'
>;

export function draftOf(shop: ChangeableShop): ShopDraft {
  return {
    target: shop.target,
    price: shop.price,
    name: shop.name,
    description: shop.description,
    port: new URL(shop.gatewayUrl).port,
    routes: rowsOf(shop.routes),
    prepaid: shop.prepaid,
    packages: shop.packages.length === 0 ? null : packageRows(shop.packages),
    flow: shop.flow,
    dialects: shop.dialects,
  };
}

/** What is wrong, by its field; null where nothing is, or nothing was typed yet. */
export function draftProblems(draft: ShopDraft): {
  readonly [F in 'target' | 'price' | 'name' | 'port' | 'dialects']: string | null;
} {
  const price = typedDollars(draft.price);
  const sells = draft.routes.some(({ free }) => !free);
  return {
    target:
      draft.target !== '' && typedTarget(draft.target) === null
        ? 'An address that begins with http:// or https://'
        : null,
    price:
      price === null || (isFree(price) && !sells)
        ? sells
          ? 'A sum such as 0.01, or 0 where only the routes below cost something'
          : 'A sum such as 0.01'
        : null,
    name:
      draft.name.trim() === '' || isShopName(draft.name.trim())
        ? null
        : 'Letters, digits, spaces and . _ - only, beginning with a letter or digit',
    port: draft.port.trim() === '' || typedPort(draft.port) !== null ? null : 'A number from 1 to 65535',
    dialects: draft.dialects?.length === 0 ? 'At least one, or nobody can pay' : null,
  };
}

/** What the host is asked for; null while the fields do not say it. */
export function wishOf(draft: ShopDraft): ShopWish | null {
  const [target, price, routes] = [typedTarget(draft.target), typedDollars(draft.price), routesOf(draft.routes)];
  const packages = draft.prepaid && draft.packages !== null ? packagesOf(draft.packages) : [];
  if (target === null || price === null || routes === null || packages === null) return null;
  if (Object.values(draftProblems(draft)).some((problem) => problem !== null)) return null;
  if (draft.prepaid && draft.packages !== null && packages.length === 0) return null;
  return {
    name: draft.name.trim() || nameFor(target),
    target: target.href,
    price,
    routes,
    port: typedPort(draft.port) ?? 0,
    description: draft.description.trim(),
    prepaid: draft.prepaid,
    flow: draft.flow,
    ...(draft.dialects === null ? {} : { dialects: [...draft.dialects] }),
    ...(draft.prepaid && draft.packages !== null ? { packages } : {}),
  };
}

export function typedTarget(text: string): URL | null {
  const url = URL.parse(text.trim());
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

function typedPort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

export const isShopName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/.test(text);

/** A name for a shop in front of this address, where the owner gives none. */
export function nameFor({ hostname, port }: URL): string {
  const name = `${hostname}${port === '' ? '' : `-${port}`}`
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return name.slice(0, 40) || 'shop';
}

/** A name that no shop has: opening one of a name that is there changes that shop. */
export function freeName(wanted: string, shops: readonly Pick<ShopView, 'name'>[]): string {
  const taken = new Set(shops.map(({ name }) => name.toLowerCase()));
  for (let at = 1; ; at += 1) {
    const name = at === 1 ? wanted : `${wanted.slice(0, 36)} ${at}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

const kindNames: { readonly [K in LocalServer['kind']]: string } = {
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  vllm: 'vLLM',
  'llama.cpp': 'llama.cpp',
  'openai-compatible': 'Model server',
  http: 'Web server',
};

/** What selling a server with one click proposes. */
export const presetFor = (
  { kind }: Pick<LocalServer, 'kind'>,
  shops: readonly Pick<ShopView, 'name'>[],
): { readonly name: string; readonly price: string } => ({ name: freeName(kindNames[kind], shops), price: '0.01' });
