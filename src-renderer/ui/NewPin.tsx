import { PasswordInput, SimpleGrid } from '@mantine/core';
import { type NewPinText, newPinProblems } from './new-pin.ts';

/** A new PIN, typed twice. Tells what is wrong only once there is something to be wrong. */
export function NewPin({ typed, onChange }: { readonly typed: NewPinText; onChange(typed: NewPinText): void }) {
  const { pin, again } = newPinProblems(typed);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <PasswordInput
        label="New PIN"
        description="At least 8 characters; letters are welcome"
        value={typed.pin}
        onChange={(event) => onChange({ ...typed, pin: event.currentTarget.value })}
        error={pin}
        autoComplete="new-password"
      />
      <PasswordInput
        label="The same once more"
        description="So that no slip locks you out"
        value={typed.again}
        onChange={(event) => onChange({ ...typed, again: event.currentTarget.value })}
        error={again}
        autoComplete="new-password"
      />
    </SimpleGrid>
  );
}
