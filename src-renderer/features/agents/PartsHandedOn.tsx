import { Anchor, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { DelegationView } from '../../../src-shared/contract/index.ts';
import { dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';
import styles from './agents.module.css';
import { type Branch, handedOn } from './handed-on.ts';
import { NewAgent } from './NewAgent.tsx';

/** Who spends within this agent's limits, and who within theirs. */
export function PartsHandedOn({
  agent,
  delegations,
}: {
  readonly agent: string;
  readonly delegations: readonly DelegationView[];
}) {
  const [adding, setAdding] = useState(false);
  const parts = handedOn(agent, delegations);
  return (
    <Section
      title="Parts handed on"
      aside={
        <Button size="xs" onClick={() => setAdding(true)}>
          Hand a part on
        </Button>
      }
    >
      {parts.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody spends within the limits of {agent} but itself. Hand a part on when it works with helpers: each gets a
          name and limits of its own, and together they stay within these.
        </Text>
      ) : (
        <Branches parts={parts} />
      )}
      <NewAgent opened={adding} from={agent} onClose={() => setAdding(false)} />
    </Section>
  );
}

function Branches({ parts }: { readonly parts: readonly Branch[] }) {
  return (
    <ul className={styles['branches']}>
      {parts.map(({ agent, delegation, parts: below }) => (
        <li key={agent}>
          <Group justify="space-between" gap="xs" py={4}>
            <Anchor component={Link} href={`/agents/${agent}`} fw={600}>
              {agent}
            </Anchor>
            <Text span size="sm" c="dimmed">
              {dollars(delegation.usage.day)} of{' '}
              {delegation.terms.limits.perDay === 'none'
                ? 'no limit of its own'
                : dollars(delegation.terms.limits.perDay)}{' '}
              in 24 hours
            </Text>
          </Group>
          {below.length > 0 && <Branches parts={below} />}
        </li>
      ))}
    </ul>
  );
}
