import { Code, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { memo, useState } from 'react';
import type { LogEntryView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { inertPieces } from '../../ui/inert-text.ts';
import { When } from '../../ui/When.tsx';
import { entryText } from './entry-text.ts';

export function Entries({ entries }: { readonly entries: readonly LogEntryView[] }) {
  return (
    <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
      {entries.map((entry) => (
        <EntryLine key={entry.seq} entry={entry} />
      ))}
    </Stack>
  );
}

const EntryLine = memo(function EntryLine({ entry }: { readonly entry: LogEntryView }) {
  const [opened, setOpened] = useState(false);
  return (
    <li style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
      <Group justify="space-between" gap="sm" align="baseline" wrap="nowrap">
        <Text size="sm" component="div" style={{ minWidth: 0 }}>
          <Inert text={entryText(entry)} most={160} />
        </Text>
        <Group gap="sm" wrap="nowrap">
          <Text size="xs" c="dimmed">
            <When at={entry.at} />
          </Text>
          <UnstyledButton
            onClick={() => setOpened(!opened)}
            aria-expanded={opened}
            aria-label={`Entry ${entry.seq}, details`}
            style={{ color: 'var(--brand)', fontSize: 'var(--mantine-font-size-xs)' }}
          >
            #{entry.seq}
          </UnstyledButton>
        </Group>
      </Group>
      {opened && (
        <Code block mt="xs" tabIndex={0} style={{ background: 'var(--neutral-soft)', color: 'var(--ink)' }}>
          {shown(JSON.stringify(entry, null, 2))}
        </Code>
      )}
    </li>
  );
});

const shown = (text: string): string =>
  inertPieces(text)
    .map((piece) => (piece.kind === 'hidden' ? `[${piece.code}]` : piece.text))
    .join('');
