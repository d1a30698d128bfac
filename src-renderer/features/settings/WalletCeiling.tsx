import { Button, Group, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct, useClient } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { typedDollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';

/** From which sum on a banner tells that more lies in the wallet than should. */
export function WalletCeiling() {
  const client = useClient();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['preferences'], queryFn: () => client.preferences.show() });
  const [typed, setTyped] = useState<string | null>(null);
  const save = useAct(
    (walletCeiling: string, host) => host.preferences.set({ walletCeiling }),
    (saved) => {
      queries.setQueryData(['preferences'], saved);
      setTyped(null);
    },
  );
  if (data === undefined)
    return error === null ? null : <ProblemNote problem={toProblem(error)} again={() => void refetch()} />;
  const kept = data.walletCeiling === 'none' ? '' : data.walletCeiling;
  const text = typed ?? kept;
  const sum = text.trim() === '' ? 'none' : typedDollars(text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (sum !== null) save.run(sum);
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-end">
        <TextInput
          label="Tell me when the wallet holds more than"
          description="Keep here what agents may lose, not your savings. Empty: never tell me."
          leftSection="$"
          placeholder="No mark"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={sum === null ? 'A sum in dollars, such as 50' : null}
          style={{ flex: '1 1 260px', maxWidth: 420 }}
        />
        <Button type="submit" loading={save.busy} disabled={sum === null || text === kept}>
          Save
        </Button>
      </Group>
      <ProblemNote problem={save.problem} />
    </form>
  );
}
