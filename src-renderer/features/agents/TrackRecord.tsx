import { Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AgentDetail } from '../../../src-shared/contract/index.ts';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { refusedFor, trustAbout, trustParts, trustWords } from './agent-words.ts';

const whole = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });

/** How the agent got on so far, and what it is trusted for it. */
export function TrackRecord({ trust, statistics }: Pick<AgentDetail, 'trust' | 'statistics'>) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
      <TrustParts trust={trust} />
      <Counts statistics={statistics} />
    </SimpleGrid>
  );
}

function TrustParts({ trust: { score, parts, role } }: Pick<AgentDetail, 'trust'>) {
  const { word, outOf100 } = trustWords(score);
  return (
    <Section
      title={`Trust: ${word} (${outOf100})`}
      aside={
        <Text size="sm" c="dimmed">
          as {role}
        </Text>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {trustAbout}
        </Text>
        {trustParts.map(({ part, word: name, about }) => {
          const value = Math.round((parts[part] ?? 0) * 100);
          return (
            <div key={part}>
              <Group justify="space-between" gap="xs">
                <Text size="sm">
                  {name}{' '}
                  <Text span size="sm" c="dimmed">
                    {about}
                  </Text>
                </Text>
                <Text size="sm" fw={600}>
                  {value}
                </Text>
              </Group>
              <Progress
                value={value}
                size="sm"
                color="var(--brand)"
                aria-label={`${name}: ${value} of 100`}
                styles={{ root: { background: 'var(--neutral-soft)' } }}
              />
            </div>
          );
        })}
      </Stack>
    </Section>
  );
}

function Counts({ statistics }: Pick<AgentDetail, 'statistics'>) {
  const { requests, granted, deferred, expired, denied, deniedBy, delivered, undelivered, successRate, spent } =
    statistics;
  const reasons = refusedFor(deniedBy);
  return (
    <Section title="So far">
      {requests === 0 ? (
        <Text size="sm" c="dimmed">
          It has not asked for anything yet. Set its proxy, and let it fetch something that costs money.
        </Text>
      ) : (
        <Stack gap={6}>
          <Count name="Asked for" value={whole.format(requests)} />
          <Count
            name="Allowed"
            value={`${whole.format(granted)}${successRate === null ? '' : ` (${percent.format(successRate)})`}`}
          />
          <Count name="You were asked" value={whole.format(deferred)} />
          <Count name="Not answered in time" value={whole.format(expired)} />
          <Count name="Refused" value={whole.format(denied)} />
          {reasons.map(([reason, count]) => (
            <Count key={reason} name={`· ${reason}`} value={whole.format(count)} quiet />
          ))}
          <Count name="Paid and delivered" value={whole.format(delivered)} />
          <Count name="Paid, not delivered" value={whole.format(undelivered)} />
          <Count name="Spent in all" value={dollars(spent)} />
        </Stack>
      )}
    </Section>
  );
}

function Count({
  name,
  value,
  quiet = false,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly quiet?: boolean;
}) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" c={quiet ? 'dimmed' : 'var(--ink)'} pl={quiet ? 'sm' : 0}>
        {name}
      </Text>
      <Text size="sm" fw={quiet ? 400 : 600}>
        {value}
      </Text>
    </Group>
  );
}
