import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SaleView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars, typedDollars } from '../../ui/money.ts';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import { refundProblem } from './refund-sum.ts';

/** Gives a sale's money back: first how much, then once more whether. */
export function Refund({ sale, onClose }: { readonly sale: SaleView | null; onClose(): void }) {
  return (
    <Modal opened={sale !== null} onClose={onClose} title="Give the money back">
      {sale !== null && <Steps key={sale.id} sale={sale} onClose={onClose} />}
    </Modal>
  );
}

function Steps({ sale, onClose }: { readonly sale: SaleView; onClose(): void }) {
  const queries = useQueryClient();
  const [amount, setAmount] = useState(sale.amount);
  const [sure, setSure] = useState(false);
  const give = useAct(
    (sum: string, client, asOwner) =>
      asOwner({ does: `give ${dollars(sum)} back`, to: sale.payer }, (context) =>
        client.shops.refund({ sale: sale.id, amount: sum }, { context }),
      ),
    () => {
      void queries.invalidateQueries({ queryKey: ['shops'] });
      onClose();
    },
  );
  const sum = typedDollars(amount);
  const problem = refundProblem(amount, sale.amount);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problem === null) setSure(true);
  };
  if (sure && sum !== null)
    return (
      <Stack gap="md">
        <Text component="div">
          Send <strong>{dollars(sum)}</strong> from your till to <Inert text={sale.payer} most={60} mono />?
        </Text>
        <Note tone="warn" title="Nobody can take it back">
          A sale is refunded once; what you keep of it now, you keep.
        </Note>
        <ProblemNote problem={give.problem} />
        <Group justify="flex-end" gap="xs">
          <Button
            data-autofocus
            autoFocus
            onClick={() => {
              give.clear();
              setSure(false);
            }}
          >
            Back
          </Button>
          <Button color="var(--bad)" variant="outline" loading={give.busy} onClick={() => give.run(sum)}>
            Give {dollars(sum)} back
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed" component="div">
          {dollars(sale.amount)} came from <Inert text={sale.payer} most={60} mono />. It goes back to the same wallet.
        </Text>
        <TextInput
          label="How much"
          leftSection="$"
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          onChange={(event) => setAmount(event.currentTarget.value)}
          error={problem}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" disabled={problem !== null}>
            Go on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
