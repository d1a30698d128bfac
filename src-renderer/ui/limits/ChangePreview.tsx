import { List, SimpleGrid, Stack, Text } from '@mantine/core';
import { Tone } from '../Tone.tsx';
import type { ToneName } from '../tone.ts';
import type { Difference, Effect } from './limits-change.ts';

const groups: readonly {
  readonly effect: Effect;
  readonly tone: ToneName;
  readonly title: string;
  readonly means: string;
}[] = [
  { effect: 'stricter', tone: 'good', title: 'Stricter', means: 'Needs no PIN.' },
  { effect: 'looser', tone: 'warn', title: 'Looser', means: 'Only you may: it can ask for your PIN.' },
  { effect: 'neither', tone: 'neutral', title: 'Other', means: 'Needs no PIN.' },
];

/** What saving would do, told before it is done. */
export function ChangePreview({
  differences,
  unreadable,
}: {
  readonly differences: readonly Difference[];
  readonly unreadable: boolean;
}) {
  return (
    <Stack
      role="group"
      aria-label="What saving changes"
      gap="sm"
      p="md"
      style={{ background: 'var(--neutral-soft)', borderRadius: 'var(--groat-radius)' }}
    >
      {unreadable && <Text size="sm">Correct the marked fields first.</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {groups.map(({ effect, tone, title, means }) => {
          const found = differences.filter((difference) => difference.effect === effect);
          if (found.length === 0) return null;
          return (
            <div key={effect}>
              <Text size="sm" mb={4}>
                <Tone tone={tone}>{title}</Tone> {means}
              </Text>
              <List size="sm" spacing={4} listStyleType="none" withPadding={false}>
                {found.map(({ label, before, after }) => (
                  <List.Item key={label} style={{ overflowWrap: 'anywhere' }}>
                    {label}: {before} → <strong>{after}</strong>
                  </List.Item>
                ))}
              </List>
            </div>
          );
        })}
      </SimpleGrid>
    </Stack>
  );
}
