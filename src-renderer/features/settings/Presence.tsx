import { Group, Radio, Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Preferences, SettingsView } from '../../../src-shared/contract/index.ts';
import { useAct, useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { Loading, ProblemNote, Section } from '../../ui/Panels.tsx';

const choices: readonly {
  readonly value: Preferences['notifications'];
  readonly label: string;
  readonly means: string;
}[] = [
  { value: 'attention', label: 'When it matters', means: 'Something waits for your answer, or went wrong' },
  { value: 'all', label: 'Every payment', means: 'Also each payment that is made' },
  { value: 'none', label: 'Never', means: 'The tray icon still shows what waits' },
];

/** How Groat makes itself noticed; only the desktop app can. */
export function Presence({ shell }: { readonly shell: SettingsView['shell'] }) {
  return (
    <Section title="Notifications and start">
      {shell === 'app' ? (
        <AppPresence />
      ) : (
        <Text size="sm" c="dimmed">
          This Groat runs without a window, so it cannot notify you or start by itself at login. The desktop app can
          both; here, keep this page open to see what waits for you.
        </Text>
      )}
    </Section>
  );
}

function AppPresence() {
  const client = useClient();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['preferences'], queryFn: () => client.preferences.show() });
  const save = useAct(
    (change: Partial<Preferences>, host) => host.preferences.set(change),
    (saved) => queries.setQueryData(['preferences'], saved),
  );
  if (error !== null && data === undefined)
    return <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  if (data === undefined) return <Loading what="your choices" />;
  return (
    <Stack gap="md">
      <Radio.Group
        label="Notify me"
        value={data.notifications}
        onChange={(value) => {
          const chosen = choices.find((choice) => choice.value === value);
          if (chosen !== undefined) save.run({ notifications: chosen.value });
        }}
      >
        <Group gap="lg" mt="xs" align="flex-start">
          {choices.map(({ value, label, means }) => (
            <Radio key={value} value={value} label={label} description={means} />
          ))}
        </Group>
      </Radio.Group>
      <Switch
        label="Start Groat when I log in"
        checked={data.startAtLogin}
        onChange={(event) => save.run({ startAtLogin: event.currentTarget.checked })}
      />
      <Switch
        label="Show Groat in the Dock or taskbar too"
        description="For desktops that hide tray icons"
        checked={data.dockIcon}
        onChange={(event) => save.run({ dockIcon: event.currentTarget.checked })}
      />
      <ProblemNote problem={save.problem} />
    </Stack>
  );
}
