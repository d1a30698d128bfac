import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SettingsView } from '../../../src-shared/contract/index.ts';
import { networks } from '../../../src-shared/model/index.ts';
import { ProblemNote, Section } from '../../ui/Panels.tsx';
import { AddServer } from './AddServer.tsx';
import { moved, type ServerList, sameServers, without } from './endpoints.ts';
import { ServerHealth } from './ServerHealth.tsx';
import { ServerRow } from './ServerRow.tsx';
import { heldWords, useSettingsChange } from './settings-change.ts';

/** Whom Groat asks about the chain. The sandbox is its own chain and has nothing to choose. */
export function Endpoints({ settings }: { readonly settings: SettingsView }) {
  const sandbox = settings.network === 'sandbox';
  return (
    <Section title="Solana servers">
      {sandbox ? (
        <Text size="sm" c="dimmed" mb="md">
          The sandbox is its own chain, inside Groat: there is no server to choose.
        </Text>
      ) : (
        <ServerEditor settings={settings} />
      )}
      <ServerHealth />
    </Section>
  );
}

function ServerEditor({ settings }: { readonly settings: SettingsView }) {
  const [list, setList] = useState<ServerList>(settings.rpcUrls);
  const held = settings.held.includes('rpcUrls');
  const change = useSettingsChange('change the servers that Groat believes');
  const edited = !sameServers(list, settings.rpcUrls);
  return (
    <Stack gap="sm" mb="lg">
      <Text size="sm" c="dimmed">
        Groat asks these (RPC endpoints) what happened to your money, the first one first. Two of different providers
        are better than one: where one lies or fails, the other one shows it.
      </Text>
      {list.length === 0 && (
        <Text size="sm">
          None of your own. Groat uses the public one: {networks[settings.network].rpcUrls.join(', ')}
        </Text>
      )}
      {list.length > 0 && (
        <Stack component="ol" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
          {list.map((url, at) => (
            <ServerRow
              key={url}
              url={url}
              place={at + 1}
              last={at === list.length - 1}
              disabled={held}
              onMove={(by) => setList(moved(list, at, by))}
              onRemove={() => setList(without(list, at))}
            />
          ))}
        </Stack>
      )}
      {held ? (
        <Text size="sm" c="dimmed">
          {heldWords}
        </Text>
      ) : (
        <AddServer list={list} onAdd={(url) => setList([...list, url])} />
      )}
      <ProblemNote problem={change.problem} />
      {edited && (
        <Group gap="xs">
          <Button variant="filled" loading={change.busy} onClick={() => change.run({ rpcUrls: [...list] })}>
            Save and start again
          </Button>
          <Button disabled={change.busy} onClick={() => setList(settings.rpcUrls)}>
            Undo my changes
          </Button>
        </Group>
      )}
    </Stack>
  );
}
