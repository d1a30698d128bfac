import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useClient, useLive } from '../../rpc/host.ts';
import { toProblem } from '../../rpc/problem.ts';
import { dollars } from '../../ui/money.ts';
import { Loading, ProblemNote, Section } from '../../ui/Panels.tsx';
import { ExportKey } from './ExportKey.tsx';
import { TopUp } from './TopUp.tsx';
import { WalletCeiling } from './WalletCeiling.tsx';
import { WalletFacts } from './WalletFacts.tsx';
import { walletOn } from './wallet-words.ts';

/** Where the agents' money lies, how more gets there, and the one way out for its key. */
export function Wallet() {
  const client = useClient();
  const network = useLive(({ status }) => status?.network ?? null);
  const { data, error, refetch } = useQuery({
    queryKey: ['settings', 'wallet', network],
    queryFn: () => client.wallet.show(),
  });
  const wallet = walletOn(network, data);
  return (
    <Section title="Wallet" aside={<Held />}>
      {error !== null && <ProblemNote problem={toProblem(error)} again={() => void refetch()} />}
      {wallet === null && error === null && <Loading what="the wallet" />}
      {wallet !== null && (
        <Stack gap="lg">
          <TopUp wallet={wallet} />
          <WalletFacts wallet={wallet} />
          <WalletCeiling />
          <ExportKey />
        </Stack>
      )}
    </Section>
  );
}

function Held() {
  const available = useLive(({ status }) => status?.available ?? null);
  const reserved = useLive(({ status }) => status?.reserved ?? '0');
  if (available === null) return null;
  return (
    <Group gap="xs">
      {Number(reserved) > 0 && (
        <Text size="sm" c="dimmed">
          {dollars(reserved)} under way
        </Text>
      )}
      <Text fw={600}>{dollars(available)}</Text>
    </Group>
  );
}
