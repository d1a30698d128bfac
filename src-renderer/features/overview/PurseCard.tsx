import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useLive } from '../../rpc/host.ts';
import { compareDecimals, dollars } from '../../ui/money.ts';
import { Section } from '../../ui/Panels.tsx';

/** What the wallet holds: free, and set aside for payments that are under way. */
export function PurseCard() {
  const available = useLive(({ status }) => status?.available ?? '0');
  const reserved = useLive(({ status }) => status?.reserved ?? '0');
  const network = useLive(({ status }) => status?.network ?? 'sandbox');
  return (
    <Section
      title="In the wallet"
      aside={
        <Anchor component={Link} href="/settings" size="sm">
          Top up
        </Anchor>
      }
    >
      <Text fz={36} fw={700} lh={1.1}>
        {dollars(available)}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        {compareDecimals(reserved, '0') === 0
          ? 'Nothing is set aside.'
          : `${dollars(reserved)} set aside for payments that are not over.`}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        {network === 'mainnet' ? 'USDC on Solana.' : 'Play money: it is worth nothing outside.'}
      </Text>
    </Section>
  );
}
