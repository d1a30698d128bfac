import { Stack } from '@mantine/core';
import { useState } from 'react';
import { CommonSums, type CommonSumsText } from '../../ui/limits/CommonSums.tsx';
import { typedCap } from '../../ui/limits/typed-values.ts';
import { dollars } from '../../ui/money.ts';
import { Choices } from './Choices.tsx';
import { type LimitPreset, presetOf } from './limit-presets.ts';

const ownName = 'own';

/** A few sensible pairs, and two fields for whoever wants others. */
export function LimitFields({
  presets,
  text,
  onChange,
}: {
  readonly presets: readonly LimitPreset[];
  readonly text: CommonSumsText;
  onChange(text: CommonSumsText): void;
}) {
  const [payment, day] = [typedCap(text.perPayment), typedCap(text.perDay)];
  const [own, setOwn] = useState(false);
  const chosen = payment.ok && day.ok ? presetOf(presets, { perPayment: payment.value, perDay: day.value }) : null;
  const writes = own || chosen === null;
  return (
    <Stack gap="md">
      <Choices
        label="How much"
        choices={[
          ...presets.map(choiceOf),
          { value: ownName, label: 'My own', means: 'As much or as little as you like.' },
        ]}
        value={writes ? ownName : chosen.name}
        onChoose={(value) => {
          setOwn(value === ownName);
          const preset = presets.find(({ name }) => name === value);
          if (preset !== undefined) onChange({ perPayment: preset.perPayment, perDay: preset.perDay });
        }}
      />
      {writes && <CommonSums text={text} empty="No limit" onChange={onChange} />}
    </Stack>
  );
}

const choiceOf = ({ name, means, perPayment, perDay }: LimitPreset) => ({
  value: name,
  label: `${name}: ${dollars(perDay)} a day`,
  means: `At most ${dollars(perPayment)} for one payment. For ${means}.`,
});
