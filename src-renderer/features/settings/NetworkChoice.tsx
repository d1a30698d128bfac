import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { SettingsView } from '../../../src-shared/contract/index.ts';
import { type NetworkName, networkNames } from '../../../src-shared/model/index.ts';
import { Section } from '../../ui/Panels.tsx';
import { Tone } from '../../ui/Tone.tsx';
import { networkText } from './network-text.ts';
import { SwitchNetwork } from './SwitchNetwork.tsx';
import { heldWords } from './settings-change.ts';

/** Which money is spent. */
export function NetworkChoice({ settings }: { readonly settings: SettingsView }) {
  const [wanted, setWanted] = useState<NetworkName | null>(null);
  const held = settings.held.includes('network');
  return (
    <Section title="Network">
      <Text size="sm" c="dimmed" mb="xs">
        Each network has a wallet, agents, limits, payments and a PIN of its own. Switching starts Groat again; what
        belongs to the other network stays and waits.
      </Text>
      <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
        {networkNames.map((name) => (
          <Group
            key={name}
            component="li"
            justify="space-between"
            gap="sm"
            py="sm"
            style={{ borderTop: '1px solid var(--line)' }}
          >
            <div style={{ flex: '1 1 260px', minWidth: 0 }}>
              <Text fw={600}>{networkText[name].name}</Text>
              <Text size="sm" c="dimmed">
                {networkText[name].means}
              </Text>
            </div>
            {name === settings.network ? (
              <Tone tone={name === 'mainnet' ? 'warn' : 'good'} size="lg">
                In use
              </Tone>
            ) : (
              <Button disabled={held} onClick={() => setWanted(name)}>
                {name === 'mainnet' ? 'Switch to real money …' : `Switch to ${networkText[name].name} …`}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {held && (
        <Text size="sm" c="dimmed">
          {heldWords}
        </Text>
      )}
      <SwitchNetwork from={settings.network} wanted={wanted} onDone={() => setWanted(null)} />
    </Section>
  );
}
