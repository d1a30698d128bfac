import { SimpleGrid, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import type { ShopDetail } from '../../../src-shared/contract/index.ts';
import { dollars } from '../../ui/money.ts';
import { useNow } from '../../ui/now.ts';
import { Empty, Loading, Section } from '../../ui/Panels.tsx';
import { lastDays, revenueSums } from './revenue-days.ts';
import { callsText, spokenRevenue } from './shop-words.ts';

const Chart = lazy(async () => ({ default: (await import('../../ui/SumsChart.tsx')).SumsChart }));

/** What came in, by the day. */
export function Revenue({ shop: { revenue, byDay, calls } }: { readonly shop: ShopDetail }) {
  const now = useNow(60_000);
  const sums = useMemo(() => revenueSums(byDay, now), [byDay, now]);
  const [row] = sums.series;
  const spoken = useMemo(() => spokenRevenue(lastDays(byDay, now).map(({ amount }) => amount)), [byDay, now]);
  return (
    <Section title="Revenue">
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
          <Sum name="Today (UTC)">{dollars(revenue.today)}</Sum>
          <Sum name="Last 30 days">{dollars(row?.total ?? '0')}</Sum>
          <Sum name="In all">{dollars(revenue.total)}</Sum>
        </SimpleGrid>
        <Text size="sm" c="dimmed">
          Requests today: {callsText(calls)}
        </Text>
        {byDay.length === 0 ? (
          <Empty icon={<IconChartBar size={26} />} title="Nothing sold in the last 30 days">
            Share the address, or make a test purchase: it shows up here as soon as the money has moved.
          </Empty>
        ) : (
          <>
            <Text size="sm">{spoken}.</Text>
            <Suspense fallback={<Loading what="the chart" />}>
              <Chart sums={sums} />
            </Suspense>
          </>
        )}
      </Stack>
    </Section>
  );
}

function Sum({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650}>
        {children}
      </Text>
    </div>
  );
}
