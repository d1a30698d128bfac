import { ActionIcon, Code, Group, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useCopy } from './use-copy.ts';

const words = { none: 'Copy', copied: 'Copied', refused: 'Select it and copy by hand' } as const;

/** A line to be pasted elsewhere: an address, a command, a credential. */
export function CopyLine({ text, label }: { readonly text: string; readonly label: string }) {
  const { outcome, copy } = useCopy();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Code
        block
        tabIndex={0}
        role="textbox"
        aria-readonly
        aria-label={label}
        style={{
          flex: 1,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
          background: 'var(--neutral-soft)',
          color: 'var(--ink)',
        }}
      >
        {text}
      </Code>
      <ActionIcon
        variant="default"
        size="lg"
        onClick={() => copy(text)}
        title={words[outcome]}
        aria-label={outcome === 'copied' ? 'Copied' : `Copy ${label}`}
      >
        {outcome === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
      {outcome === 'refused' && (
        <Text size="xs" role="status">
          {words.refused}
        </Text>
      )}
    </Group>
  );
}
