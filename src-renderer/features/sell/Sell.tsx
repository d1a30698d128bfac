import { Stack } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Facilitator } from './Facilitator.tsx';
import { FoundServers } from './FoundServers.tsx';
import { Gaps } from './Gaps.tsx';
import { OpenShop } from './OpenShop.tsx';
import { ShopCards } from './ShopCards.tsx';

/** What this Groat sells: a price in front of an API. */
export function Sell() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ['shops', 'list'], queryFn: () => client.shops.list() });
  return (
    <Page title="Sell" about="Put a price in front of an API of yours. Whoever calls it pays first.">
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="your shops" />}
      {data !== undefined && <Market shops={data} />}
    </Page>
  );
}

function Market({ shops }: { readonly shops: readonly ShopView[] }) {
  // Who has shops comes for them; who has none, for something to sell. It stays so while the page is open.
  const [shopsFirst] = useState(shops.length > 0);
  const parts = {
    mine: (
      <Section title="Your shops">
        {shops.length === 0 ? (
          <Empty icon={<IconBuildingStore size={26} />} title="Nothing is sold yet">
            Choose a server above, or name an address and a price. Groat gives you an address to share; whoever calls it
            is asked to pay, and the money lands in your till.
          </Empty>
        ) : (
          <Stack gap="md">
            <Gaps />
            <ShopCards shops={shops} />
          </Stack>
        )}
      </Section>
    ),
    found: <FoundServers shops={shops} />,
    other: (
      <Section title="Another server">
        <OpenShop shops={shops} />
      </Section>
    ),
    facilitator: <Facilitator />,
  };
  const order = shopsFirst
    ? (['mine', 'found', 'other', 'facilitator'] as const)
    : (['found', 'other', 'mine', 'facilitator'] as const);
  return order.map((part) => <Fragment key={part}>{parts[part]}</Fragment>);
}
