import { Text, Timeline } from '@mantine/core';
import type { OrderView } from '../../../src-shared/contract/index.ts';
import { exactTime } from '../../ui/When.tsx';
import { sinceBefore, timelineOf } from './timeline.ts';

export function Steps({ order }: { readonly order: OrderView }) {
  const steps = timelineOf(order);
  return (
    <Timeline bulletSize={14} lineWidth={2} active={steps.length} color="var(--brand)">
      {steps.map(({ key, at, title, detail, tone }, index) => (
        <Timeline.Item
          key={key}
          title={title}
          color={tone === 'neutral' || tone === 'info' ? 'var(--brand)' : `var(--${tone})`}
        >
          <Text size="sm" c="dimmed">
            {detail}
          </Text>
          <Text size="xs" c="dimmed">
            {exactTime(at)} {sinceBefore(steps, index)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
