import { Button, Group, Select } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Empty, Loading, Page, ProblemNote, Section } from '../../ui/Panels.tsx';
import { Entries } from './Entries.tsx';
import { ExportLog } from './ExportLog.tsx';
import { kindWords } from './entry-text.ts';
import { VerifyLog } from './VerifyLog.tsx';

const pageSize = 100;

/** Everything that was decided and done, and the proof that nobody changed it afterwards. */
export function Log() {
  const client = useClient();
  const [kind, setKind] = useState<string | null>('decision');
  const [agent, setAgent] = useState<string | null>(null);
  const { data: agents } = useQuery({ queryKey: ['rules', 'agents'], queryFn: () => client.agents.list() });
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['log', kind, agent],
    queryFn: ({ pageParam }) =>
      client.log.recent({
        limit: pageSize,
        ...(kind === null ? {} : { kind }),
        ...(agent === null ? {} : { agent }),
        ...(pageParam === null ? {} : { before: pageParam }),
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < pageSize ? null : (page.at(-1)?.seq ?? null)),
    staleTime: 0,
  });
  const entries = data?.pages.flat() ?? [];
  return (
    <Page
      title="Log"
      about="Every decision and every movement of money. Each entry is chained to the one before it, so a change shows."
      actions={<ExportLog />}
    >
      <VerifyLog />
      <Section
        title="Entries"
        aside={
          <Button size="xs" loading={isFetching} onClick={() => void refetch()}>
            Newest
          </Button>
        }
      >
        <Group gap="sm" mb="md" align="flex-end">
          <Select
            label="What"
            placeholder="Everything"
            clearable
            data={Object.entries(kindWords).map(([value, label]) => ({ value, label }))}
            value={kind}
            onChange={setKind}
          />
          <Select
            label="Agent"
            placeholder="All"
            clearable
            searchable
            data={(agents ?? []).map(({ agent: name }) => name)}
            value={agent}
            onChange={setAgent}
          />
        </Group>
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="the log" />}
        {data !== undefined && entries.length === 0 && (
          <Empty icon={<IconListDetails size={26} />} title="Nothing of that kind">
            Take a filter away, or come back when an agent has asked for something.
          </Empty>
        )}
        {entries.length > 0 && <Entries entries={entries} />}
        {hasNextPage && (
          <Group justify="center" mt="md">
            <Button loading={isFetching} onClick={() => void fetchNextPage()}>
              Older
            </Button>
          </Group>
        )}
      </Section>
    </Page>
  );
}
