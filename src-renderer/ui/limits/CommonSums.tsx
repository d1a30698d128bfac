import { SimpleGrid, TextInput } from '@mantine/core';
import { typedCap } from './typed-values.ts';

/** As they stand in the fields. */
export interface CommonSumsText {
  readonly perPayment: string;
  readonly perDay: string;
}

/** The two limits that everybody sets: for one payment, and for 24 hours. */
export function CommonSums({
  text,
  empty,
  onChange,
}: {
  readonly text: CommonSumsText;
  /** What an empty field stands for. */
  readonly empty: string;
  onChange(text: CommonSumsText): void;
}) {
  const field = (name: keyof CommonSumsText, label: string) => {
    const typed = typedCap(text[name]);
    return (
      <TextInput
        label={label}
        leftSection="$"
        placeholder={empty}
        inputMode="decimal"
        autoComplete="off"
        value={text[name]}
        onChange={(event) => onChange({ ...text, [name]: event.currentTarget.value })}
        error={typed.ok ? null : typed.why}
      />
    );
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      {field('perPayment', 'One payment, at most')}
      {field('perDay', 'In 24 hours, at most')}
    </SimpleGrid>
  );
}
