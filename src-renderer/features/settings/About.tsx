import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { SettingsView } from '../../../src-shared/contract/index.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Section } from '../../ui/Panels.tsx';
import { Licences } from './Licences.tsx';

export function About({ settings: { version, home } }: { readonly settings: SettingsView }) {
  const [licences, setLicences] = useState(false);
  const log = home.includes('\\') ? [home, 'logs', 'groat.log'].join('\\') : `${home}/logs/groat.log`;
  return (
    <Section title="About" aside={<Text size="sm">Groat {version}</Text>}>
      <Stack gap="sm">
        <div>
          <Text size="sm" c="dimmed" mb={2}>
            Everything that is yours lies in this folder. Keep a copy of it.
          </Text>
          <CopyLine text={home} label="the folder" />
        </div>
        <div>
          <Text size="sm" c="dimmed" mb={2}>
            What Groat says while it works, for when something does not. No keys, no PIN, no contents.
          </Text>
          <CopyLine text={log} label="the log file" />
        </div>
        <Group gap="xs">
          <Button onClick={() => setLicences(true)}>Licences</Button>
          <Button component={Link} href="/welcome">
            Show the first steps again
          </Button>
        </Group>
      </Stack>
      <Licences opened={licences} onClose={() => setLicences(false)} />
    </Section>
  );
}
