import { Group, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { Section } from '../../ui/Panels.tsx';

const schemes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'Like the system' },
] as const;

export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title="Appearance">
      <Text size="sm" c="dimmed" mb="xs" id="theme-label">
        Theme, on this screen only
      </Text>
      <Group>
        <SegmentedControl
          aria-labelledby="theme-label"
          data={[...schemes]}
          value={colorScheme}
          onChange={(value) => {
            const chosen = schemes.find((scheme) => scheme.value === value);
            if (chosen !== undefined) setColorScheme(chosen.value);
          }}
        />
      </Group>
    </Section>
  );
}
