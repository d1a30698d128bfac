import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { DelegationView } from '../../../src-shared/contract/index.ts';
import { Meter } from '../../ui/Meter.tsx';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import styles from './agents.module.css';
import { spokenSpending } from './sparkline.ts';
import { useLastDay } from './use-last-day.ts';

const windows = [
  { limit: 'perMinute', used: 'minute', label: 'Last minute' },
  { limit: 'perHour', used: 'hour', label: 'Last hour' },
  { limit: 'perDay', used: 'day', label: 'Last 24 hours' },
  { limit: 'perMonth', used: 'month', label: 'Last 30 days' },
  { limit: 'total', used: 'total', label: 'In all' },
] as const;

/** How full each limit is: the agent's own, and those above it, which it shares with others. */
export function Usage({ own, above }: { readonly own: DelegationView; readonly above: readonly DelegationView[] }) {
  const amounts = useLastDay(own.subject);
  return (
    <Section title="Spending">
      <Stack gap="lg">
        <div className={styles['hours']}>
          <Text size="sm" c="dimmed" mb={4}>
            By the hour, the last 24 hours
          </Text>
          <Sparkline amounts={amounts} says={spokenSpending(amounts)} />
        </div>
        <Meters of={own} all />
        {above.map((link) => (
          <Shared key={link.subject} link={link} />
        ))}
      </Stack>
    </Section>
  );
}

function Shared({ link }: { readonly link: DelegationView }) {
  const { subject, terms } = link;
  if (windows.every(({ limit }) => terms.limits[limit] === 'none')) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb="xs">
        {subject === '@desk' ? 'Shared by all agents' : `Shared with ${subject}`}
      </Text>
      <Meters of={link} />
    </div>
  );
}

function Meters({ of: { terms, usage }, all = false }: { readonly of: DelegationView; readonly all?: boolean }) {
  const { perPayment } = terms.limits;
  const shown = windows.filter(
    ({ limit, used }) => terms.limits[limit] !== 'none' || (all && used !== 'minute' && used !== 'hour'),
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="lg">
      {shown.map(({ limit, used, label }) => (
        <Meter key={limit} label={label} used={usage[used]} limit={terms.limits[limit]} />
      ))}
      {perPayment !== 'none' && (
        <Text size="sm" c="dimmed">
          At most <strong style={{ color: 'var(--ink)' }}>{dollars(perPayment)}</strong> for one payment
        </Text>
      )}
    </SimpleGrid>
  );
}
