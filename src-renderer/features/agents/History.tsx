import { Anchor, Button, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Inert } from '../../ui/Inert.tsx';
import { cutMiddle } from '../../ui/inert-text.ts';
import { dollars } from '../../ui/money.ts';
import { Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { orderWords, shortUrl } from '../../ui/words.ts';
import styles from './agents.module.css';
import { refusalsIn } from './refusals.ts';

const most = 8;
/** Of so many last decisions the refusals are picked. */
const decisionsLookedAt = 200;
const askAgainMs = 15_000;

/** What the agent paid of late, and what it was not allowed to. */
export function History({ agent }: { readonly agent: string }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
      <Payments agent={agent} />
      <Refusals agent={agent} />
    </SimpleGrid>
  );
}

function Payments({ agent }: { readonly agent: string }) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['orders', 'of', agent],
    queryFn: () => client.orders.search({ agent, limit: most }),
  });
  return (
    <Section
      title="Last payments"
      aside={
        <Button size="xs" component={Link} href="/payments">
          All payments
        </Button>
      }
    >
      <Lines
        what="its payments"
        error={error}
        again={() => void refetch()}
        empty="It has paid nothing yet."
        lines={data?.orders.map(({ id, amount, url, state, createdAt }) => (
          <div className={styles['line']} key={id}>
            <Anchor component={Link} href={`/payments/${id}`} size="sm" truncate>
              <Inert text={cutMiddle(shortUrl(url), 56)} />
            </Anchor>
            <Text size="sm" fw={600} ta="right">
              {dollars(amount)}
            </Text>
            <Text size="sm" c="dimmed">
              <When at={createdAt} />
            </Text>
            <Tone tone={orderWords[state].tone}>{orderWords[state].word}</Tone>
          </div>
        ))}
      />
    </Section>
  );
}

function Refusals({ agent }: { readonly agent: string }) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['log', 'refusals', agent],
    queryFn: () => client.log.recent({ kind: 'decision', agent, limit: decisionsLookedAt }),
    select: (entries) => refusalsIn(entries, most),
    refetchInterval: askAgainMs,
  });
  return (
    <Section
      title="Not paid at once"
      aside={
        <Button size="xs" component={Link} href="/log">
          The log
        </Button>
      }
    >
      <Lines
        what="what was not paid"
        error={error}
        again={() => void refetch()}
        empty={`Nothing was refused among its last ${decisionsLookedAt} requests.`}
        lines={data?.map(({ key, at, word, why, url, amount }) => (
          <div className={styles['line']} key={key}>
            <Text size="sm" truncate>
              <Inert text={cutMiddle(shortUrl(url), 56)} />
            </Text>
            <Text size="sm" fw={600} ta="right">
              {amount === null ? '' : dollars(amount)}
            </Text>
            <Text size="sm" c="dimmed">
              {word}: {why}
            </Text>
            <Text size="sm" c="dimmed" ta="right">
              <When at={at} />
            </Text>
          </div>
        ))}
      />
    </Section>
  );
}

function Lines({
  what,
  lines,
  empty,
  error,
  again,
}: {
  readonly what: string;
  readonly lines: readonly ReactNode[] | undefined;
  readonly empty: string;
  readonly error: unknown;
  again(): void;
}) {
  if (lines === undefined)
    return error === null ? <Loading what={what} /> : <ProblemNote problem={toProblem(error)} again={again} />;
  if (lines.length > 0) return <div>{lines}</div>;
  return (
    <Text size="sm" c="dimmed">
      {empty}
    </Text>
  );
}
