import { type DemoApi, startDemoApi } from '../gateway/index.ts';
import type { PortWish } from './config.ts';
import type { Shops } from './shops.ts';

/** Something to buy for a first payment: a shop before a tiny API of ours. */
export interface DemoShop {
  /** Opens it where it is not open; many at once open one. The URL of something it sells. */
  open(): Promise<string>;
  /** Null while it is not open. */
  url(): string | null;
}

const port: PortWish = { port: 14_023, named: false, flag: null };

/** `keep` is handed the API as soon as it runs: it has to be stopped, after the shop. */
export function createDemoShop(shops: Pick<Shops, 'openForNow' | 'list'>, keep: (api: DemoApi) => void): DemoShop {
  let api: DemoApi | null = null;
  let name: string | null = null;
  let opening: Promise<string> | null = null;

  const url = (): string | null => {
    const shop = shops.list().find(({ plan, state }) => plan.name === name && state === 'open');
    return shop?.url == null ? null : `${shop.url}/saying`;
  };
  const open = async (): Promise<string> => {
    if (api === null) {
      api = await startDemoApi();
      keep(api);
    }
    const wanted = { name: 'demo', target: api.url.href, price: '0.01', description: 'A saying a request' };
    const shop = await shops.openForNow(wanted, port);
    name = shop.plan.name;
    return `${shop.url}/saying`;
  };

  return {
    async open() {
      const there = opening === null ? url() : null;
      if (there !== null) return there;
      opening ??= open().finally(() => {
        opening = null;
      });
      return opening;
    },
    url,
  };
}
