import { Anchor, Button, Code, Text } from '@mantine/core';
import type { RefusalReason } from '../../../src-shared/model/index.ts';
import { useAct } from '../../rpc/host.ts';
import { Inert } from '../../ui/Inert.tsx';
import { dollars } from '../../ui/money.ts';
import { Note, ProblemNote } from '../../ui/Panels.tsx';
import type { PaymentOutcome } from '../../ui/payment/payment-steps.ts';
import { reasonWords } from '../../ui/words.ts';

interface Props {
  readonly agent: string;
  onLeave(route: string): void;
  /** There is play money now. */
  onFunded(): void;
}

/** What became of the test, and where to look next. */
export function TestOutcome({ outcome, agent, onLeave, onFunded }: Props & { readonly outcome: PaymentOutcome }) {
  const go = (route: string, name: string) => (
    <Anchor component="button" type="button" size="sm" onClick={() => onLeave(route)}>
      {name}
    </Anchor>
  );
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'paid':
      return (
        <Note tone="good" title={`${agent} just paid ${dollars(outcome.amount)}`}>
          <Body text={outcome.body} />
          {go(`/payments/${outcome.order}`, 'See this payment')}
        </Note>
      );
    case 'free':
      return (
        <Note tone="info" title={freeWords[outcome.by]}>
          <Body text={outcome.body} />
        </Note>
      );
    case 'refused':
      if (outcome.reason === 'insufficient-funds') return <PlayMoney onFunded={onFunded} />;
      return (
        <Note
          tone={outcome.waits ? 'warn' : 'bad'}
          title={outcome.waits ? 'It waits for your yes' : 'Groat refused the payment'}
        >
          <Text size="sm">
            Why: {outcome.reason === null ? <Inert text={outcome.detail} /> : reasonWords[outcome.reason]}. Nothing was
            paid.
          </Text>
          {outcome.waits && go('/approvals', 'Answer it')}
          {isLimit(outcome.reason) && go('/settings', 'Look at the limits')}
        </Note>
      );
    case 'not-delivered':
      return (
        <Note tone="bad" title={`The shop answered with an error (${outcome.httpStatus})`}>
          {outcome.order === null
            ? 'Nothing was paid.'
            : go(`/payments/${outcome.order}`, 'See what became of the money')}
        </Note>
      );
    case 'lost':
      return (
        <Note tone="warn" title="The answer was lost on its way">
          <Text size="sm">
            <Inert text={outcome.why} />. Groat finds out by itself whether the money has moved.
          </Text>
          {outcome.order !== null && go(`/payments/${outcome.order}`, 'See what is known')}
        </Note>
      );
  }
}

const freeWords = {
  nothing: 'The shop asked for nothing',
  prepaid: 'Paid from credit that was bought before',
  secret: 'The shop took your API key instead of money',
} as const;

const isLimit = (reason: RefusalReason | null): boolean => reason?.startsWith('over-') === true;

function Body({ text }: { readonly text: string }) {
  return (
    <Code block my="xs" style={{ background: 'var(--card)', color: 'var(--ink)', whiteSpace: 'pre-wrap' }}>
      <Inert text={text} most={400} mono />
    </Code>
  );
}

function PlayMoney({ onFunded }: Pick<Props, 'onFunded'>) {
  const fund = useAct(async (_: null, client) => {
    const { spender } = await client.wallet.show();
    await client.sandbox.fund({ address: spender, amount: '10' });
  }, onFunded);
  return (
    <Note tone="warn" title="The wallet is empty">
      It is play money, so there is more.
      <Button size="xs" mt="xs" display="block" loading={fund.busy} onClick={() => fund.run(null)}>
        Get 10 play dollars and try again
      </Button>
      <ProblemNote problem={fund.problem} />
    </Note>
  );
}
