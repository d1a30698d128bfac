import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { compareDecimals, dollars, typedDollars } from '../../ui/money.ts';

/** Up to how much the agent may pay this payee within a day, this payment included. */
export function PayeeForm({
  amount,
  busy,
  onYes,
  onNo,
}: {
  readonly amount: string;
  readonly busy: boolean;
  onYes(upTo: string): void;
  onNo(): void;
}) {
  const [text, setText] = useState(amount);
  const upTo = typedDollars(text);
  const problem =
    upTo === null
      ? 'A sum in dollars, such as 0.25'
      : compareDecimals(upTo, amount) < 0
        ? `At least the ${dollars(amount)} that it asks for`
        : null;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (upTo !== null && problem === null) onYes(upTo);
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Up to, within 24 hours"
          description="This payment counts. For whatever this agent buys from this payee."
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          maw={320}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem}
          autoFocus
        />
        <Group gap="xs">
          <Button onClick={onNo} disabled={busy}>
            Back
          </Button>
          <Button type="submit" loading={busy} disabled={problem !== null}>
            {upTo === null || problem !== null ? 'Approve for a day' : `Approve up to ${dollars(upTo)} for a day`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
