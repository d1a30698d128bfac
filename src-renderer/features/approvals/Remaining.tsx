import { Group, List, Text } from '@mantine/core';
import type { ApprovalView } from '../../../src-shared/contract/index.ts';
import { Tone } from '../../ui/Tone.tsx';
import { remainders } from './approval-words.ts';

/** What each limit would have left after this payment. */
export function Remaining({ remaining }: { readonly remaining: ApprovalView['remaining'] }) {
  const rows = remainders(remaining);
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No limit stands above this agent’s sums.
      </Text>
    );
  return (
    <List listStyleType="none" spacing={6} styles={{ itemWrapper: { display: 'block' } }}>
      {rows.map(({ key, of, words, tone }) => (
        <List.Item key={key}>
          <Group justify="space-between" gap="xs">
            <Text span size="sm" c="dimmed">
              {of}
            </Text>
            {tone === 'bad' ? (
              <Tone tone={tone}>{words}</Tone>
            ) : (
              <Text span size="sm" fw={600}>
                {words}
              </Text>
            )}
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
