import { Group, Progress, Text } from '@mantine/core';
import { dollars, shareOf } from './money.ts';

/** What is used of a limit. Above four fifths it warns; `none` is no limit and has no bar. */
export function Meter({
  label,
  used,
  limit,
}: {
  readonly label: string;
  readonly used: string;
  readonly limit: string;
}) {
  const share = limit === 'none' ? 0 : shareOf(used, limit);
  const colour = share >= 1 ? 'var(--bad)' : share >= 0.8 ? 'var(--warn)' : 'var(--brand)';
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Text size="sm">
          <strong>{dollars(used)}</strong> {limit === 'none' ? '(no limit)' : `of ${dollars(limit)}`}
        </Text>
      </Group>
      {limit !== 'none' && (
        <Progress
          mt={4}
          value={Math.min(100, share * 100)}
          color={colour}
          aria-label={`${label}: ${dollars(used)} of ${dollars(limit)}`}
          styles={{ root: { background: 'var(--neutral-soft)' } }}
        />
      )}
    </div>
  );
}
