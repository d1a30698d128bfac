import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { OrderLine } from '../../../src-shared/contract/index.ts';
import { useAct, useClient, useLive } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { ProblemNote, Section } from '../../ui/Panels.tsx';
import { When } from '../../ui/When.tsx';
import { orderWords, shortUrl } from '../../ui/words.ts';

/** Payments that were sent and whose fate is not known: shown, counted as spent, and never guessed. */
export function NotKnown() {
  const client = useClient();
  const count = useLive(({ status }) => status?.unknown ?? 0);
  const { data } = useQuery({
    queryKey: ['orders', 'open', count],
    queryFn: () => client.orders.open(),
    enabled: count > 0,
  });
  const unknown = (data ?? []).filter(({ state }) => state === 'unknown');
  if (count === 0 || unknown.length === 0) return null;
  return (
    <Section title="Not known yet">
      <Text size="sm" c="dimmed" mb="sm">
        These were sent, and no answer told what became of them. The money counts as spent until the chain says
        otherwise; Groat looks again by itself.
      </Text>
      <Stack gap="xs">
        {unknown.map((order) => (
          <One key={order.id} order={order} />
        ))}
      </Stack>
    </Section>
  );
}

function One({ order }: { readonly order: OrderLine }) {
  const queries = useQueryClient();
  const [lookedAt, setLookedAt] = useState<number | null>(null);
  const check = useAct(
    (id: string, client) => client.orders.check({ id }),
    () => {
      setLookedAt(Date.now());
      void queries.invalidateQueries({ queryKey: ['orders'] });
    },
  );
  return (
    <div>
      <Group justify="space-between" gap="sm">
        <Text size="sm" component="div" style={{ flex: '1 1 240px', minWidth: 0 }}>
          <strong>{dollars(order.amount)}</strong> by {order.agent} for{' '}
          <Anchor component={Link} href={`/payments/${order.id}`} inherit underline="always">
            <Inert text={shortUrl(order.url)} most={60} inLink />
          </Anchor>
          <Text size="xs" c="dimmed">
            <When at={order.createdAt} /> · {order.why ?? orderWords.unknown.means}
          </Text>
          <Text size="xs" c="dimmed" role="status">
            {lookedAt !== null && (
              <>
                The chain does not show it yet; looked <When at={lookedAt} />.
              </>
            )}
          </Text>
        </Text>
        <Button size="xs" loading={check.busy} onClick={() => check.run(order.id)}>
          Check now
        </Button>
      </Group>
      <ProblemNote problem={check.problem} />
    </div>
  );
}
