import { Anchor, Stack } from '@mantine/core';
import { Link } from 'wouter';
import { useLive } from '../../rpc/host.ts';
import { Meter } from '../../ui/Meter.tsx';
import { Section } from '../../ui/Panels.tsx';

/** What all agents together spent, against what they may. */
export function SpentCard() {
  const spent = useLive(({ status }) => status?.spent);
  const limits = useLive(({ status }) => status?.limits);
  return (
    <Section
      title="Spent by all agents"
      aside={
        <Anchor component={Link} href="/settings" size="sm">
          Limits
        </Anchor>
      }
    >
      <Stack gap="sm">
        <Meter label="24 hours" used={spent?.day ?? '0'} limit={limits?.perDay ?? 'none'} />
        <Meter label="7 days" used={spent?.week ?? '0'} limit="none" />
        <Meter label="30 days" used={spent?.month ?? '0'} limit={limits?.perMonth ?? 'none'} />
      </Stack>
    </Section>
  );
}
