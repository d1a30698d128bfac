import { Button, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { CreditView } from '../../../src-shared/contract/index.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Tone } from '../../ui/Tone.tsx';
import { toneInk } from '../../ui/tone.ts';
import { When } from '../../ui/When.tsx';
import { shortUrl } from '../../ui/words.ts';
import { BuyCredit } from './BuyCredit.tsx';
import { burnText, daysText, isOver, remainingShare, savedText, warningWords } from './credit-words.ts';
import styles from './prepaid.module.css';
import { RenewalRule } from './RenewalRule.tsx';

/** One credit: where it counts, what is left, how fast it goes, and what it saved. */
export function CreditCard({ credit }: { readonly credit: CreditView }) {
  const {
    origin,
    name,
    form,
    agent,
    calls,
    remaining,
    price,
    boughtAt,
    expiresAt,
    burnPerDay,
    daysLeft,
    saved,
    warning,
  } = credit;
  const [buying, setBuying] = useState(false);
  const worth = savedText(saved);
  const over = isOver(credit);
  return (
    <li className={styles['item']}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Group gap="xs">
              <Text fw={600} component="div">
                <Inert text={shortUrl(origin)} most={50} />
              </Text>
              {warning !== null && <Tone tone={warningWords[warning].tone}>{warningWords[warning].word}</Tone>}
              {form === 'ag402' && <Tone tone="neutral">ag402</Tone>}
            </Group>
            <Text size="sm" c="dimmed" component="div">
              <Inert text={name} most={40} /> for {dollars(price)}, bought by {agent} <When at={boughtAt} />
            </Text>
          </div>
          <Button size="xs" onClick={() => setBuying(true)} aria-label={`Buy more at ${shortUrl(origin)}`}>
            Buy more
          </Button>
        </Group>
        {warning !== null && <Warning warning={warning} />}
        <div>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed">
              Calls left
            </Text>
            <Text size="sm">
              <strong>{remaining.toLocaleString()}</strong> of {calls.toLocaleString()}
            </Text>
          </Group>
          <Progress
            mt={4}
            value={remainingShare(credit) * 100}
            color={warning === 'low' ? 'var(--warn)' : 'var(--brand)'}
            aria-label={`${remaining.toLocaleString()} of ${calls.toLocaleString()} calls left at ${shortUrl(origin)}`}
            styles={{ root: { background: 'var(--neutral-soft)' } }}
          />
        </div>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
          <Fact name="Used">{burnText(burnPerDay, remaining < calls)}</Fact>
          <Fact name="Lasts">{over ? 'over' : daysText(daysLeft)}</Fact>
          <Fact name={expiresAt > Date.now() ? 'Ends' : 'Ended'}>
            <When at={expiresAt} />
          </Fact>
          <Fact name={worth.name}>{worth.text}</Fact>
        </SimpleGrid>
        {(!over || credit.renewal !== null) && <RenewalRule credit={credit} />}
      </Stack>
      <BuyCredit opened={buying} from={origin} onClose={() => setBuying(false)} />
    </li>
  );
}

function Warning({ warning }: { readonly warning: NonNullable<CreditView['warning']> }) {
  const { tone, means } = warningWords[warning];
  const Icon = tone === 'neutral' ? IconInfoCircle : IconAlertTriangle;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" c={tone === 'neutral' ? 'dimmed' : toneInk(tone)}>
      <Icon size={16} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
      <Text size="sm">{means}</Text>
    </Group>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}
