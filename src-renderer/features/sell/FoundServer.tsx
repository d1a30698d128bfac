import { Anchor, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import type { LocalServer, ShopView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { typedDollars } from '../../ui/money.ts';
import { ProblemNote } from '../../ui/Panels.tsx';
import { serverWords, shortUrl } from '../../ui/words.ts';
import { isFree } from './route-rows.ts';
import { isShopName, presetFor } from './shop-draft.ts';
import { shopRoute } from './shop-route.ts';
import { useOpenShop } from './use-open-shop.ts';

/** One server: what it is, and the two things that selling it takes. */
export function FoundServer({ server, shops }: { readonly server: LocalServer; readonly shops: readonly ShopView[] }) {
  const [selling, setSelling] = useState(false);
  const { kind, url, detail, soldBy } = server;
  return (
    <Card padding="md">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Text fw={600}>{serverWords[kind]}</Text>
            <Text size="sm" c="dimmed" component="div">
              {detail !== null && detail !== '' && (
                <>
                  <Inert text={detail} most={60} />
                  {' · '}
                </>
              )}
              <Inert text={shortUrl(url)} />
            </Text>
          </div>
          {soldBy === null && !selling && (
            <Button
              variant="filled"
              flex="none"
              onClick={() => setSelling(true)}
              aria-label={`Sell it: ${serverWords[kind]} at ${shortUrl(url)}`}
            >
              Sell it
            </Button>
          )}
        </Group>
        {soldBy !== null && (
          <Text size="sm">
            Sold by{' '}
            <Anchor component={Link} href={shopRoute(soldBy)} inherit underline="always">
              {soldBy}
            </Anchor>
          </Text>
        )}
        {soldBy === null && selling && <Confirmed server={server} shops={shops} onClose={() => setSelling(false)} />}
      </Stack>
    </Card>
  );
}

function Confirmed({
  server,
  shops,
  onClose,
}: {
  readonly server: LocalServer;
  readonly shops: readonly ShopView[];
  onClose(): void;
}) {
  const [{ name, price }, setForm] = useState(() => presetFor(server, shops));
  const open = useOpenShop(onClose);
  const sum = typedDollars(price);
  const priced = sum !== null && !isFree(sum);
  const taken = shops.some((shop) => shop.name.toLowerCase() === name.trim().toLowerCase());
  const named = isShopName(name.trim()) && !taken;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (priced && named) open.run({ name: name.trim(), target: server.url, price: sum });
  };
  return (
    <form onSubmit={submit} noValidate aria-label={`Sell ${serverWords[server.kind]}`}>
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <TextInput
            label="Price of one request"
            leftSection="$"
            inputMode="decimal"
            autoComplete="off"
            value={price}
            onChange={(event) => setForm({ name, price: event.currentTarget.value })}
            error={priced ? null : 'A sum such as 0.01'}
            style={{ flex: '1 1 120px' }}
            data-autofocus
          />
          <TextInput
            label="Name"
            autoComplete="off"
            maxLength={40}
            value={name}
            onChange={(event) => setForm({ name: event.currentTarget.value, price })}
            error={named ? null : taken ? 'There is a shop of this name' : 'Letters, digits, spaces and . _ -'}
            style={{ flex: '1 1 120px' }}
          />
        </Group>
        <ProblemNote problem={open.problem} />
        <Group gap="xs">
          <Button type="submit" variant="filled" loading={open.busy} disabled={!priced || !named}>
            Open the shop
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Group>
      </Stack>
    </form>
  );
}
