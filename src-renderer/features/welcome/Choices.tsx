import { Radio, Stack } from '@mantine/core';

/** A few answers to one question, each with what it means. */
export function Choices<V extends string>({
  label,
  choices,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly choices: readonly { readonly value: V; readonly label: string; readonly means: string }[];
  readonly value: V;
  onChoose(value: V): void;
}) {
  return (
    <Radio.Group
      aria-label={label}
      value={value}
      onChange={(text) => {
        const chosen = choices.find((choice) => choice.value === text);
        if (chosen !== undefined) onChoose(chosen.value);
      }}
    >
      <Stack gap="xs">
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            value={choice.value}
            label={choice.label}
            description={choice.means}
            styles={{
              root: {
                border: `1px solid var(${choice.value === value ? '--brand' : '--line'})`,
                background: choice.value === value ? 'var(--brand-soft)' : 'transparent',
                borderRadius: 'var(--groat-radius)',
                padding: '12px 14px',
              },
              labelWrapper: { flex: 1 },
              label: { fontWeight: 600 },
              description: { color: 'var(--quiet)' },
            }}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
