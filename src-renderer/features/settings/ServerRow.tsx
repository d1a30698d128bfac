import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Inert } from '../../ui/Inert.tsx';

export function ServerRow({
  url,
  place,
  last,
  disabled,
  onMove,
  onRemove,
}: {
  readonly url: string;
  /** From 1. */
  readonly place: number;
  readonly last: boolean;
  readonly disabled: boolean;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}) {
  return (
    <Group component="li" gap="xs" py="xs" wrap="nowrap" style={{ borderTop: '1px solid var(--line)' }}>
      <Text size="sm" c="dimmed" w={20}>
        {place}.
      </Text>
      <Text size="sm" component="div" style={{ flex: 1, minWidth: 0 }}>
        <Inert text={url} most={70} />
      </Text>
      <RowButton label={`Move server ${place} up`} disabled={disabled || place === 1} onClick={() => onMove(-1)}>
        <IconArrowUp size={16} />
      </RowButton>
      <RowButton label={`Move server ${place} down`} disabled={disabled || last} onClick={() => onMove(1)}>
        <IconArrowDown size={16} />
      </RowButton>
      <RowButton label={`Remove server ${place}`} disabled={disabled} onClick={onRemove}>
        <IconTrash size={16} />
      </RowButton>
    </Group>
  );
}

function RowButton({
  label,
  disabled,
  onClick,
  children,
}: {
  readonly label: string;
  readonly disabled: boolean;
  onClick(): void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
