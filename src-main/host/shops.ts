import type { ShopView } from '../../src-shared/contract/index.ts';
import { GroatError } from '../../src-shared/errors/index.ts';
import { type Atomic, formatDecimal, type Network } from '../../src-shared/model/index.ts';
import type { LogSink } from '../base/log-sink.ts';
import { openShop, type Shop } from '../gateway/index.ts';
import type { X402Seller } from '../payments/index.ts';
import { claimPort } from './claim-port.ts';
import type { PortWish } from './config.ts';

export interface ShopWish {
  readonly name: string;
  readonly target: URL;
  readonly price: Atomic;
  readonly port: PortWish;
}

/** The shops of this host. They last as long as the host does. */
export interface Shops {
  open(wish: ShopWish): Promise<ShopView>;
  list(): readonly ShopView[];
  /** Tells that the list is another one. The answer ends it. */
  onChanged(listener: () => void): () => void;
  stop(graceMs: number): Promise<void>;
}

export function createShops(deps: {
  readonly network: Network;
  readonly seller: X402Seller;
  readonly payTo: string;
  readonly feePayer: string;
  readonly log: LogSink;
}): Shops {
  const { network, seller, payTo, feePayer, log } = deps;
  const open: { readonly shop: Shop; readonly view: ShopView }[] = [];
  const listeners = new Set<() => void>();

  return {
    async open(wish) {
      if (wish.price === 0n) {
        throw new GroatError('amount-invalid', { text: '0', problem: 'a price must be above zero' });
      }
      const shop = await claimPort(wish.port, log, (port) => openShop({ ...wish, port, payTo, feePayer }, seller, log));
      const view: ShopView = {
        name: wish.name,
        gatewayUrl: shop.url,
        payTo,
        target: wish.target.href,
        price: formatDecimal(wish.price, network.usdc.decimals),
        network: network.caip2,
      };
      open.push({ shop, view });
      for (const listener of listeners) listener();
      log.info('shop opened', { shop: wish.name, url: shop.url });
      return view;
    },
    list: () => open.map(({ view }) => view),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop(graceMs) {
      await Promise.all(open.map(({ shop }) => shop.stop(graceMs)));
    },
  };
}
