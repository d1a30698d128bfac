import { toAtomic } from '../../src-shared/model/index.ts';
import { type DemoApi, startDemoApi } from '../gateway/index.ts';
import type { PortWish } from './config.ts';
import type { Shops } from './shops.ts';

/** Something to buy for a first payment: a shop before a tiny API of ours. */
export interface DemoShop {
  /** Opens it where it is not open yet; many at once open one. The URL of something it sells. */
  open(): Promise<string>;
  /** Null while it is not open. */
  url(): string | null;
}

const price = toAtomic(10_000n);
const port: PortWish = { port: 14_023, named: false, flag: null };

/** `keep` is handed the API as soon as it runs: it has to be stopped, after the shop. */
export function createDemoShop(shops: Pick<Shops, 'open'>, keep: (api: DemoApi) => void): DemoShop {
  let api: DemoApi | null = null;
  let found: string | null = null;
  let opening: Promise<string> | null = null;

  const open = async (): Promise<string> => {
    if (api === null) {
      api = await startDemoApi();
      keep(api);
    }
    const shop = await shops.open({ name: 'demo', target: api.url, price, port });
    found = `${shop.gatewayUrl}/saying`;
    return found;
  };

  return {
    open: () =>
      (opening ??= open().catch((error) => {
        opening = null;
        throw error;
      })),
    url: () => found,
  };
}
