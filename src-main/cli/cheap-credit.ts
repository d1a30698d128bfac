import type { ShopDetail } from '../../src-shared/contract/index.ts';

type Sold = Pick<ShopDetail, 'prepaid' | 'packages' | 'price' | 'routes'>;

/** A call from credit buys any route: one sentence where that is far below what the dearest one costs, else null. */
export function cheapCredit({ prepaid, packages, price, routes }: Sold): string | null {
  if (!prepaid || packages.length === 0) return null;
  const perCall = packages.map((one) => Number(one.price) / one.calls);
  const dearest = Math.max(Number(price), ...routes.map((route) => Number(route.price)));
  if (dearest <= 2 * Math.max(...perCall)) return null;
  const [low, high] = [Math.min(...perCall), Math.max(...perCall)].map((dollars) => `$${Number(dollars.toFixed(4))}`);
  const span = low === high ? low : `${low} to ${high}`;
  return `A call from credit costs ${span} and buys any route, also what costs $${dearest}. Sell packages of your own (the Sell screen), or nothing ahead.`;
}
