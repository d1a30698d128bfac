import { useQueryClient } from '@tanstack/react-query';
import type { ShopView, ShopWish } from '../../../src-shared/contract/index.ts';
import { type Act, useAct } from '../../rpc/host.ts';

/** Opens a shop, or changes one that is there; what only the owner may wish asks for the PIN. */
export function useOpenShop(done: (shop: ShopView) => void): Act<ShopWish> {
  const queries = useQueryClient();
  return useAct(
    (wish, client, asOwner) =>
      asOwner(`open the shop “${wish.name}”`, (context) => client.shops.open(wish, { context })),
    (shop) => {
      for (const key of ['shops', 'local-servers']) void queries.invalidateQueries({ queryKey: [key] });
      done(shop);
    },
  );
}
