import { Group, Stack, Text } from '@mantine/core';
import type { ShopView } from '../../../src-shared/contract/index.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';

export function ShopCard({ shop }: { readonly shop: ShopView }) {
  const { name, target, price, gatewayUrl, payTo } = shop;
  return (
    <Stack gap="xs" py="sm" style={{ borderTop: '1px solid var(--line)' }}>
      <Group justify="space-between">
        <Text fw={600}>{name}</Text>
        <Text>
          <strong>{dollars(price)}</strong> a request
        </Text>
      </Group>
      <CopyLine text={gatewayUrl} label={`the address of ${name}`} />
      <Text size="sm" c="dimmed" component="div">
        In front of <Inert text={target} most={60} />. Paid to <Inert text={payTo} most={16} mono />.
      </Text>
    </Stack>
  );
}
