import { Text, VisuallyHidden } from '@mantine/core';
import { useNow } from '../../ui/now.ts';
import { spokenTimeLeft, timeLeft } from './time-left.ts';

/** How long there is to answer. Read aloud at a few steps only. */
export function Countdown({ until, spoken = false }: { readonly until: number; readonly spoken?: boolean }) {
  const left = until - useNow();
  return (
    <Text span size="sm" c={left < 60_000 ? 'var(--bad)' : 'dimmed'} style={{ whiteSpace: 'nowrap' }}>
      <span role="timer">{left > 0 ? `${timeLeft(left)} left` : 'Time is up'}</span>
      {spoken && <VisuallyHidden aria-live="polite">{spokenTimeLeft(left)}</VisuallyHidden>}
    </Text>
  );
}
