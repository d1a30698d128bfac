import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNote } from './Panels.tsx';

/** Asks before what cannot be undone. "Cancel" has the focus: a key pressed too early changes nothing. */
export function Confirm({
  opened,
  title,
  children,
  yes,
  busy,
  problem,
  onYes,
  onNo,
}: {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  readonly yes: string;
  readonly busy: boolean;
  readonly problem: { readonly what: string; readonly next: string } | null;
  onYes(): void;
  onNo(): void;
}) {
  return (
    <Modal opened={opened} onClose={onNo} title={title}>
      <Text component="div" size="sm">
        {children}
      </Text>
      <ProblemNote problem={problem} />
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={onNo} data-autofocus>
          Cancel
        </Button>
        <Button color="var(--bad)" variant="outline" loading={busy} onClick={onYes}>
          {yes}
        </Button>
      </Group>
    </Modal>
  );
}
