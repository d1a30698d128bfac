import { Group, Loader, Stack, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PayStep } from '../../../src-shared/contract/index.ts';
import { Inert } from '../Inert.tsx';
import { dollars } from '../money.ts';
import { reasonWords, shortAddress, shortUrl } from '../words.ts';
import type { StepRow, StepState } from './payment-steps.ts';

const titles: { readonly [S in StepRow['step']]: string } = {
  request: 'The agent asks for something',
  challenge: 'The seller wants money first',
  offer: 'Groat reads the price',
  decision: 'Groat decides by your limits',
  submitted: 'The payment is signed and sent',
  answer: 'The seller delivers',
};

/** The six steps while they happen. */
export function PaymentSteps({ rows }: { readonly rows: readonly StepRow[] }) {
  return (
    <Stack component="ol" gap="sm" p={0} m={0} aria-live="polite" style={{ listStyle: 'none' }}>
      {rows.map(({ step, state, came }) => (
        <Group key={step} component="li" gap="sm" wrap="nowrap" align="flex-start">
          <Mark state={state} />
          <div style={{ minWidth: 0 }}>
            <Text
              size="sm"
              fw={state === 'now' ? 600 : 400}
              c={state === 'waiting' || state === 'left-out' ? 'dimmed' : 'var(--ink)'}
            >
              {titles[step]}
            </Text>
            {came !== null && (
              <Text size="xs" c="dimmed" component="div">
                {detailOf(came)}
              </Text>
            )}
          </div>
        </Group>
      ))}
    </Stack>
  );
}

const marks: { readonly [S in StepState]: { readonly says: string; readonly tone: string; readonly icon: ReactNode } } =
  {
    waiting: { says: 'Not yet', tone: 'neutral', icon: null },
    now: { says: 'Now', tone: 'neutral', icon: <Loader size={12} color="var(--brand)" /> },
    done: { says: 'Done', tone: 'good', icon: <IconCheck size={14} aria-hidden /> },
    failed: { says: 'Stopped here', tone: 'bad', icon: <IconX size={14} aria-hidden /> },
    'left-out': { says: 'Did not happen', tone: 'neutral', icon: <IconMinus size={14} aria-hidden /> },
  };

function Mark({ state }: { readonly state: StepState }) {
  const { says, tone, icon } = marks[state];
  const ink = tone === 'neutral' ? 'var(--quiet)' : `var(--${tone})`;
  return (
    <ThemeIcon size={22} radius="xl" style={{ background: `var(--${tone}-soft)`, color: ink }}>
      {icon}
      <VisuallyHidden>{says}</VisuallyHidden>
    </ThemeIcon>
  );
}

function detailOf(came: PayStep): ReactNode {
  switch (came.step) {
    case 'request':
      return (
        <>
          {came.method} <Inert text={shortUrl(came.url)} most={60} />
        </>
      );
    case 'challenge':
      return 'It answers “payment required”, and names its price';
    case 'offer':
      if (came.dialect === 'prepaid') return 'There is credit for it: one call of it is used';
      if (came.dialect === 'secret') return 'Your own API key for this site is used';
      return (
        <>
          {dollars(came.amount)} to <Inert text={shortAddress(came.payee)} mono />
        </>
      );
    case 'decision':
      if (came.decision === 'granted') return 'Within every limit: granted';
      return came.reason === null ? came.decision : reasonWords[came.reason];
    case 'submitted':
      return 'Once, and never twice';
    case 'answer':
      return 'Its answer has arrived';
    case 'lost':
      return <Inert text={came.why} />;
  }
}
