import { Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { EndpointHealth } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Inert } from '../../ui/Inert.tsx';
import { Loading, ProblemNote } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';

/** How each server does right now. */
export function ServerHealth() {
  const client = useClient();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['settings', 'health'],
    queryFn: () => client.chain.health(),
  });
  return (
    <>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text fw={600} size="sm" id="server-health">
          How they do right now
        </Text>
        <Button size="xs" loading={isFetching} onClick={() => void refetch()}>
          Check now
        </Button>
      </Group>
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="how the servers do" />}
      {data !== undefined && (
        <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-labelledby="server-health" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Server</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th ta="end">Answers in</Table.Th>
                <Table.Th ta="end">Slot</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((server) => (
                <HealthRow key={server.url} server={server} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

function HealthRow({ server: { url, ok, latencyMs, slot, problem } }: { readonly server: EndpointHealth }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Inert text={url} most={48} />
        {problem !== null && (
          <Text size="xs" c="dimmed">
            <Inert text={problem} most={120} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{ok ? <Tone tone="good">Answers</Tone> : <Tone tone="bad">Does not answer</Tone>}</Table.Td>
      <Table.Td ta="end">{latencyMs === null ? '–' : `${latencyMs.toLocaleString()} ms`}</Table.Td>
      <Table.Td ta="end">{slot === null ? '–' : slot.toLocaleString()}</Table.Td>
    </Table.Tr>
  );
}
