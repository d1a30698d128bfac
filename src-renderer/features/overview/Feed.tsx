import { Anchor, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'wouter';
import { useLive } from '../../rpc/host.ts';
import type { FeedLine } from '../../rpc/live.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Empty, Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { orderWords, reasonWords, shortUrl } from '../../ui/words.ts';

const shown = 40;

/** Requests that asked for money, newest first, while they happen. */
export function Feed() {
  const feed = useLive((live) => live.feed);
  return (
    <Section
      title="Just now"
      aside={
        <Anchor component={Link} href="/payments" size="sm">
          All payments
        </Anchor>
      }
    >
      {feed.length === 0 ? (
        <Empty
          icon={<IconActivity size={26} />}
          title="Nothing yet"
          action={
            <Anchor component={Link} href="/agents" size="sm">
              Add an agent
            </Anchor>
          }
        >
          As soon as an agent asks for something that costs money, you see it here, paid or refused.
        </Empty>
      ) : (
        <ScrollArea.Autosize
          mah={560}
          type="auto"
          offsetScrollbars="present"
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Newest payments' }}
        >
          <Stack gap={0} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
            {feed.slice(0, shown).map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Section>
  );
}

const Line = memo(function Line({ line }: { readonly line: FeedLine }) {
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
      {line.kind === 'payment' ? <PaymentLine order={line.order} /> : <RefusalLine refusal={line.refusal} />}
    </li>
  );
});

function PaymentLine({ order }: { readonly order: Extract<FeedLine, { kind: 'payment' }>['order'] }) {
  const { word, tone } = orderWords[order.state];
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {order.agent}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <Anchor component={Link} href={`/payments/${order.id}`} c="inherit">
            <Inert text={shortUrl(order.url)} most={44} inLink />
          </Anchor>
        </Text>
      </div>
      <Stack gap={2} align="flex-end" style={{ flex: 'none' }}>
        <Group gap="xs" wrap="nowrap">
          <Tone tone={tone} size="sm">
            {word}
          </Tone>
          <Text size="sm" fw={600}>
            {dollars(order.amount)}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          <When at={order.createdAt} />
        </Text>
      </Stack>
    </Group>
  );
}

const refusalWords = {
  denied: { word: 'Refused', tone: 'neutral' },
  deferred: { word: 'Waits for you', tone: 'warn' },
  expired: { word: 'Nobody answered', tone: 'neutral' },
} as const;

function RefusalLine({ refusal }: { readonly refusal: Extract<FeedLine, { kind: 'refusal' }>['refusal'] }) {
  const { agent, url, decision, reason, amount, at, times } = refusal;
  const { word, tone } = refusalWords[decision];
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600}>
          {agent}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <Inert text={shortUrl(url)} most={44} />
        </Text>
        <Text size="xs" c="dimmed">
          {reasonWords[reason]}
          {times > 1 && ` · ${times} times`}
        </Text>
      </div>
      <Stack gap={2} align="flex-end" style={{ flex: 'none' }}>
        <Group gap="xs" wrap="nowrap">
          <Tone tone={tone} size="sm">
            {word}
          </Tone>
          {amount !== null && (
            <Text size="sm" c="dimmed">
              {dollars(amount)}
            </Text>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          <When at={at} />
        </Text>
      </Stack>
    </Group>
  );
}
