import { Button, Collapse, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { WalletView } from '../../../src-shared/contract/index.ts';
import { CopyLine } from '../../ui/CopyLine.tsx';
import { sealingWords, solText } from './wallet-words.ts';

export function WalletFacts({ wallet }: { readonly wallet: WalletView }) {
  const [opened, { toggle }] = useDisclosure(false);
  const { sealing, sol, till, feePayer, asset } = wallet;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Fact name="How the keys are kept">{sealingWords(sealing)}</Fact>
        <Fact name="For fees">{solText(sol)}</Fact>
      </SimpleGrid>
      <Group>
        <Button
          size="xs"
          onClick={toggle}
          aria-expanded={opened}
          rightSection={opened ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        >
          More addresses
        </Button>
      </Group>
      <Collapse expanded={opened}>
        <Stack gap="sm">
          <Fact name="Till: what your shops earn comes here">
            <CopyLine text={till} label="the till’s address" />
          </Fact>
          <Fact name="Fee payer: its SOL pays the chain for settling what others pay you">
            <CopyLine text={feePayer} label="the fee payer’s address" />
          </Fact>
          <Fact name={`What counts as a dollar here: ${asset.symbol}`}>
            <CopyLine text={asset.mint} label={`the address of ${asset.symbol}`} />
          </Fact>
        </Stack>
      </Collapse>
    </Stack>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="sm" c="dimmed" mb={2}>
        {name}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}
