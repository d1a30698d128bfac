import { Text } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { OpenShop } from './OpenShop.tsx';
import { ShopCard } from './ShopCard.tsx';

/** What this Groat sells: a price in front of an API. */
export function Sell() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ['shops'], queryFn: () => client.shops.list() });
  return (
    <Page title="Sell" about="Put a price in front of an API of yours. Whoever calls it pays first.">
      <Section title="Open a shop">
        <OpenShop />
      </Section>
      <Section title="Your shops">
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="your shops" />}
        {data?.length === 0 && (
          <Empty icon={<IconBuildingStore size={26} />} title="Nothing is sold yet">
            Name the API and a price for one request. Groat gives you an address to share; whoever calls it is asked to
            pay, and the money lands in your till.
          </Empty>
        )}
        {data?.map((shop) => (
          <ShopCard key={shop.gatewayUrl} shop={shop} />
        ))}
        {data !== undefined && data.length > 0 && (
          <Text size="sm" c="dimmed" mt="sm">
            A shop is open for as long as Groat runs; after a restart, open it again.
          </Text>
        )}
      </Section>
    </Page>
  );
}
