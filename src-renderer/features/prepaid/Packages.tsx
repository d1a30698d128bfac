import { Button, Group, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PackageOffer, PrepaidPackage, PurchaseResult } from '../../../src-shared/contract/index.ts';
import { useAct, useClient } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { comparison, daysText } from './credit-words.ts';
import { PurchaseNote } from './PurchaseNote.tsx';
import styles from './prepaid.module.css';

/** A seller's packages. None is chosen at first: money is never spent by a key too many. */
export function Packages({
  url,
  offer,
  onClose,
}: {
  readonly url: string;
  readonly offer: PackageOffer;
  onClose(): void;
}) {
  const client = useClient();
  const queries = useQueryClient();
  const { data: agents } = useQuery({ queryKey: ['rules', 'agents'], queryFn: () => client.agents.list() });
  const live = (agents ?? []).filter(({ state }) => state === 'live').map(({ agent }) => agent);
  const names = live.includes('cli') ? live : [...live, 'cli'];
  const [agent, setAgent] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const buyer = agent ?? names[0] ?? 'cli';
  const wanted = offer.packages.find(({ id }) => id === chosen);
  const [result, setResult] = useState<PurchaseResult | null>(null);
  const buy = useAct(
    ({ id, price, calls, days }: PrepaidPackage, host) => {
      setResult(null);
      return host.prepaid.buy({ url, package: id, agent: buyer, terms: { upTo: price, calls, days } });
    },
    (came) => {
      setResult(came);
      void queries.invalidateQueries({ queryKey: ['prepaid'] });
    },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted !== undefined && !buy.busy) buy.run(wanted);
  };
  if (result !== null && result.outcome !== 'refused')
    return (
      <Stack gap="md">
        <PurchaseNote result={result} />
        <Group justify="flex-end">
          <Button variant="filled" onClick={onClose} autoFocus>
            Done
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Radio.Group
          label="Package"
          description={offer.perCall === null ? undefined : `A single call costs ${dollars(offer.perCall)} there.`}
          value={chosen}
          onChange={setChosen}
        >
          <Stack gap="xs" mt="xs">
            {offer.packages.map((one) => (
              <Choice key={one.id} one={one} perCall={offer.perCall} />
            ))}
          </Stack>
        </Radio.Group>
        <NativeSelect
          label="Agent that pays"
          description="Its limits decide; afterwards every agent may use the credit"
          data={names}
          value={buyer}
          onChange={(event) => setAgent(event.currentTarget.value)}
        />
        {result !== null && <PurchaseNote result={result} />}
        <ProblemNote problem={buy.problem} />
        <Group justify="flex-end" gap="xs">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={buy.busy} disabled={wanted === undefined}>
            {wanted === undefined ? 'Choose a package' : `Buy for ${dollars(wanted.price)}`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Choice({ one, perCall }: { readonly one: PrepaidPackage; readonly perCall: PackageOffer['perCall'] }) {
  const { id, name, calls, days, price } = one;
  const { text, better } = comparison(one, perCall);
  const field = `package-${id}`;
  return (
    <label className={styles['choice']} htmlFor={field}>
      <Radio id={field} value={id} aria-describedby={`${field}-price`} />
      <div>
        <Text fw={600} component="div">
          <Inert text={name} most={40} inLink />
        </Text>
        <Text size="sm" c="dimmed">
          {calls.toLocaleString()} calls, good for {daysText(days)}
        </Text>
        <Text size="xs" c={better === true ? 'var(--good)' : better === false ? 'var(--warn)' : 'dimmed'}>
          {text}
        </Text>
      </div>
      <Text fw={600} ta="end" id={`${field}-price`}>
        {dollars(price)}
      </Text>
    </label>
  );
}
