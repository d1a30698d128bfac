import { Grid, SimpleGrid, Stack } from '@mantine/core';
import { useLive } from '../../rpc/host.ts';
import { Loading, Page } from '../../ui/Panels.tsx';
import { Attention } from './Attention.tsx';
import { Feed } from './Feed.tsx';
import { PurseCard } from './PurseCard.tsx';
import { Spending } from './Spending.tsx';
import { SpentCard } from './SpentCard.tsx';

/** What the agents spend, at a glance, and what waits for the owner. */
export function Overview() {
  const known = useLive(({ status }) => status !== null);
  if (!known) return <Loading what="the overview" />;
  return (
    <Page title="Overview" about="What your agents spend, while they spend it.">
      <Attention />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <PurseCard />
        <SpentCard />
      </SimpleGrid>
      <Grid align="flex-start">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="lg">
            <Spending />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Feed />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
