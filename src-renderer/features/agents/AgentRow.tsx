import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Client } from '../../rpc/client.ts';
import { Meter } from '../../ui/Meter.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { When } from '../../ui/When.tsx';
import { agentStates } from './agent-words.ts';
import styles from './agents.module.css';
import { PauseAgent } from './PauseAgent.tsx';
import { spokenSpending } from './sparkline.ts';
import { Trust } from './Trust.tsx';
import { useLastDay } from './use-last-day.ts';

type Listed = Awaited<ReturnType<Client['agents']['list']>>[number];

/** One agent at a glance: what it spends, how far it is trusted, and the switch that stops it. */
export function AgentRow({
  agent: { agent, state, spentToday, perDay, trust, revokedAt },
}: {
  readonly agent: Listed;
}) {
  const amounts = useLastDay(agent);
  const { word, tone } = agentStates[state];
  return (
    <li className={styles['row']}>
      <div className={styles['name']}>
        <Group gap="xs">
          <Anchor component={Link} href={`/agents/${agent}`} fw={600}>
            {agent}
          </Anchor>
          <Tone tone={tone}>{word}</Tone>
        </Group>
        {revokedAt !== null && (
          <Text size="sm" c="dimmed">
            Removed <When at={revokedAt} />
          </Text>
        )}
      </div>
      <div className={styles['spark']}>
        <Sparkline amounts={amounts} says={spokenSpending(amounts)} />
      </div>
      <div className={styles['meter']}>
        <Meter label="Last 24 hours" used={spentToday} limit={perDay} />
      </div>
      <div className={styles['trust']}>
        <Trust trust={trust} />
      </div>
      <div className={styles['pause']}>
        {state !== 'revoked' && <PauseAgent agent={agent} paused={state === 'paused'} size="xs" />}
      </div>
    </li>
  );
}
