import { Anchor, Button, Group, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Inert } from '../../ui/Inert.tsx';
import { Loading, Note, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { shortUrl } from '../../ui/words.ts';
import { EditShop } from './EditShop.tsx';
import { Prices } from './Prices.tsx';
import { RemoveShop } from './RemoveShop.tsx';
import { Revenue } from './Revenue.tsx';
import { RevenueRows } from './RevenueRows.tsx';
import { Sales } from './Sales.tsx';
import { ShareShop } from './ShareShop.tsx';
import { ShopFacts } from './ShopFacts.tsx';
import { ShopPackages } from './ShopPackages.tsx';
import { ShopSwitch } from './ShopSwitch.tsx';
import { shopStates } from './shop-words.ts';
import { TestPurchase } from './TestPurchase.tsx';

/** One shop: what it earns and from whom, every sale, and how it sells. */
export function Shop({ name }: { readonly name: string }) {
  const client = useClient();
  const [leaving, setLeaving] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['shops', 'show', name],
    queryFn: () => client.shops.show({ name }),
    enabled: !leaving,
  });
  const problem = error === null ? null : toProblem(error);
  if (data !== undefined)
    return (
      <>
        <ProblemNote problem={problem} again={() => void refetch()} />
        <Known shop={data} onLeaving={setLeaving} />
      </>
    );
  return (
    <Page title={name} about={<AllShops />}>
      {problem === null ? (
        <Loading what={name} />
      ) : (
        <>
          <ProblemNote problem={problem} again={() => void refetch()} />
          <div>
            <Button component={Link} href="/sell">
              All shops
            </Button>
          </div>
        </>
      )}
    </Page>
  );
}

function Known({ shop, onLeaving }: { readonly shop: ShopDetail; onLeaving(leaving: boolean): void }) {
  const { name, state, problem, target, gatewayUrl, description, undelivered } = shop;
  const [opened, setOpened] = useState<'test' | 'share' | 'edit' | null>(null);
  const close = (): void => setOpened(null);
  const { word, tone } = shopStates[state];
  return (
    <Page
      title={name}
      about={
        <Group component="span" gap="xs">
          <AllShops />
          <Tone tone={tone}>{word}</Tone>
        </Group>
      }
      actions={
        <>
          {state === 'open' && <Button onClick={() => setOpened('test')}>Test purchase</Button>}
          <Button onClick={() => setOpened('share')}>Share</Button>
          <Button onClick={() => setOpened('edit')}>Change</Button>
          <ShopSwitch shop={shop} />
          <RemoveShop shop={shop} onLeaving={onLeaving} />
        </>
      }
    >
      {problem !== null && (
        <Note tone="bad" title="It could not be opened">
          <Inert text={problem} most={300} /> Mend that and open it again, or press “Change” and give it another port.
        </Note>
      )}
      {undelivered > 0 && (
        <Note
          tone="warn"
          title={
            undelivered === 1
              ? 'One buyer paid and got no whole answer'
              : `${undelivered.toLocaleString()} buyers paid and got no whole answer`
          }
        >
          They can ask again for some minutes. After that, give the money back under “Sales”.
        </Note>
      )}
      <Section title="Address">
        <CopyLine text={gatewayUrl} label={`the address of ${name}`} />
        <Text size="sm" c="dimmed" mt="xs" component="div">
          In front of <Inert text={shortUrl(target)} />
          {description !== '' && (
            <>
              {' · '}
              <Inert text={description} most={200} />
            </>
          )}
        </Text>
      </Section>
      <Revenue shop={shop} />
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        <RevenueRows title="By price" head="Requests" rows={shop.byRoute} of="route" />
        <RevenueRows title="By buyer" head="Wallet" rows={shop.byPayer} of="payer" />
      </SimpleGrid>
      <Sales name={name} undelivered={undelivered} />
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        <Prices shop={shop} />
        <ShopPackages shop={shop} />
      </SimpleGrid>
      <ShopFacts shop={shop} />
      <TestPurchase shop={shop} opened={opened === 'test'} onClose={close} />
      <ShareShop shop={shop} opened={opened === 'share'} onClose={close} />
      <EditShop shop={shop} opened={opened === 'edit'} onClose={close} />
    </Page>
  );
}

function AllShops() {
  return (
    <Anchor component={Link} href="/sell" size="sm">
      All shops
    </Anchor>
  );
}
