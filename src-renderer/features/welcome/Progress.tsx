import { Progress as Bar, Group, Text } from '@mantine/core';
import { type StepName, stepNames } from './steps.ts';

/** How far it is. Narrow screens get the number alone. */
export function Progress({ steps, step }: { readonly steps: readonly StepName[]; readonly step: StepName }) {
  const place = steps.indexOf(step);
  return (
    <div>
      <Group justify="space-between" gap="md" mb={6} wrap="nowrap">
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          Step {place + 1} of {steps.length}
        </Text>
        <Group component="ol" gap="md" p={0} m={0} visibleFrom="sm" style={{ listStyle: 'none' }}>
          {steps.map((name, at) => (
            <Text
              key={name}
              component="li"
              size="sm"
              c={at === place ? 'var(--ink)' : 'dimmed'}
              fw={at === place ? 600 : 400}
              aria-current={at === place && 'step'}
            >
              {stepNames[name]}
            </Text>
          ))}
        </Group>
      </Group>
      <Bar
        value={((place + 1) / steps.length) * 100}
        color="var(--brand)"
        size="sm"
        aria-label={`Step ${place + 1} of ${steps.length}`}
        styles={{ root: { background: 'var(--neutral-soft)' } }}
      />
    </div>
  );
}
