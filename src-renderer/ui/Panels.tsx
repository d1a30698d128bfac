import { Alert, Button, Card, Center, Group, Loader, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type ToneName, toneInk } from './tone.ts';

/** A screen: its name, what can be done on it, and the rest. */
export function Page({
  title,
  about,
  actions,
  children,
}: {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={1}>{title}</Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" mt={2}>
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a screen with its own heading. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Card component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2}>{title}</Title>
        {aside}
      </Group>
      {children}
    </Card>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <Center py="xl">
      <Group gap="sm" role="status">
        <Loader size="sm" color="var(--brand)" />
        <Text c="dimmed">Loading {what} …</Text>
      </Group>
    </Center>
  );
}

/** Nothing there yet: says why that is, and what to do next. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Stack align="center" ta="center" gap="xs" py="xl" px="md">
      <ThemeIcon
        size={52}
        radius="xl"
        variant="light"
        color="var(--quiet)"
        style={{ background: 'var(--neutral-soft)' }}
      >
        {icon}
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" maw={460} size="sm">
        {children}
      </Text>
      {action}
    </Stack>
  );
}

/** What went wrong, and what to do next, at the place where it happened. */
export function ProblemNote({
  problem,
  again,
}: {
  readonly problem: { readonly what: string; readonly next: string } | null;
  readonly again?: () => void;
}) {
  if (problem === null) return null;
  return (
    <Note tone="bad" title={problem.what}>
      {problem.next}
      {again !== undefined && (
        <Button size="xs" mt="xs" display="block" onClick={again}>
          Try again
        </Button>
      )}
    </Note>
  );
}

export function Note({
  tone,
  title,
  children,
}: {
  readonly tone: ToneName;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const ink = toneInk(tone);
  return (
    <Alert
      role={tone === 'bad' ? 'alert' : 'note'}
      icon={tone === 'bad' || tone === 'warn' ? <IconAlertTriangle size={18} /> : <IconInfoCircle size={18} />}
      title={title}
      styles={{
        root: { background: `var(--${tone}-soft)`, border: 'none' },
        title: { color: ink },
        icon: { color: ink },
        message: { color: 'var(--ink)' },
      }}
    >
      {children}
    </Alert>
  );
}
