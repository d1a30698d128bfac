import { Anchor, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { Link } from 'wouter';
import type { DeskUpdate } from '../../../src-shared/contract/index.ts';
import { useAct, useClient, useLive, useUpdates } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Loading, Note, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { orderWords, shortUrl } from '../../ui/words.ts';
import { Facts } from './Facts.tsx';
import { Steps } from './Steps.tsx';
import { explorerUrl } from './timeline.ts';

/** One payment with all its steps. */
export function Payment({ id }: { readonly id: string }) {
  const client = useClient();
  const queries = useQueryClient();
  const queryKey = ['orders', 'one', id];
  const { data: order, error, refetch } = useQuery({ queryKey, queryFn: () => client.orders.get({ id }) });
  const network = useLive(({ status }) => status?.network ?? 'sandbox');
  const onUpdate = useCallback(
    ({ orders }: DeskUpdate) => {
      if (orders.some((changed) => changed.id === id))
        void queries.invalidateQueries({ queryKey: ['orders', 'one', id] });
    },
    [queries, id],
  );
  useUpdates(onUpdate);
  const check = useAct(
    (orderId: string, host) => host.orders.check({ id: orderId }),
    (found) => queries.setQueryData(queryKey, found),
  );

  if (error !== null) return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (order === undefined) return <Loading what="the payment" />;
  const { word, tone, means } = orderWords[order.state];
  const open = order.state !== 'settled' && order.state !== 'failed' && order.state !== 'released';
  const explorer = order.signature === null ? null : explorerUrl(order.signature, network);
  return (
    <Page
      title={dollars(order.amount)}
      about={
        <>
          {order.agent} for <Inert text={shortUrl(order.url)} />
        </>
      }
      actions={
        <Anchor component={Link} href="/payments" size="sm">
          All payments
        </Anchor>
      }
    >
      <Note tone={tone} title={word}>
        {means}
        {order.why !== null && <Text size="sm">Why: {order.why}.</Text>}
        {open && (
          <Group mt="xs" gap="xs">
            <Button size="xs" loading={check.busy} onClick={() => check.run(id)}>
              Check now
            </Button>
            {check.problem === null && !check.busy && order.state === 'unknown' && (
              <Text size="xs" c="dimmed">
                Asks the chain whether the money has moved.
              </Text>
            )}
          </Group>
        )}
        <ProblemNote problem={check.problem} />
      </Note>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Section title="Steps">
            <Steps order={order} />
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Section title="Facts" aside={<Tone tone="neutral">{order.method}</Tone>}>
            <Stack gap="sm">
              <Facts order={order} />
              {explorer !== null ? (
                <Anchor href={explorer} target="_blank" rel="noreferrer noopener" size="sm">
                  Look it up on Solana Explorer
                </Anchor>
              ) : (
                order.signature !== null && (
                  <Text size="sm" c="dimmed">
                    Sandbox transactions exist only on this machine, so no public explorer knows them.
                  </Text>
                )
              )}
            </Stack>
          </Section>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
