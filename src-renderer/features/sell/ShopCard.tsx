import { Anchor, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { useNow } from '../../ui/now.ts';
import { Note } from '../../ui/Panels.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { shortUrl } from '../../ui/words.ts';
import { lastDays } from './revenue-days.ts';
import { ShareShop } from './ShareShop.tsx';
import { ShopSwitch } from './ShopSwitch.tsx';
import { shopRoute } from './shop-route.ts';
import { callsText, priceText, shopStates, spokenRevenue } from './shop-words.ts';
import { TestPurchase } from './TestPurchase.tsx';

/** One shop at a glance: where it is, what it earns, and what one does with it every day. */
export function ShopCard({ shop }: { readonly shop: ShopView }) {
  const { name, state, problem, target, gatewayUrl, revenue, calls } = shop;
  const [opened, setOpened] = useState<'test' | 'share' | null>(null);
  const { word, tone } = shopStates[state];
  return (
    <Card padding="md" component="article" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Group gap="xs">
              <Anchor component={Link} href={shopRoute(name)} fw={600}>
                {name}
              </Anchor>
              <Tone tone={tone}>{word}</Tone>
            </Group>
            <Text size="sm" c="dimmed" component="div">
              In front of <Inert text={shortUrl(target)} most={50} />
            </Text>
          </div>
          <Text style={{ whiteSpace: 'nowrap' }}>
            <strong>{priceText(shop)}</strong> a request
          </Text>
        </Group>
        {problem !== null && (
          <Note tone="bad" title="It could not be opened">
            <Inert text={problem} most={300} /> Open it again when that is mended, or give it another port on its page.
          </Note>
        )}
        <CopyLine text={gatewayUrl} label={`the address of ${name}`} />
        <Group justify="space-between" align="flex-end" gap="sm">
          <div>
            <Text size="xs" c="dimmed">
              Today
            </Text>
            <Text fw={600}>{dollars(revenue.today)}</Text>
            <Text size="xs" c="dimmed">
              {dollars(revenue.total)} in all
            </Text>
          </div>
          <Month name={name} />
        </Group>
        <Text size="sm" c="dimmed">
          {callsText(calls)}
        </Text>
        <Group gap="xs">
          {state === 'open' && (
            <>
              <Button size="xs" onClick={() => setOpened('test')} aria-label={`Test purchase at ${name}`}>
                Test purchase
              </Button>
              <Button size="xs" onClick={() => setOpened('share')} aria-label={`Share ${name}`}>
                Share
              </Button>
            </>
          )}
          {state !== 'open' && <ShopSwitch shop={shop} size="xs" />}
          <Button
            size="xs"
            variant="subtle"
            component={Link}
            href={shopRoute(name)}
            aria-label={`Sales and settings of ${name}`}
          >
            Sales and settings
          </Button>
        </Group>
      </Stack>
      <TestPurchase shop={shop} opened={opened === 'test'} onClose={() => setOpened(null)} />
      <ShareShop shop={shop} opened={opened === 'share'} onClose={() => setOpened(null)} />
    </Card>
  );
}

function Month({ name }: { readonly name: string }) {
  const client = useClient();
  const { data } = useQuery({ queryKey: ['shops', 'show', name], queryFn: () => client.shops.show({ name }) });
  const now = useNow(60_000);
  const amounts = lastDays(data?.byDay ?? [], now).map(({ amount }) => amount);
  return (
    <div style={{ flex: '0 1 200px', minWidth: 120 }}>
      {data !== undefined && <Sparkline amounts={amounts} says={spokenRevenue(amounts)} />}
    </div>
  );
}
