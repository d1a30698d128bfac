import { Button, Group, Stack, Text } from '@mantine/core';
import { QRCodeSVG } from 'qrcode.react';
import type { WalletView } from '../../../src-shared/contract/index.ts';
import { useAct } from '../../rpc/host.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { ProblemNote } from '../../ui/Panels.tsx';

const playDollars = '10';

/** How money gets in. What is said of the address is said of the network that it came with, whatever runs meanwhile. */
export function TopUp({ wallet: { network, spender, asset } }: { readonly wallet: WalletView }) {
  return (
    <Group gap="lg" align="flex-start">
      {/* Scanners want dark on light, whatever the theme is. */}
      <div style={{ background: '#ffffff', padding: 12, borderRadius: 'var(--groat-radius)', lineHeight: 0 }}>
        <QRCodeSVG value={spender} size={132} role="img" aria-label="The wallet’s address as a QR code" title="" />
      </div>
      <Stack gap="sm" style={{ flex: '1 1 260px', minWidth: 0 }}>
        <CopyLine text={spender} label="the wallet’s address" />
        {network === 'sandbox' ? (
          <>
            <Text size="sm" c="dimmed">
              This address exists only in the sandbox. Never send real money to it.
            </Text>
            <PlayMoney address={spender} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Send {asset.symbol} to this address {network === 'devnet' ? 'on Solana’s devnet' : 'on Solana'}, from any
            wallet or exchange. It shows up here within a minute. Other coins that are sent here cannot be spent by
            Groat.
          </Text>
        )}
      </Stack>
    </Group>
  );
}

function PlayMoney({ address }: { readonly address: string }) {
  const fund = useAct((_: null, client) => client.sandbox.fund({ address, amount: playDollars }));
  return (
    <>
      <Group>
        <Button loading={fund.busy} onClick={() => fund.run(null)}>
          Get {playDollars} play dollars
        </Button>
      </Group>
      <ProblemNote problem={fund.problem} />
    </>
  );
}
