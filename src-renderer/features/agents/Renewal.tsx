import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../rpc/host.ts';
import { useUnkeptAct } from '../../rpc/unkept-act.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { environmentLine } from '../../ui/environment.ts';
import { Section } from '../../ui/Panels.tsx';
import { Credential } from './Credential.tsx';
import { gappedProxyUrl } from './environment.ts';

/** How the agent is told to pay through Groat, and a new credential in the place of the old one. */
export function Renewal({ agent }: { readonly agent: string }) {
  const client = useClient();
  const { data: status } = useQuery({ queryKey: ['settings', 'host'], queryFn: () => client.host.status() });
  const [asking, setAsking] = useState(false);
  const [proxyUrl, setProxyUrl] = useState<string | null>(null);
  const rotate = useUnkeptAct(
    (_: null, host, asOwner) =>
      asOwner(`give ${agent} a new credential`, (context) => host.agents.rotate({ agent }, { context })),
    (made) => {
      setProxyUrl(made.proxyUrl);
      setAsking(false);
    },
  );
  return (
    <Section
      title="Credential"
      aside={
        <Button size="xs" onClick={() => setAsking(true)}>
          Make a new one
        </Button>
      }
    >
      {proxyUrl === null ? (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {agent} pays through Groat when this is set where it runs. The credential was shown when it was made; Groat
            keeps only what is needed to recognise it.
          </Text>
          {status !== undefined && (
            <CopyLine text={environmentLine(gappedProxyUrl(agent, status.proxyUrl))} label="Environment line" />
          )}
        </Stack>
      ) : (
        <Credential agent={agent} proxyUrl={proxyUrl} />
      )}
      <Confirm
        opened={asking}
        title={`A new credential for ${agent}?`}
        yes="Make a new one"
        busy={rotate.busy}
        problem={rotate.problem}
        onYes={() => rotate.run(null)}
        onNo={() => {
          rotate.clear();
          setAsking(false);
        }}
      >
        The old one stops at once: {agent} cannot pay until it has the new one.
      </Confirm>
    </Section>
  );
}
