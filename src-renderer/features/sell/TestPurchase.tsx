import { Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PayStep, ShopView } from '../../../src-shared/contract/index.ts';
import { useAct, useClient, useLive } from '../../rpc/host.ts';
import { dollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { PaymentSteps } from '../../ui/payment/PaymentSteps.tsx';
import { outcomeOf, stepRows } from '../../ui/payment/payment-steps.ts';
import { PurchaseOutcome } from './PurchaseOutcome.tsx';
import { methods, pathToBuy } from './route-rows.ts';

/** Buys from the owner's own shop as anybody would: the money really goes from the wallet to the till. */
export function TestPurchase({
  shop,
  opened,
  onClose,
}: {
  readonly shop: ShopView;
  readonly opened: boolean;
  onClose(): void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Buy from ${shop.name}`} size="lg">
      {opened && <Purchase shop={shop} />}
    </Modal>
  );
}

function Purchase({ shop }: { readonly shop: ShopView }) {
  const client = useClient();
  const network = useLive(({ status }) => status?.network ?? null);
  const { data: agents } = useQuery({ queryKey: ['rules', 'agents'], queryFn: () => client.agents.list() });
  const live = (agents ?? []).filter(({ state }) => state === 'live').map(({ agent }) => agent);
  const names = live.includes('cli') ? live : [...live, 'cli'];
  const [chosen, setChosen] = useState<string | null>(null);
  const agent = chosen ?? names[0] ?? 'cli';
  const [{ method, path, body }, setForm] = useState(() => ({ ...pathToBuy(shop), body: '' }));
  const [came, setCame] = useState<readonly PayStep[]>([]);
  const bodied = method !== 'GET' && method !== 'HEAD';
  const pathOk = path.startsWith('/');
  const pay = useAct(async (_: null, host) => {
    setCame([]);
    const url = new URL(`${shop.gatewayUrl.replace(/\/$/, '')}${path}`).href;
    const sent = bodied && body !== '' ? { body, headers: { 'Content-Type': 'application/json' } } : {};
    for await (const step of await host.payments.pay({ url, method, agent, ...sent }))
      setCame((before) => [...before, step]);
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (pathOk && !pay.busy) pay.run(null);
  };
  const begun = pay.busy || came.length > 0;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {network === 'mainnet' ? 'This spends real money: it' : 'A real purchase: the money'} goes from your wallet to
          your till, within the limits of the agent that buys
          {shop.routes.length === 0 && `, for ${dollars(shop.price)}`}.
        </Text>
        <Group gap="sm" align="flex-start">
          <NativeSelect
            label="Method"
            data={methods.filter((one) => one !== '*')}
            value={method}
            onChange={(event) => setForm({ method: event.currentTarget.value, path, body })}
            w={110}
          />
          <TextInput
            label="Path"
            autoComplete="off"
            spellCheck={false}
            value={path}
            onChange={(event) => setForm({ method, path: event.currentTarget.value, body })}
            error={pathOk ? null : 'Begins with /'}
            style={{ flex: '2 1 180px' }}
          />
          <NativeSelect
            label="Agent that buys"
            data={names}
            value={agent}
            onChange={(event) => setChosen(event.currentTarget.value)}
            style={{ flex: '1 1 120px' }}
          />
        </Group>
        {bodied && (
          <Textarea
            label="Body (JSON)"
            autosize
            minRows={2}
            maxRows={8}
            value={body}
            onChange={(event) => setForm({ method, path, body: event.currentTarget.value })}
          />
        )}
        {begun && <PaymentSteps rows={stepRows(came, pay.busy)} />}
        {!pay.busy && <PurchaseOutcome outcome={outcomeOf(came)} agent={agent} onFunded={() => pay.run(null)} />}
        <ProblemNote problem={pay.problem} />
        <Group justify="flex-end">
          <Button type="submit" variant="filled" loading={pay.busy} disabled={!pathOk}>
            {begun && !pay.busy ? 'Buy again' : 'Buy it'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
