import { SimpleGrid } from '@mantine/core';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { ShopCard } from './ShopCard.tsx';

export function ShopCards({ shops }: { readonly shops: readonly ShopView[] }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: shops.length === 1 ? 1 : 2 }} spacing="md" style={{ alignItems: 'start' }}>
      {shops.map((shop) => (
        <ShopCard key={shop.name} shop={shop} />
      ))}
    </SimpleGrid>
  );
}
