import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { HostStatus, SettingsView } from '../../../src-shared/contract/index.ts';
import { useClient } from '../../rpc/host.ts';
import { ProblemNote, Section } from '../../ui/Panels.tsx';
import { type PortName, portProblems, portsChange, portsText } from './ports.ts';
import { useSettingsChange } from './settings-change.ts';

const ports: readonly {
  readonly name: PortName;
  readonly label: string;
  readonly usual: number;
  readonly url: (status: HostStatus) => string | null;
}[] = [
  { name: 'proxyPort', label: 'Agents’ proxy', usual: 14_020, url: ({ proxyUrl }) => proxyUrl },
  { name: 'uiPort', label: 'These screens in a browser', usual: 14_021, url: ({ uiUrl }) => uiUrl },
  { name: 'rpcPort', label: 'The sandbox’s chain', usual: 14_022, url: ({ rpcUrl }) => rpcUrl },
];

/** Where on this machine Groat listens; nobody outside of it can reach any of these. */
export function Ports({ settings }: { readonly settings: SettingsView }) {
  const client = useClient();
  const { data: status } = useQuery({ queryKey: ['settings', 'status'], queryFn: () => client.host.status() });
  const [text, setText] = useState(() => portsText(settings));
  const change = useSettingsChange('change Groat’s ports');
  const shown = ports.filter(({ name }) => name !== 'rpcPort' || settings.network === 'sandbox');
  const names = shown.map(({ name }) => name).filter((name) => !settings.held.includes(name));
  const problems = portProblems(text, names);
  const wanted = portsChange(settings, text, names);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted !== null) change.run(wanted);
  };
  return (
    <Section title="Ports">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            Only programs on this machine reach these. Empty is the usual port, or a free one where that is taken.
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
            {shown.map(({ name, label, usual, url }) => {
              const held = settings.held.includes(name);
              const now = status === undefined ? null : portOf(url(status));
              return (
                <TextInput
                  key={name}
                  label={label}
                  description={now === null ? undefined : `Now ${now}`}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  placeholder={String(usual)}
                  inputMode="numeric"
                  autoComplete="off"
                  disabled={held}
                  value={text[name]}
                  onChange={(event) => setText({ ...text, [name]: event.currentTarget.value })}
                  error={problems[name]}
                />
              );
            })}
          </SimpleGrid>
          {shown.some(({ name }) => settings.held.includes(name)) && (
            <Text size="sm" c="dimmed">
              What cannot be changed here is fixed by how Groat was started: a flag or a GROAT_ variable holds it.
            </Text>
          )}
          {wanted?.proxyPort !== undefined && (
            <Text size="sm">
              Every agent’s environment names the proxy’s port: after this change, write the new one there.
            </Text>
          )}
          <ProblemNote problem={change.problem} />
          {(wanted !== null || Object.keys(problems).length > 0) && (
            <Group gap="xs">
              <Button type="submit" variant="filled" loading={change.busy} disabled={wanted === null}>
                Save and start again
              </Button>
              <Button disabled={change.busy} onClick={() => setText(portsText(settings))}>
                Undo my changes
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

const portOf = (url: string | null): string | null => (url === null ? null : new URL(url).port);
