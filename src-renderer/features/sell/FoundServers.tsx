import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { FoundServer } from './FoundServer.tsx';
import { typedPorts } from './typed-ports.ts';

/** Servers on this machine that are worth selling, each one click away from it. */
export function FoundServers({ shops }: { readonly shops: readonly ShopView[] }) {
  const client = useClient();
  const [ports, setPorts] = useState<readonly number[]>([]);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['local-servers', ports],
    queryFn: () => client.shops.detect({ ports: [...ports] }),
    placeholderData: keepPreviousData,
  });
  return (
    <Section
      title="Found on this machine"
      aside={
        data !== undefined && (
          <Button size="xs" loading={isFetching} onClick={() => void refetch()}>
            Look again
          </Button>
        )
      }
    >
      <Stack gap="md">
        {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
        {data === undefined && error === null && <Loading what="what runs on this machine" />}
        {data?.length === 0 && (
          <Text size="sm" c="dimmed">
            No server that Groat knows: it looked for Ollama, LM Studio, vLLM and llama.cpp at their usual ports. Start
            one and look again, name the port of yours, or write its address below.
          </Text>
        )}
        {data !== undefined && data.length > 0 && (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
            {data.map((server) => (
              <FoundServer key={server.url} server={server} shops={shops} />
            ))}
          </SimpleGrid>
        )}
        <NamedPorts onLook={setPorts} />
      </Stack>
    </Section>
  );
}

function NamedPorts({ onLook }: { onLook(ports: readonly number[]): void }) {
  const [text, setText] = useState('');
  const ports = typedPorts(text);
  const look = (event: FormEvent): void => {
    event.preventDefault();
    if (ports !== null) onLook(ports);
  };
  return (
    <form onSubmit={look} noValidate>
      <Group gap="xs" align="flex-start">
        <TextInput
          label="Other ports"
          placeholder="3000, 8088"
          inputMode="numeric"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={ports === null ? 'Numbers from 1 to 65535, at most 32' : null}
          w={220}
        />
        <Button type="submit" mt={{ base: 0, xs: 25 }} disabled={ports === null || text.trim() === ''}>
          Look there too
        </Button>
      </Group>
    </form>
  );
}
