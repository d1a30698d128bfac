import { Button, Group, NumberInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../rpc/host.ts';
import { typedDollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';

const empty = { name: '', target: '', price: '0.01', port: '' as number | string };

/** Opens a shop. What was typed stays until it worked. */
export function OpenShop() {
  const queries = useQueryClient();
  const [form, setForm] = useState(empty);
  const set = (change: Partial<typeof empty>): void => setForm({ ...form, ...change });
  const open = useAct(
    ({ name, target, price, port }: { name: string; target: string; price: string; port: number }, client) =>
      client.shops.open({ name, target, price, port }),
    () => {
      setForm(empty);
      void queries.invalidateQueries({ queryKey: ['shops'] });
    },
  );
  const price = typedDollars(form.price);
  const target = URL.parse(form.target.trim());
  const targetOk = target !== null && /^https?:$/.test(target.protocol);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (price === null || !targetOk) return;
    const port = typeof form.port === 'number' ? form.port : 0;
    open.run({ name: form.name.trim() || target.hostname.slice(0, 40), target: target.href, price, port });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" gap="sm">
        <TextInput
          label="The API"
          placeholder="http://127.0.0.1:11434"
          value={form.target}
          onChange={(event) => set({ target: event.currentTarget.value })}
          error={form.target !== '' && !targetOk ? 'An address that begins with http:// or https://' : null}
          style={{ flex: '2 1 240px' }}
        />
        <TextInput
          label="Price of one request ($)"
          value={form.price}
          onChange={(event) => set({ price: event.currentTarget.value })}
          error={price === null || Number(price) === 0 ? 'A sum such as 0.01' : null}
          style={{ flex: '1 1 130px' }}
        />
        <TextInput
          label="Name"
          placeholder="What buyers see"
          value={form.name}
          maxLength={40}
          onChange={(event) => set({ name: event.currentTarget.value })}
          style={{ flex: '1 1 140px' }}
        />
        <NumberInput
          label="Port"
          placeholder="any"
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          value={form.port}
          onChange={(port) => set({ port })}
          w={90}
        />
        <Button
          type="submit"
          variant="filled"
          mt={25}
          loading={open.busy}
          disabled={!targetOk || price === null || Number(price) === 0}
        >
          Open the shop
        </Button>
      </Group>
      <ProblemNote problem={open.problem} />
    </form>
  );
}
