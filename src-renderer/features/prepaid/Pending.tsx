import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { PendingPurchase } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { shortUrl } from '../../ui/words.ts';
import { pendingWords } from './credit-words.ts';
import styles from './prepaid.module.css';

/** What was paid for, or may have been, and has not come. It is asked for by itself; here the owner can ask now. */
export function Pending({ purchases }: { readonly purchases: readonly PendingPurchase[] }) {
  const queries = useQueryClient();
  const recover = useAct(
    (_: null, client) => client.prepaid.recover(),
    () => void queries.invalidateQueries({ queryKey: ['prepaid'] }),
  );
  return (
    <Section
      title="Still to come"
      aside={
        <Button size="xs" loading={recover.busy} onClick={() => recover.run(null)}>
          Ask again
        </Button>
      }
    >
      <Stack gap="xs">
        <ProblemNote problem={recover.problem} />
        <ul className={styles['list']}>
          {purchases.map((purchase) => (
            <Purchase key={purchase.order} purchase={purchase} />
          ))}
        </ul>
      </Stack>
    </Section>
  );
}

function Purchase({
  purchase: { order, origin, package: id, price, since, state, why },
}: {
  readonly purchase: PendingPurchase;
}) {
  const { word, tone, means } = pendingWords[state];
  return (
    <li className={styles['item']}>
      <Stack gap={4}>
        <Group justify="space-between" gap="sm" align="flex-start">
          <Text component="div" style={{ minWidth: 0 }}>
            <strong>{dollars(price)}</strong> for <Inert text={id} most={30} /> at{' '}
            <Inert text={shortUrl(origin)} most={50} />, <When at={since} />
          </Text>
          <Tone tone={tone}>{word}</Tone>
        </Group>
        <Text size="sm" c="dimmed" component="div">
          {means}
          {why !== null && (
            <>
              {' '}
              Last answer: <Inert text={why} most={160} />
            </>
          )}
        </Text>
        <Anchor component={Link} href={`/payments/${order}`} size="sm">
          See this payment
        </Anchor>
      </Stack>
    </li>
  );
}
