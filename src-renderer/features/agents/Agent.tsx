import { Anchor, Button, Group, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { AgentDetail, PolicyView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, Note, Page, ProblemNote } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { AgentLimits } from './AgentLimits.tsx';
import { agentStates } from './agent-words.ts';
import { History } from './History.tsx';
import { PartsHandedOn } from './PartsHandedOn.tsx';
import { PauseAgent } from './PauseAgent.tsx';
import { RemoveAgent } from './RemoveAgent.tsx';
import { Renewal } from './Renewal.tsx';
import { TrackRecord } from './TrackRecord.tsx';
import { Usage } from './Usage.tsx';

/** One agent: what it spends, what it may, and how it got on. */
export function Agent({ name }: { readonly name: string }) {
  const client = useClient();
  const detail = useQuery({
    queryKey: ['rules', 'agent', name],
    queryFn: () => client.agents.show({ agent: name }),
  });
  const policy = useQuery({ queryKey: ['rules', 'policy'], queryFn: () => client.policy.show() });
  const problem = detail.error ?? policy.error;
  const again = (): void => {
    void detail.refetch();
    void policy.refetch();
  };
  if (detail.data === undefined || policy.data === undefined)
    return (
      <Page
        title={name}
        about={
          <Anchor component={Link} href="/agents">
            All agents
          </Anchor>
        }
      >
        {problem === null ? (
          <Loading what={name} />
        ) : (
          <>
            <ProblemNote problem={toProblem(problem)} again={again} />
            <div>
              <Button component={Link} href="/agents">
                All agents
              </Button>
            </div>
          </>
        )}
      </Page>
    );
  return (
    <>
      {problem !== null && <ProblemNote problem={toProblem(problem)} again={again} />}
      <Known detail={detail.data} policy={policy.data} />
    </>
  );
}

function Known({ detail, policy }: { readonly detail: AgentDetail; readonly policy: PolicyView }) {
  const { agent, state, delegations, trust, statistics } = detail;
  const [own, ...above] = delegations;
  const { word, tone } = agentStates[state];
  // An agent below one that was removed or has run out is not valid either, and can still be removed or limited.
  const gone = policy.delegations.some(({ subject, revokedAt }) => subject === agent && revokedAt !== null);
  const parents = above.filter(({ subject }) => subject !== '@desk');
  return (
    <Page
      title={agent}
      about={
        <Group component="span" gap="xs">
          <Anchor component={Link} href="/agents" size="sm">
            All agents
          </Anchor>
          {parents.toReversed().map(({ subject }) => (
            <span key={subject}>
              {' › '}
              <Anchor component={Link} href={`/agents/${subject}`} size="sm">
                {subject}
              </Anchor>
            </span>
          ))}
          <Tone tone={gone ? 'neutral' : tone}>{gone ? agentStates.revoked.word : word}</Tone>
        </Group>
      }
      actions={
        !gone && (
          <>
            <PauseAgent agent={agent} paused={policy.paused.agents.includes(agent)} />
            <RemoveAgent agent={agent} parts={detail.handedOnTo} />
          </>
        )
      }
    >
      {gone && (
        <Note tone="neutral" title="This agent was removed">
          Its credential is worth nothing any more. What it paid stays on record.
        </Note>
      )}
      {own !== undefined && <Usage own={own} above={above} />}
      {!gone && own !== undefined && <AgentLimits own={own} above={above} roles={policy.roles} />}
      {!gone && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
          <PartsHandedOn agent={agent} delegations={policy.delegations} />
          <Renewal agent={agent} />
        </SimpleGrid>
      )}
      <TrackRecord trust={trust} statistics={statistics} />
      <History agent={agent} />
    </Page>
  );
}
