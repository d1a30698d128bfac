import { Button, Card, Switch } from '@mantine/core';
import { IconPlus, IconRobot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote } from '../../ui/Panels.tsx';
import { AgentRow } from './AgentRow.tsx';
import styles from './agents.module.css';
import { NewAgent } from './NewAgent.tsx';

/** Everybody who may spend. */
export function Agents() {
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ['rules', 'agents'], queryFn: () => client.agents.list() });
  const [adding, setAdding] = useState(false);
  const [all, setAll] = useState(false);
  const removed = data?.filter(({ state }) => state === 'revoked') ?? [];
  const shown = data === undefined ? [] : all ? data : data.filter(({ state }) => state !== 'revoked');
  const add = (
    <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      Add an agent
    </Button>
  );
  return (
    <Page title="Agents" about="Programs that may spend from your wallet, each within its own limits." actions={add}>
      {data === undefined ? (
        error === null ? (
          <Loading what="your agents" />
        ) : (
          <ProblemNote problem={toProblem(error)} again={() => void refetch()} />
        )
      ) : (
        <>
          {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
          <Card py="xs">
            {shown.length === 0 ? (
              <Empty icon={<IconRobot size={26} />} title="No agent yet" action={add}>
                An agent gets its own name, its own limits and its own credential. It pays through Groat as soon as its
                proxy is set.
              </Empty>
            ) : (
              <ul className={styles['list']}>
                {shown.map((agent) => (
                  <AgentRow key={agent.agent} agent={agent} />
                ))}
              </ul>
            )}
          </Card>
          {removed.length > 0 && (
            <Switch
              label={`Show removed ones (${removed.length})`}
              checked={all}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )}
        </>
      )}
      <NewAgent opened={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}
